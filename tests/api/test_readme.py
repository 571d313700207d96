"""The example of the README is run as it is written there, in both languages."""

import re
import subprocess

import pytest

from ops.settings import DEMO_PASSWORD, ROOT
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_case_is_registered_and_accepted(people: People, name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    example = text[text.index("API=") :]
    script = "\n".join(re.findall(r"^(?:API=|curl ).*?(?=```)", example, re.DOTALL | re.MULTILINE))
    for written, here in (
        ("http://127.0.0.1:8000", people.system.api_url),
        (DEMO_PASSWORD, people.system.password),
        ("my-first-case", f"my-first-case-{name}"),
    ):
        assert written in script
        script = script.replace(written, here)
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    case_no = done.stdout.split()[0]
    assert people.view(case_no)["stage"] == "accepted"
    assert '"diagnose"' in done.stdout
