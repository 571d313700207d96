"""Processes (进程): they never outlive their starter and end in order.

On Linux the kernel signals a process when its parent dies, be it by kill -9. Elsewhere the next start ends
what an earlier one left over (`leftovers`).
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psutil

from ops.settings import ROOT, Installation

PATIENCE = 15.0
"""Seconds before a process that was asked to end is killed: above the worker's graceful shutdown of 8 s."""

_PR_SET_PDEATHSIG = 1


def die_with(parent: int, signum: int = signal.SIGTERM) -> None:
    """Have the kernel signal this process when its parent dies; if that has happened already, end at once.

    It survives exec, but not a change of user. Linux only; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signum))
        if os.getppid() != parent:
            sys.exit(0)


def start(
    command: Sequence[str],
    *,
    log: IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    end_signal: int = signal.SIGTERM,
    source: Path = ROOT,
) -> psutil.Popen:
    """Start a process that ends with ours, in a session of its own, which Ctrl-C does not reach.

    `source` is the folder with the code that it runs. The kernel watches the thread that calls this: call it from one
    that lives as long as the process shall.
    """
    launcher = [sys.executable, "-m", "ops.exec", f"--parent={os.getpid()}", f"--signal={int(end_signal)}"]
    return psutil.Popen(
        [*launcher, "--", *command],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        cwd=source,
    )


def end(processes: Iterable[psutil.Process], signum: int = signal.SIGTERM) -> None:
    """Ask them to end, and kill those that still run after PATIENCE seconds."""
    remaining = list(processes)
    for request in (signum, signal.SIGKILL):
        for process in remaining:
            try:
                process.send_signal(request)
            except psutil.NoSuchProcess:
                continue
        _, remaining = psutil.wait_procs(remaining, timeout=PATIENCE)


def leftovers(installation: Installation) -> list[psutil.Process]:
    """Processes left by an earlier start, without PostgreSQL. The caller holds the lock on the folder."""
    processes = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get("BANCHENG_INSTALLATION") == str(installation.data_dir)
        except (psutil.Error, OSError):
            continue
        if marked and process.pid != os.getpid():
            processes.append(process)
    return processes


def postgres_processes(installation: Installation) -> list[psutil.Process]:
    """The processes of this installation's PostgreSQL: only they work in its folder."""
    processes = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] == "postgres" and process.cwd() == str(installation.pgdata):
                processes.append(process)
        except (psutil.Error, OSError):
            continue
    return processes
