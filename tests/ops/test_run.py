"""What is in the way of a start is said in one line, before anything was started."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from activities.platform.environment import SettingError
from ops.ports import HOST, free_ports, taken
from ops.settings import ROOT, Installation


def run(data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Try to start in this folder; whatever lets the start through makes the test fail by time-out."""
    names = ("API_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT")
    ports = {name: str(port) for name, port in zip(names, free_ports(3), strict=True)}
    env = {**os.environ, **ports, "DATA_DIR": str(data_dir), **settings}
    env.pop("MAKELEVEL", None)
    command = [sys.executable, "-m", "ops", "run"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("name", ["API_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT"])
@pytest.mark.parametrize("address", [HOST, "0.0.0.0"])
def test_a_taken_port_is_named_with_its_variable(tmp_path: Path, name: str, address: str) -> None:
    with socket.create_server((address, 0)) as listener:
        port = listener.getsockname()[1]
        tried = run(tmp_path, **{name: str(port)})
    assert tried.returncode == 1
    assert tried.stderr == f"端口 {port} 已被占用：请停止占用它的程序，或用 {name} 换一个端口\n"
    assert not tried.stdout


def test_a_port_that_was_just_left_is_free() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        client = socket.create_connection((HOST, port))
        served, _ = listener.accept()
        assert taken(port)
    # The side that closes first keeps the port in TIME_WAIT.
    served.close()
    client.close()
    assert not taken(port)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tried = run(tmp_path / "file" / "data")
    assert tried.returncode == 1
    assert tried.stderr == (
        f"数据目录 {tmp_path}/file/data 不能写入（路径中有一段是文件）：请处理后重试，或用 DATA_DIR 另选目录\n"
    )


def test_a_folder_without_write_permission_is_said() -> None:
    # Nobody may create files here, not even root.
    tried = run(Path("/proc/self/fdinfo/data"))
    assert tried.returncode == 1
    assert tried.stderr.startswith("数据目录 /proc/")
    assert "不能写入" in tried.stderr
    assert tried.stderr.count("\n") == 1


def test_a_second_start_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with open(tmp_path / "lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tried = run(tmp_path)
    assert tried.returncode == 1
    assert tried.stderr == (f"另一个 make run 正在使用数据目录 {tmp_path}：请先停止它，或用 DATA_DIR 另选目录\n")


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "8000.5", "８０００"])
def test_what_is_no_port_is_said(tmp_path: Path, port: str) -> None:
    tried = run(tmp_path, API_PORT=port)
    assert tried.returncode == 1
    assert tried.stderr == f"API_PORT={port} 不能用：请设为 1 到 65535 之间的整数\n"


@pytest.mark.parametrize("name", ["100%", "a ;b", "a\nb"])
def test_a_path_that_the_manager_would_misread_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", f"/tmp/{name}")
    with pytest.raises(SettingError, match="请换一个路径"):
        Installation.from_environment()


def test_the_same_port_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "7233")
    with pytest.raises(SettingError, match=r"同为端口 7233"):
        Installation.from_environment()


def test_empty_settings_mean_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_PORT", "TEMPORAL_PORT", "TEMPORAL_UI_PORT", "DATA_DIR", "DEMO", "DEMO_PASSWORD"):
        monkeypatch.setenv(name, "")
    found = Installation.from_environment()
    assert found == Installation(ROOT / ".data", 8000, 7233, 8233, demo=True, password="bancheng-demo")
    monkeypatch.setenv("DEMO", "0")
    assert not Installation.from_environment().demo


def test_the_secret_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    secret = installation.secret()
    assert len(bytes.fromhex(secret)) == 32
    assert installation.secret() == secret
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert secret not in "".join(installation.published().values())


def test_a_long_path_gets_a_short_folder_for_its_socket(tmp_path: Path) -> None:
    near, far = Installation(tmp_path), Installation(tmp_path / ("很长的目录名" * 10))
    assert near.socket_dir == near.pgdata
    assert len(os.fsencode(far.socket_dir / ".s.PGSQL.5432")) < 100
    assert far.socket_dir != Installation(tmp_path / ("另一个目录名" * 10)).socket_dir
