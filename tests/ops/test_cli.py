"""The command `bancheng`: help in two languages, quick, installed with all that it needs, and what make calls."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ops.cli import app
from ops.settings import ROOT

GROUP = typer.main.get_group(app)
PACKAGES = ("models", "activities", "workflows", "api", "ops", "migrations")


def bancheng(*arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody types it in a checkout."""
    line = [sys.executable, "-m", "ops", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", GROUP.commands)
def test_a_command_is_explained_in_chinese_and_in_english(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    chinese, english = (GROUP.commands[name].help or "").split("\n\n")
    assert re.search(r"[一-鿿]", chinese)
    assert english.isascii()
    assert chinese in shown.output


def test_the_help_loads_nothing_of_the_system() -> None:
    heavy = {"temporalio", "fastapi", "sqlalchemy", "psycopg", "models", "activities", "workflows", "api"}
    code = "import sys, ops.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not heavy & set(loaded.stdout.split())


def test_make_calls_commands_that_there_are() -> None:
    called = re.findall(r"\$\(BIN\)/bancheng (\w+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert len(called) > 15
    assert set(called) <= set(GROUP.commands)


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        (["audit"], 2, "请写明 CASE=<案件编号> 或 EXPORT=<卷宗文件>"),
        (["audit", "--export", "/nowhere.zip"], 2, "无法核对"),
        (["replay", "/nowhere"], 2, "没有目录 /nowhere"),
        (["keys", "--algorithm", "ROT13"], 2, "AES-256-GCM 或 SM4-GCM"),
        (["scenarios", "tests", "--url", "http://127.0.0.1:1"], 2, "须一起写"),
        (["scenarios", "tests", "--url", "x", "--temporal", "y", "--secret", "no hex"], 2, "secret 文件里的十六进制"),
        (["faults", "--kinds", "weather"], 2, "weather：只有 worker"),
        (["whatif", "--profile", "nowhere", "--month", "2026-10"], 2, "无法推演"),
        (["stored"], 1, "已经存在：已发布的版本不重做"),
        (["nothing"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_exit_code(line: list[str], code: int, told: str) -> None:
    done = bancheng(*line)
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr


def test_the_package_installs_and_checks_a_package_anywhere(tmp_path: Path) -> None:
    """A wheel in an environment of its own, beside the pinned packages; no source code near."""
    env = tmp_path / "env"
    venv.create(env, with_pip=False, symlinks=True)
    site = next(env.glob("lib/python*/site-packages"))
    (site / "pinned.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    pip = [sys.executable, "-m", "pip", "--python", str(env / "bin" / "python"), "install", "--quiet", "--no-index"]
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", str(ROOT)], check=True, timeout=120)
    missing = [
        path.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not (site / path.relative_to(ROOT)).exists()
    ]
    assert missing == []
    stored = next((ROOT / "tests" / "stored").glob("*/package.zip")).parent
    line = [str(env / "bin" / "bancheng"), "audit", "--export", str(stored / "package.zip")]
    line += ["--keys", str(stored / "public-keys.json")]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "指令的签名都有效" in done.stdout
