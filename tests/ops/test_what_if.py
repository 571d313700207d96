"""推演: the same cases under another limit or calendar, by the clock's own rules (DL11)."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from models.calendar_years import YearOverlay, build_calendar
from models.case.clock import is_overdue
from models.case.parts import Cap, Clock, Span
from models.ledger import BEIJING
from models.rules import RulesError, drafted, policy
from models.what_if import Days, Duty, Past, duties_of, duty_late, late, past_of
from ops.what_if import Tally, Trial, changed
from tests.models.story import Story
from tests.models.walk import Walker

CALENDAR = build_calendar(range(2026, 2028), ())
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def past(**clock: object) -> Past:
    return Past("x", "xw-center", "difficult", Clock(start=at("2026-09-17T10:00"), limit=5, **clock))


def all_of(days: int) -> Days:
    return lambda kind: days


def within(days: int) -> Days:
    """So many for whatever was found, and five until it was."""
    return lambda kind: 5 if kind == "undiagnosed" else days


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
    assert late(past(stopped=[Span(since=at(reply))]), all_of(limit), CALENDAR, NOW) is expected


def test_what_paused_the_clock_pauses_it_under_other_rules_too() -> None:
    paused = [Span(since=at("2026-09-18T09:00"), until=at("2026-09-24T18:00"))]
    stopped = [Span(since=at("2026-09-28T16:00"))]
    assert not late(past(paused=paused, stopped=stopped), all_of(1), CALENDAR, NOW)
    assert late(past(stopped=stopped), all_of(5), CALENDAR, NOW)


def test_a_changed_day_of_rest_moves_the_end() -> None:
    overlay = YearOverlay(2026, (), (date(2026, 9, 18),), "推演", published=False)
    other, stopped = build_calendar(range(2026, 2028), (overlay,)), [Span(since=at("2026-09-20T16:00"))]
    assert late(past(stopped=stopped), all_of(1), CALENDAR, NOW)
    assert not late(past(stopped=stopped), all_of(1), other, NOW)


def test_what_was_hastened_stays_hastened() -> None:
    hurried = past(cap=Cap(start=at("2026-09-17T10:00"), days=2), stopped=[Span(since=at("2026-09-28T09:00"))])
    assert late(Past("x", "u", "difficult", hurried.clock.model_copy(update={"limit": 2})), all_of(30), CALENDAR, NOW)


def test_under_the_rules_in_force_it_says_what_the_case_says() -> None:
    for days in range(12):
        story = Story().accepted()
        now = story.case.state.accepted_at + timedelta(days=days)
        story.pass_to(now)
        clock = story.case.state.clock
        found = Past("x", "u", "undiagnosed", clock)
        assert late(found, all_of(clock.limit), story.case.calendar, now) == is_overdue(story.case, now), days


def test_a_limit_that_does_not_exist_is_named() -> None:
    assert changed(["difficult=4", "cannot=2"]) == {"difficult": 4, "cannot": 2}
    for wrong in ("difficult", "difficult=0", "nonsense=3", "difficult=x"):
        with pytest.raises(ValueError, match=wrong):
            changed([wrong])


MORE_THAN_A_LIMIT = {"reopened", "merged", "unmerged", "convened", "calendar_changed", "expedited"}
"""After these a limit alone does not say any more who was late: what is recorded stands. Likewise where it is not the
first diagnosis, or one that starts the clock anew (deferred)."""


def test_on_random_walks_the_rules_of_then_say_what_was_recorded() -> None:
    compared = {"case": 0, "accept": 0, "assignment": 0}
    for seed in range(400):
        walker = Walker(seed)
        for _ in range(20):
            walker.step()
        case, calendar = walker.case, walker.case.calendar
        if {entry.action for entry in walker.entries} & MORE_THAN_A_LIMIT:
            continue
        if case.state.categories_before or case.state.category == "deferred":
            continue
        state = json.loads(case.state.model_dump_json(exclude_defaults=True))
        said = [entry.at for entry in walker.entries if entry.action == "diagnosed"]
        if (found := past_of(state, said[-1] if said else None)) is not None:
            assert late(found, case.policy.days, calendar, walker.now) is found.late, seed
            compared["case"] += 1
        for duty in duties_of(state, case.policy.days("assignment")):
            assert duty_late(duty, case.policy.days, calendar, walker.now) is duty.late, (seed, duty)
            compared[duty.kind] += 1
    assert min(compared.values()) > 3, compared


def test_a_diagnosis_gives_until_the_close_of_the_next_working_day() -> None:
    again = at("2026-09-23T11:00")  # after four working days, for a limit of three
    on_the_day_after = past(stopped=[Span(since=at("2026-09-24T16:00"))]).clock
    too_late = past(stopped=[Span(since=at("2026-09-24T18:00"))]).clock
    assert not late(Past("x", "u", "cannot", on_the_day_after, diagnosed_at=again), within(3), CALENDAR, NOW)
    assert late(Past("x", "u", "cannot", too_late, diagnosed_at=again), within(3), CALENDAR, NOW)


def test_a_task_keeps_the_days_it_was_given_and_what_was_granted() -> None:
    since, until = at("2026-09-17T10:00"), at("2026-09-22T16:00")
    plain = Duty("x", "xw-zj", "assignment", since, until, None, late=False)
    assert (duty_late(plain, all_of(3), CALENDAR, NOW), duty_late(plain, all_of(4), CALENDAR, NOW)) == (True, False)
    given = Duty("x", "xw-zj", "assignment", since, until, 9, late=False)
    assert not duty_late(given, all_of(1), CALENDAR, NOW)
    extended = Duty("x", "xw-zj", "assignment", since, until, None, late=False, extended_by=2)
    assert not duty_late(extended, all_of(2), CALENDAR, NOW)
    assert duty_late(Duty("x", "xw-zj", "assignment", since, None, None, late=False), all_of(3), CALENDAR, NOW), (
        "still owed"
    )


def test_what_does_not_follow_from_a_limit_counts_as_it_is_recorded() -> None:
    tally, clock = Tally(), past().clock
    tally.add(Past("a", "u", "difficult", clock, late=False), then=False, otherwise=True)
    tally.add(Past("b", "u", "difficult", clock, late=True), then=False, otherwise=False)
    tally.add(Past("c", "v", "difficult", clock, late=True), then=True, otherwise=False)
    counts = tally.as_json()
    assert (counts["newly_late"], counts["no_more_late"], counts["as_recorded"]) == (["a"], ["c"], ["b"])
    assert counts["units"] == {"u": {"late": 1, "would_be_late": 2}, "v": {"late": 1, "would_be_late": 0}}


def test_a_changed_profile_is_tried_before_it_is_published() -> None:
    text = """
name = "玄武区"
division = "320102"
[limits.difficult]
days = 3
source = "草案"
[settings.close_of_business]
value = "18:00"
source = "草案"
"""
    own = policy("xuanwu")
    trial = Trial(own, drafted("xuanwu", text), changed(["cannot=2"]))
    assert (trial.days("difficult"), trial.days("cannot"), trial.days("refused")) == (3, 2, own.days("refused"))
    assert trial.other.close_of_business.hour == 18
    for wrong in ("名字", text.replace("days = 3", "days = 0"), text.replace("limits.difficult", "limits.nonsense")):
        with pytest.raises(RulesError):
            drafted("xuanwu", wrong)
