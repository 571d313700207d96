"""What workflows are passed through the sandbox, and that nothing in them would be answered otherwise in a replay."""

import ast
from pathlib import Path

import pytest

from workflows.platform.sandbox import PASSED_THROUGH

ROOT = Path(__file__).parents[2]
UNGUARDED = tuple(name for name in PASSED_THROUGH if name in ("workflows.case", "workflows.ledger"))
"""Workflows whose code the sandbox does not load anew for each run."""

OUTSIDE = {"os", "random", "secrets", "socket", "subprocess", "threading", "time", "urllib", "uuid"}
CLOCKS = {"now", "utcnow", "today"}


@pytest.mark.parametrize("module", UNGUARDED)
def test_a_workflow_without_the_sandbox_asks_nothing_outside(module: str) -> None:
    """No clock but the workflow's, no chance, nothing of the machine: the sandbox would refuse it elsewhere."""
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    imported = {alias.name for each in ast.walk(tree) if isinstance(each, ast.Import) for alias in each.names}
    imported |= {each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & OUTSIDE
    asked = [each for each in ast.walk(tree) if isinstance(each, ast.Attribute) and each.attr in CLOCKS]
    assert {ast.unparse(each) for each in asked} <= {"workflow.now"}
    assert not [each for each in ast.walk(tree) if isinstance(each, ast.Name) and each.id in {"open", "input"}]


def test_only_cases_and_what_all_ledgers_share_go_without() -> None:
    folder = ROOT / "workflows"
    defined = {f"workflows.{path.stem}" for path in folder.glob("*.py") if "@workflow.defn" in path.read_text("utf-8")}
    assert defined & set(PASSED_THROUGH) == {"workflows.case"}
