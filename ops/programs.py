"""The programs of a system (组成程序): their commands, order and end signals."""

import signal
import sys
from dataclasses import dataclass

from ops import engine
from ops.ports import HOST
from ops.settings import Installation


@dataclass(frozen=True)
class Program:
    """One program. Programs start in the order of `programs` and end in reverse."""

    name: str
    title: str
    command: list[str]
    end_signal: signal.Signals = signal.SIGTERM
    waits: bool = False
    """It starts when the set-up is done."""
    once: bool = False
    """It does its work and ends; other programs run until ended, and are restarted when they die."""


def programs(installation: Installation) -> list[Program]:
    """All programs of this installation."""
    here = installation
    python = [sys.executable, "-m"]
    server = engine.command(
        port=here.temporal_port,
        file=here.engine_file,
        ui_port=None if here.headless else here.inner_ui_port,
        time_skipping=here.time_skipping,
        also=here.engine_values,
    )
    api = ["uvicorn", "api.app:app", "--host", HOST, "--port", str(here.api_port)]
    # No log of addresses: they hold query codes. Requests are counted, and readers are in the access log.
    quietly = ["--timeout-graceful-shutdown", "5", "--no-access-log"]
    started = [
        Program("postgres", "数据库 PostgreSQL", [*python, "ops.postgres"], end_signal=signal.SIGINT),
        Program("temporal", "引擎 Temporal", server),
        Program("setup", "准备（建库、迁移、检索属性）", [*python, "ops.setup"], once=True),
        Program("worker", "工作进程", [*python, "worker"], waits=True),
        Program("followers", "跟随进程", [*python, "followers"], waits=True),
        Program("api", "接口服务", [*python, *api, *quietly], waits=True),
    ]
    if not here.headless:
        gate = ["uvicorn", "api.identity.gate:app", "--host", HOST, "--port", str(here.ui_port)]
        started.append(Program("webui", "Temporal 界面的门", [*python, *gate, *quietly], waits=True))
    if here.demo:
        started.append(Program("demo", "演示案件", [*python, "ops", "demo"], waits=True, once=True))
    return started
