"""月度联席会议: which day it is, and which cases it looks at."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.calendar_years import build_calendar
from models.ledger import BEIJING
from models.meeting.agenda import MOST_ITEMS, agenda, reasons
from models.meeting.state import Why
from tests.models.walk import Walker
from workflows.hosting.schedules import LATEST_FIRST_WORKING_DAY

CALENDAR = build_calendar(range(2010, 2029), [])


@pytest.mark.parametrize(
    ("month", "first"),
    [("2026-01", "2026-01-04"), ("2026-02", "2026-02-02"), ("2026-05", "2026-05-06"), ("2026-10", "2026-10-08")],
)
def test_the_first_working_day_knows_holidays_and_make_up_days(month: str, first: str) -> None:
    day = date.fromisoformat(f"{month}-20")
    assert CALENDAR.first_workday_of_month(day) == date.fromisoformat(first)


def test_no_first_working_day_comes_after_the_schedule_has_stopped_asking() -> None:
    months = [date(year, month, 1) for year in range(2010, 2029) for month in range(1, 13)]
    assert max(CALENDAR.first_workday_of_month(day).day for day in months) <= LATEST_FIRST_WORKING_DAY


def test_the_agenda_of_random_cases_is_ranked_complete_and_without_names() -> None:
    seen: set[Why] = set()
    cases, now = [], datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    for seed in range(160):
        walker = Walker(seed)
        while walker.now < now - timedelta(days=1) and len(walker.entries) < 60:
            walker.step()
        cases.append(walker.case)
    found = agenda(cases, now)
    assert [item.case_no for item in found] != sorted(item.case_no for item in found)
    gravity = [list(Why).index(item.why[0]) for item in found]
    assert gravity == sorted(gravity)
    listed = {item.case_no for item in found}
    for case in cases:
        why = reasons(case, now)
        assert (case.state.case_no in listed) == bool(why)
        if case.state.stage in ("registered", "accepted", "assigned", "handling") and not case.state.merged_into:
            assert Why.OPEN in why
        seen |= set(why)
    assert {Why.OVERDUE, Why.OPEN, Why.DOUBTED} <= seen
    assert "周先生" not in str(found)
    assert len(agenda(cases * 10, now)) <= MOST_ITEMS


def test_the_month_is_beijings() -> None:
    late = datetime(2026, 11, 30, 23, 0, tzinfo=BEIJING)
    assert CALENDAR.first_workday_of_month(late.date()) == date(2026, 11, 2)
