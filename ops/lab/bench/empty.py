"""The floor of a request over HTTP (接口的地板): our API with more routes, which check the user and do nothing, or ask
for one row.

`serve` runs it in a process of its own, with the command line of the system's API.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from fastapi import Response

from api.app import create_app
from api.identity.dependencies import ServicesDep, UserDep
from api.queries.record import RECORD
from ops.lab.bench.counter import EMPTY_POST
from ops.ports import HOST, free_ports
from ops.processes import end, start
from ops.programs import programs
from ops.system import START_SECONDS, System, tail

NOTHING = "/bench/nothing"
BARE_SELECT = "/bench/select"

app = create_app()


@app.post(EMPTY_POST, status_code=204, include_in_schema=False)
async def _nothing(user: UserDep) -> None:
    """All that precedes a command, and no command."""


@app.get(NOTHING, status_code=204, include_in_schema=False)
async def _nothing_read(user: UserDep) -> None:
    """All that precedes reading, and nothing is read."""


@app.get(BARE_SELECT + "/{case_no}", include_in_schema=False)
async def _selected(services: ServicesDep, user: UserDep, case_no: str) -> Response:
    """The row of a case as the API's driver gets it, not parsed."""
    row = await services.queries.statements.one(RECORD, {"case_no": case_no})
    return Response(str(row[7]) if row else "", media_type="application/json")


@contextmanager
def serve(system: System) -> Iterator[tuple[psutil.Process, str]]:
    """The process and its address. Raises RuntimeError with the end of its log when it does not start."""
    [port] = free_ports(1)
    api = next(program for program in programs(system.installation) if program.name == "api")
    ours = {"api.app:app": f"{__name__}:app", str(system.installation.api_port): str(port)}
    path = system.logs / "empty.log"
    with open(path, "ab") as log:
        process = start([ours.get(word, word) for word in api.command], env=system.env, log=log)
    try:
        address = f"http://{HOST}:{port}"
        _await(f"{address}/readyz", process, path)
        yield psutil.Process(process.pid), address
    finally:
        end([process], api.end_signal)


def _await(url: str, process: psutil.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"空请求的接口未能启动：\n{tail(log)}")
