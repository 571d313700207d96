"""The embedded Temporal server (内置引擎): its command line, and a server for tests.

Figures behind the settings: WAL with synchronous=NORMAL 1.95 times the throughput of the default; the three
poll rates take a decision's p50 from 50 to 15 ms (both measured on two cores with server 1.32). Its makers
label the server not for production: beyond one machine a cluster takes its place.
"""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from ops.ports import HOST, free_ports
from ops.processes import end, start

POLLS_PER_SECOND = 1000
"""Polls per second; the default of 20 makes every hop of a workflow wait up to 50 ms."""

START_SECONDS = 30

PROBLEMS = 2
"""Failed workflow tasks in a row after which the engine marks a workflow (`TemporalReportedProblems`)."""

SHORT_RUNS = ("limit.historyCount.suggestContinueAsNew=5",)
"""For tests: a new run is suggested after a command or two; by default after 4,096 events or 1,800 updates."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
_POLLED = ("transfer", "timer", "visibility")
_TIME_SKIPPING = ("frontend.WorkflowTimeSkippingEnabled=true", 'history.timerProcessorMaxTimeShift="10ms"')


def command(
    *,
    port: int,
    file: Path | None = None,
    ui_port: int | None = None,
    time_skipping: bool = False,
    log_level: str = "warn",
    also: Sequence[str] = (),
) -> list[str]:
    """The command line of the server.

    Without a file it keeps everything in memory; without a port for it there is no Web UI. With time skipping
    each workflow may have a clock of its own: for scenario files and tests only. `also`: dynamic configuration
    beside ours, as `key=value`.
    """
    binary = Path(sys.executable).parent / "temporal"
    line = [str(binary), "server", "start-dev", "--ip", HOST, "--port", str(port), "--log-level", log_level]
    if file:
        line += ["--db-filename", str(file)]
        for pragma in _PRAGMAS:
            line += ["--sqlite-pragma", pragma]
    line += ["--ui-port", str(ui_port), "--ui-disable-news-fetch"] if ui_port else ["--headless"]
    values = [f"history.{queue}ProcessorMaxPollRPS={POLLS_PER_SECOND}" for queue in _POLLED]
    values.append(f"system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute={PROBLEMS}")
    for value in (*values, *(_TIME_SKIPPING if time_skipping else ()), *also):
        line += ["--dynamic-config-value", value]
    return line


async def answering(address: str, *, namespace: str = "default", seconds: float = START_SECONDS) -> Client:
    """A client, as soon as the server knows its namespace. Raises TimeoutError after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            client = await Client.connect(address, namespace=namespace)
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
            return client
        except (RPCError, RuntimeError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"Temporal 在 {seconds:.0f} 秒内没有应答（{address}）") from error
            await asyncio.sleep(0.1)


@asynccontextmanager
async def engine(*, time_skipping: bool = False, in_memory: bool = False) -> AsyncIterator[str]:
    """A private server on a free port, without Web UI, gone afterwards. Yields its address."""
    [port] = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="bancheng-engine-") as folder:
        file = None if in_memory else Path(folder) / "temporal.db"
        line = command(port=port, file=file, time_skipping=time_skipping)
        process = start(line, log=subprocess.DEVNULL)
        try:
            await answering(f"{HOST}:{port}")
            yield f"{HOST}:{port}"
        finally:
            end([process])
