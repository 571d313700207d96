"""How a case flows, as architecture.md tells it: every stage, and for each act and limit what the rules say."""

import re

import pytest

from models.actions import CommandName
from models.case import CASE
from models.codes import Category, Role, Stage
from ops.settings import ROOT

TOLD = (
    (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("## How a case flows\n")[1].split("\n## ")[0]
)
PROSE = " ".join(TOLD.split())
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TOLD.splitlines() if line.startswith("| `")]
STAGES = {cells[0]: cells for cells in ROWS if len(cells) == 5}
CATEGORIES = {cells[0]: cells for cells in ROWS if len(cells) == 2}
GIVEN_BY = re.compile(r"((?:`\w+`(?:, | and | or )?)+) \(([a-z, ]+)\)")


def test_every_stage_and_every_category_has_a_row() -> None:
    assert list(STAGES) == [f"`{stage.value}` {stage.label}" for stage in Stage]
    assert list(CATEGORIES) == [f"`{category.value}` {category.label}" for category in Category]


def test_who_may_give_each_command_is_what_the_acts_say() -> None:
    told = {
        name: set(roles.split(", ")) for names, roles in GIVEN_BY.findall(PROSE) for name in re.findall(r"\w+", names)
    }
    told = {name: roles for name, roles in told.items() if name in CASE.acts}
    assert len(told) >= 25
    assert all(roles <= {role.value for role in Role} for roles in told.values())
    wrong = {name: roles for name, roles in told.items() if roles != {role.value for role in CASE.acts[name].roles}}
    assert not wrong


def test_each_command_named_has_its_roles_somewhere() -> None:
    told = {name for names, _ in GIVEN_BY.findall(PROSE) for name in re.findall(r"\w+", names)}
    named = {name for name in re.findall(r"`(\w+)`", TOLD) if name in {command.value for command in CommandName}}
    limits = set(CASE.limit_rules)
    assert not named - told - limits


@pytest.mark.parametrize("stage", STAGES)
def test_limits_and_files_of_a_stage_exist(stage: str) -> None:
    limits, files = (re.findall(r"`([\w.]+)`", cell) for cell in STAGES[stage][3:])
    assert set(limits) <= set(CASE.limit_rules)
    assert files
    assert all((ROOT / "models" / "case" / name).is_file() for name in files)


@pytest.mark.parametrize("stage", STAGES)
def test_the_files_of_a_stage_hold_its_limits(stage: str) -> None:
    """Each limit of a row ends in a rule that stands in the row's files, or with what the row shares."""
    limits, files = (re.findall(r"`([\w.]+)`", cell) for cell in STAGES[stage][3:])
    text = "".join((ROOT / "models" / "case" / name).read_text(encoding="utf-8") for name in files)
    assert not [name for name in limits if f'"{name}"' not in text]
