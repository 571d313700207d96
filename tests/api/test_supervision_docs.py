"""docs/supervision.md: the example works, and the tables name what there is."""

import re
from typing import Any

from models.draws import commitment, is_drawn
from models.rules import policy
from ops.settings import ROOT

TEXT = (ROOT / "docs" / "supervision.md").read_text(encoding="utf-8")


def test_the_example_checks_a_draw_as_we_draw() -> None:
    [code] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    for n in range(50):
        case_no = f"330109-20261102-{n:04d}"
        assert found["was_drawn"]("seed", commitment("seed"), case_no, 0.3) is is_drawn("seed", case_no, 0.3)


def test_the_table_divides_the_rules_as_the_policy_does() -> None:
    doubts = policy("xiaoshan").doubts
    for kind, besides in (("finding", {"declined"}), ("sign", set[str]())):
        [row] = [line for line in TEXT.splitlines() if line.startswith(f"| {kind} ")]
        named = set(re.findall(r"`(\w+)`", row.split("|")[2]))
        assert named - besides == {name for name, rule in doubts.items() if rule.kind == kind}
