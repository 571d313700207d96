"""The example in docs/intake.md does what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops.settings import ROOT
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def test_the_example_sends_a_piece_and_asks_how_it_stands(people: People, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "intake.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "sender.py").write_text(example, encoding="utf-8")
    secret = people.get("admin", "/api/intake/keys/hotline").json()["secret"]
    run = [sys.executable, str(tmp_path / "sender.py"), people.system.api_url, secret]
    for _ in range(2):  # sent again, it is the same case
        said = subprocess.run(run, capture_output=True, text=True, timeout=60)
        assert said.returncode == 0, said.stderr
        case_no, status = said.stdout.split()
        assert people.view(case_no)["source"]["source_id"] == "12345-2026-000001"
        assert status == "待受理"
