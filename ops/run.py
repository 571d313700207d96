"""`bancheng run`: bring up the whole system and keep it up until Ctrl-C (启动整套系统).

An obstacle is printed in one line, with exit code 1. Everything runs under supervisord (`ops.manager`),
which ends with this process, be it by kill -9; what an earlier start may have left behind is ended first.
"""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from activities.platform.environment import SettingError
from ops import manager
from ops.ports import taken
from ops.postgres import STOP_SIGNAL
from ops.processes import PATIENCE, die_with, end, leftovers, postgres_processes, start
from ops.programs import programs
from ops.settings import Installation
from ops.system import tail

READY_SECONDS = 120.0
"""Seconds to wait for the start; a first one takes about ten."""

RESTARTS = 5
"""Ends of a program before the system is ready, after which it counts as failed."""

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "文件系统只读",
    errno.ENOSPC: "磁盘已满",
    errno.ENOTDIR: "路径中有一段是文件",
    errno.EEXIST: "同名文件已存在",
}

_UNEXPECTED = re.compile(r"(?:exited|gave up): (\w+) .*(?:not expected|FATAL)")

_DEMO = re.compile(r"exited: demo \((?:exit status |terminated by )(\w+)")


class StartError(RuntimeError):
    """The system cannot start (不能启动); the message is one line for the user."""


def main() -> int:
    """Run until asked to stop. Returns the exit code."""
    _stop_on_signals()
    try:
        installation = Installation.from_environment()
        with _own(installation):
            end(leftovers(installation))
            end(postgres_processes(installation), STOP_SIGNAL)
            _check_ports(installation)
            return _run(installation)
    except (StartError, SettingError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _run(installation: Installation) -> int:
    installation.ready_file.unlink(missing_ok=True)
    manager.log(installation).unlink(missing_ok=True)
    with open(installation.logs / "start.log", "ab") as log:
        process = start(manager.command(installation), env=installation.environment(), log=log)
    try:
        _await_ready(installation, process)
        print(_welcome(installation), flush=True)
        if installation.demo:
            print(_await_demo(installation, process), flush=True)
        process.wait()
        raise StartError(f"进程管理器意外结束，全部已停止：请重新运行 make run；日志在 {installation.logs}")
    except KeyboardInterrupt:
        print("\n正在停止……", flush=True)
        return 0
    finally:
        # Once is enough: an impatient second Ctrl-C must not leave half of it running.
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        _end_all(installation, process)


def _end_all(installation: Installation, process: psutil.Popen) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            # The manager ends one program after the other, each within PATIENCE.
            process.wait(PATIENCE * len(programs(installation)))
        except subprocess.TimeoutExpired:
            process.kill()
    end(leftovers(installation))
    end(postgres_processes(installation), STOP_SIGNAL)
    installation.ready_file.unlink(missing_ok=True)


@contextmanager
def _own(installation: Installation) -> Iterator[None]:
    """Lock the folder. Raises StartError."""
    folder = installation.data_dir
    try:
        installation.create()
        installation.secret()
        lock = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        message = f"数据目录 {folder} 不能写入（{reason}）：请处理后重试，或用 DATA_DIR 另选目录"
        raise StartError(message) from error
    try:
        _lock(lock, folder)
        yield
    finally:
        os.close(lock)


def _lock(file: int, folder: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        message = f"另一个 make run 正在使用数据目录 {folder}：请先停止它，或用 DATA_DIR 另选目录"
        raise StartError(message) from error


def _check_ports(installation: Installation) -> None:
    for name, port in installation.ports.items():
        try:
            if taken(port):
                raise StartError(f"端口 {port} 已被占用：请停止占用它的程序，或用 {name} 换一个端口")
        except PermissionError as error:
            raise StartError(f"当前用户不能使用端口 {port}：请用 {name} 换一个 1024 以上的端口") from error


def _await_ready(installation: Installation, process: psutil.Popen) -> None:
    """Wait for every program to answer. Raises StartError naming one that does not."""
    checks: dict[str, Callable[[], bool]] = {
        "setup": installation.ready_file.exists,
        "api": lambda: _answers(f"{installation.api_url}/readyz"),
        "webui": lambda: _answers(installation.ui_url),
    }
    deadline = time.monotonic() + READY_SECONDS
    for name, check in checks.items():
        while not check():
            failed = _failed(manager.log(installation)) or (name if time.monotonic() > deadline else None)
            if failed:
                title = next(p.title for p in programs(installation) if p.name == failed)
                path = installation.logs / f"{failed}.log"
                raise StartError(f"{title} 未能启动，全部已停止。日志 {path} 末尾：\n{tail(path)}")
            if process.poll() is not None:
                path = installation.logs / "start.log"
                raise StartError(f"进程管理器未能启动。日志 {path} 末尾：\n{tail(path)}")
            time.sleep(0.1)


def _await_demo(installation: Installation, process: psutil.Popen) -> str:
    """Wait for the demo cases. Returns the result, for the terminal."""
    path = installation.logs / "demo.log"
    while process.poll() is None:
        ended = _DEMO.search(manager.log(installation).read_text(errors="replace"))
        if ended:
            return "演示案件已就绪。" if ended[1] == "0" else f"演示案件未能登记，系统照常可用；原因见 {path}"
        time.sleep(0.2)
    return f"演示案件未登记完，原因见 {path}"


def _failed(log: Path) -> str | None:
    """The program that failed to start, from the manager's log."""
    if not log.exists():
        return None
    ended = _UNEXPECTED.findall(log.read_text(errors="replace"))
    return next((name for name in ended if name == "setup" or ended.count(name) >= RESTARTS), None)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _welcome(installation: Installation) -> str:
    return f"""\
办成已就绪。
  接口         {installation.api_url}（说明 {installation.api_url}/docs）
  Temporal 界面 {installation.ui_url}
  登录         POST {installation.api_url}/api/token，用户如 xs-center.clerk，密码 {installation.password}
  日志         {installation.logs}
按 Ctrl-C 停止；数据保存在 {installation.data_dir}，下次 make run 接着运行。"""


def _stop_on_signals() -> None:
    """Every request to stop is a KeyboardInterrupt, also where a shell left SIGINT ignored."""
    if "MAKELEVEL" in os.environ:
        die_with(os.getppid())
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A start with nohup is meant to outlive the terminal.
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
            signal.signal(signum, signal.default_int_handler)
