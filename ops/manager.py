"""The process manager (进程管理): supervisord restarts programs that die and ends all of them in order."""

import os
import shlex
import sys
from pathlib import Path

from ops.processes import PATIENCE
from ops.programs import Program, programs
from ops.settings import ROOT, Installation, write_private

_MANAGER = """\
[supervisord]
nodaemon = true
silent = true
{user}logfile = {logs}/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 2
pidfile = {data_dir}/supervisord.pid
childlogdir = {logs}
"""
_PROGRAM = """
[program:{name}]
command = {command}
directory = {root}
priority = {priority}
autorestart = {restart}
startsecs = {proven}
startretries = 1000
stopsignal = {signal}
stopwaitsecs = {patience}
killasgroup = true
redirect_stderr = true
stdout_logfile = {logs}/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


def command(installation: Installation) -> list[str]:
    """Write the manager's configuration. Returns its command line."""
    path = installation.data_dir / "supervisord.conf"
    write_private(path, _configuration(installation))
    return [sys.executable, "-m", "supervisor.supervisord", "-c", str(path)]


def log(installation: Installation) -> Path:
    """The manager's log of starts and ends."""
    return installation.logs / "supervisord.log"


def _configuration(installation: Installation) -> str:
    folders = {"logs": installation.logs, "data_dir": installation.data_dir}
    user = "user = root\n" if os.geteuid() == 0 else ""
    sections = [_MANAGER.format(user=user, **folders)]
    for priority, program in enumerate(programs(installation), start=1):
        sections.append(
            _PROGRAM.format(
                name=program.name,
                command=shlex.join(_launched(installation, program)),
                root=ROOT,
                priority=priority * 10,
                restart="false" if program.once else "true",
                # A program that runs once may end at any time.
                proven=0 if program.once else 1,
                signal=program.end_signal.name.removeprefix("SIG"),
                patience=int(PATIENCE),
                **folders,
            )
        )
    return "".join(sections)


def _launched(installation: Installation, program: Program) -> list[str]:
    line = [sys.executable, "-m", "ops.exec", f"--signal={int(program.end_signal)}"]
    if program.waits:
        line.append(f"--ready={installation.ready_file}")
    return [*line, "--", *program.command]
