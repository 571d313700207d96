"""The trial in small, and that its check sees what is wrong."""

from collections import Counter
from typing import Any

import pytest

from ops.lab.simulator.check import _acts, _answers, _reports, _tasks
from ops.lab.simulator.trial import MISBEHAVIOUR, trial
from ops.system import System

EXPECTED = {"c-1/a1": "xs-mz"}


def count(**changes: Any) -> dict[str, Any]:
    """What 民政 counts when all is well, but for these changes."""
    return {"assignments": {"c-1/a1": 1}, "contradictions": [], "answers": {"proper 200": 2}, **changes}


@pytest.mark.system
@pytest.mark.drill
@pytest.mark.xdist_group("departments-trial")
def test_nothing_is_lost_and_nothing_doubled() -> None:
    with System() as system:
        found = trial(system, cases=20, clerks=4, seed=7)
    assert found["violations"] == []
    assert sum(measured["tasks"] for measured in found["departments"].values()) >= 20
    assert any(measured["repeated"] for measured in found["departments"].values()), "nobody misbehaved"


@pytest.mark.parametrize("times", [0, 2])
def test_a_lost_or_doubled_task_is_seen(times: int) -> None:
    assert list(_tasks(EXPECTED, {"xs-mz": count()})) == []
    assert len(list(_tasks(EXPECTED, {"xs-mz": count(assignments={"c-1/a1": times})}))) == 1


def test_a_foreign_task_and_a_contradiction_are_seen() -> None:
    assert len(list(_tasks(EXPECTED, {"xs-mz": count(assignments={"c-1/a1": 1, "c-2/a1": 1})}))) == 1
    assert len(list(_tasks(EXPECTED, {"xs-mz": count(contradictions=["c-1/a1/4"])}))) == 1


def test_a_wrong_ledger_is_seen() -> None:
    good = Counter({("c-1/a1", action): 1 for action in ("delivered", "signed", "replied")})
    assert list(_reports(good, EXPECTED)) == []
    assert list(_acts(good, EXPECTED, MISBEHAVIOUR)) == []
    assert len(list(_reports(good + Counter({("c-1/a1", "delivered"): 1}), EXPECTED))) == 1
    assert len(list(_acts(good + Counter({("c-1/a1", "signed"): 1}), EXPECTED, MISBEHAVIOUR))) == 1
    assert len(list(_acts(good - Counter({("c-1/a1", "replied"): 1}), EXPECTED, MISBEHAVIOUR))) == 1


def test_an_answer_that_nobody_deserves_is_seen() -> None:
    assert list(_answers({"xs-mz": count()})) == []
    assert len(list(_answers({"xs-mz": count(answers={"forged 200": 1})}))) == 1
