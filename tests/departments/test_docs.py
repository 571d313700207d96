"""The example for whoever connects a department is run as it stands in docs/departments.md."""

import re
import sys
from pathlib import Path

import pytest

from ops.lab.simulator.process import configure
from ops.ports import free_ports
from ops.processes import end, start
from ops.settings import ROOT
from tests.departments.conftest import Town
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("departments")]
PAGE = ROOT / "docs" / "departments.md"


def test_the_example_receives_and_signs(town: Town, tmp_path: Path) -> None:
    [block] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    program = tmp_path / "department.py"
    program.write_text(block, encoding="utf-8")
    [port] = free_ports(1)
    secret = configure(town.system, "xs-cl", kind="http", url=f"http://127.0.0.1:{port}/", rotate=True)["secret"]
    with open(town.system.logs / "example.log", "ab") as log:
        command = [sys.executable, str(program), str(port), "xs-cl", secret, town.system.api_url]
        process = start(command, log=log)
    try:
        case_no = town.assign("xs-cl")
        until(lambda: town.delivery(case_no, "xs-cl") == "delivered")
        until(lambda: town.entries(case_no, "signed"))
    finally:
        end([process])
    [entry] = town.entries(case_no, "delivered")
    assert entry["detail"] == "交办通知已送达，对方编号 收文1"
