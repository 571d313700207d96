"""A department that is down or slow costs the others nothing: measured at the other departments' own doors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from ops.lab.simulator.process import Simulator
from tests.departments.conftest import Town
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.xdist_group("departments")]
Departments = Callable[..., Simulator]

CASES = 30
LATEST_SECONDS = 3.0
"""What a healthy department may wait at most while others hang: far below their time-outs."""


def latencies(town: Town, department: Simulator, cases: list[str]) -> list[float]:
    """Seconds from the assignment to the arrival at the department, for each case."""
    arrived: dict[str, datetime] = {}
    notices: dict[str, Any] = department.received()["notices"]
    for notice in notices.values():
        arrived.setdefault(notice["said"]["case_no"], datetime.fromisoformat(notice["received_at"]))
    statement = "SELECT case_no, at FROM entries WHERE action = 'assigned' AND case_no = ANY(%s)"
    sent = dict(town.rows(statement, cases))
    return [(arrived[case_no] - sent[case_no]).total_seconds() for case_no in cases]


def test_the_healthy_are_served_while_others_hang(town: Town, departments: Departments) -> None:
    healthy = departments("xs-mz")
    slow = departments("xs-sc", timeout_seconds=20)
    down = departments("xs-rs")
    slow.behave(delay_seconds=15)
    down.behave(answer="down")
    cases = [town.assign("xs-sc", "xs-rs", "xs-mz") for _ in range(CASES)]
    until(lambda: {n["said"]["case_no"] for n in healthy.received()["notices"].values()} >= set(cases), seconds=60)
    found = sorted(latencies(town, healthy, cases))
    assert found[-1] < LATEST_SECONDS, f"slowest {found[-1]:.2f} s"
    assert 0 < slow.received()["calls"] <= 8, "no more than the bulkhead lets through"
    assert down.received()["calls"] < CASES, "the breaker spares who is down"
    slow.behave()
    down.behave()
    for unit in ("xs-sc", "xs-rs"):
        assert town.delivery(cases[0], "xs-mz") == "delivered"
        until(lambda unit=unit: all(town.delivery(case_no, unit) == "delivered" for case_no in cases), seconds=120)
