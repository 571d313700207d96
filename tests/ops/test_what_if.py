"""推演: the same cases under another limit or calendar, by the clock's own rules (DL11)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from models.calendar_years import YearOverlay, build_calendar
from models.case.clock import is_overdue
from models.case.parts import Cap, Clock, Span
from models.ledger import BEIJING
from models.what_if import Past, late
from ops.what_if import _changed
from tests.models.story import Story

CALENDAR = build_calendar(range(2026, 2028), ())
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def past(**clock: object) -> Past:
    return Past("x", "xw-center", "difficult", Clock(start=at("2026-09-17T10:00"), limit=5, **clock))


@pytest.mark.parametrize(
    ("reply", "limit", "expected"),
    [
        ("2026-09-18T16:00", 1, False),  # Friday, before the close of the first working day
        ("2026-09-18T17:00", 1, True),
        ("2026-09-20T16:59", 2, False),  # a Sunday on which offices work (domain.md 1.3)
        ("2026-09-21T09:00", 2, True),
        ("2026-09-21T09:00", 3, False),
    ],
)
def test_a_reply_is_late_when_the_last_day_has_closed(reply: str, limit: int, expected: bool) -> None:
    assert late(past(stopped=[Span(since=at(reply))]), limit, CALENDAR, NOW) is expected


def test_what_paused_the_clock_pauses_it_under_other_rules_too() -> None:
    paused = [Span(since=at("2026-09-18T09:00"), until=at("2026-09-24T18:00"))]
    stopped = [Span(since=at("2026-09-28T16:00"))]
    assert not late(past(paused=paused, stopped=stopped), 1, CALENDAR, NOW)
    assert late(past(stopped=stopped), 5, CALENDAR, NOW)


def test_a_changed_day_of_rest_moves_the_end() -> None:
    overlay = YearOverlay(2026, (), (date(2026, 9, 18),), "推演", published=False)
    other, stopped = build_calendar(range(2026, 2028), (overlay,)), [Span(since=at("2026-09-20T16:00"))]
    assert late(past(stopped=stopped), 1, CALENDAR, NOW)
    assert not late(past(stopped=stopped), 1, other, NOW)


def test_what_was_hastened_stays_hastened() -> None:
    hurried = past(cap=Cap(start=at("2026-09-17T10:00"), days=2), stopped=[Span(since=at("2026-09-28T09:00"))])
    assert late(Past("x", "u", "difficult", hurried.clock.model_copy(update={"limit": 2})), 30, CALENDAR, NOW)


def test_under_the_rules_in_force_it_says_what_the_case_says() -> None:
    for days in range(12):
        story = Story().accepted()
        now = story.case.state.accepted_at + timedelta(days=days)
        story.pass_to(now)
        clock = story.case.state.clock
        found = Past("x", "u", "undiagnosed", clock)
        assert late(found, clock.limit, story.case.calendar, now) == is_overdue(story.case, now), days


def test_a_limit_that_does_not_exist_is_named() -> None:
    assert _changed(["difficult=4", "cannot=2"]) == {"difficult": 4, "cannot": 2}
    for wrong in ("difficult", "difficult=0", "nonsense=3", "difficult=x"):
        with pytest.raises(ValueError, match=wrong):
            _changed([wrong])
