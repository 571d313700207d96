"""考核: what earns a point, when it counts, and the tiers."""

from datetime import UTC, datetime, timedelta

import pytest

from models.calendar_years import build_calendar
from models.case import Case
from models.case.holding import held_late
from models.errors import Refusal
from models.scores import SCHEME, Contest, Standing, check, earned, standing, tier
from models.scores.rules import _RULES
from tests.models.story import Story

DAYS = build_calendar((2026,), [], version=0)
AT = datetime(2026, 11, 2, 2, tzinfo=UTC)


def points(story: Story) -> list[tuple[str, str]]:
    """Every point that the story earned: rule and subject."""
    found = []
    for n, entry in enumerate(story.entries):
        before = Case.from_entries(story.case.state.case_no, story.entries[:n])
        after = Case.from_entries(story.case.state.case_no, story.entries[: n + 1])
        found += [(point.rule, point.subject) for point in earned(before, after, entry)]
    return found


def assigned() -> Story:
    story = Story().accepted().diagnosed()
    story.give("assign", "clerk", assignments=[{"unit": "d-one", "role": "lead", "task": "核对"}])
    return story


def test_a_late_task_costs_the_department_and_a_late_case_the_window() -> None:
    story = assigned()
    story.working_days(6)
    found = points(story)
    assert found.count(("late_task", "d-one")) == 1
    assert found.count(("late_case", "village")) == 1


def test_a_task_done_in_time_is_a_credit_and_a_denied_return_a_deduction() -> None:
    story = assigned()
    said = {"assignment_id": "a1", "ground": "other", "reason": "材料是别处的"}
    story.give("return", "liaison", unit="d-one", **said)
    story.give("rule_return", "lead", assignment_id="a1", decision="deny", reason="就是你们的")
    story.give("sign", "liaison", unit="d-one", assignment_id="a1")
    story.give("reply", "liaison", unit="d-one", assignment_id="a1", result="done", content="已经核对完毕")
    assert points(story) == [("return_denied", "d-one"), ("task_done", "d-one")]


def test_an_overturned_no_costs_the_window_and_who_said_it() -> None:
    story = Story().accepted()
    story.give("diagnose", "clerk", category="cannot", reason="资金不足", causes=["process"], legal_basis=["某办法"])
    story.give("explain", "clerk", text="账户资金不足，依据某办法", legal_basis=["某办法"])
    story.give("review", "head", decision="overturn", reason="条件已经放宽")
    assert points(story) == [("no_overturned", "village"), ("own_no_overturned", "village.clerk")]


def test_a_good_evaluation_in_time_credits_window_and_first_receiver() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.give("resolve", "clerk", outcome="done", summary="已办", basis=["某法"], evidence=[])
    story.give("evaluate", "citizen", score=5)
    assert points(story) == [("done_well", "village"), ("saw_it_through", "village.clerk")]


def test_an_inquiry_earns_no_points_that_would_tell_of_it() -> None:
    assert not {"found", "inquiry_opened", "remedy_ordered", "looked_back"} & set(_RULES)
    assert set(SCHEME.rules) == {
        *("late_task", "silent", "return_denied", "cannot_overturned", "task_done", "took_on", "late_case"),
        *("late_start", "no_overturned", "poor_evaluation", "done_well", "own_no_overturned", "saw_it_through"),
    }


def test_a_late_case_names_who_held_it() -> None:
    story = assigned()
    story.working_days(6)
    assert [(each["unit"], each["still"]) for each in held_late(story.case)] == [("d-one", True), ("village", True)]
    story.give("sign", "liaison", unit="d-one", assignment_id="a1")
    story.give("reply", "liaison", unit="d-one", assignment_id="a1", result="done", content="已经核对完毕")
    story.give("resolve", "clerk", outcome="done", summary="已办", basis=["某法"], evidence=[])
    told = [(each["unit"], each["working_days"], each["still"]) for each in held_late(story.case)]
    assert told == [("d-one", 7, False), ("village", 7, False)]


def after(days: int) -> datetime:
    return DAYS.due(AT, days) + timedelta(minutes=1)


def test_silence_lets_a_deduction_stand_and_an_explanation_waits_for_its_ruling() -> None:
    assert standing(1, AT, [], AT, DAYS) is Standing.STANDS
    assert standing(-1, AT, [], AT, DAYS) is Standing.TOLD
    assert standing(-1, AT, [], after(SCHEME.explain_days), DAYS) is Standing.STANDS
    explained = [Contest("explain", AT)]
    assert standing(-1, AT, explained, after(30), DAYS) is Standing.EXPLAINED
    for waives, where in ((True, Standing.WAIVED), (False, Standing.STANDS)):
        assert standing(-1, AT, [*explained, Contest("rule", AT, waives)], after(30), DAYS) is where
    appealed = [*explained, Contest("rule", AT, waives=False), Contest("appeal", AT)]
    assert standing(-1, AT, appealed, after(30), DAYS) is Standing.APPEALED
    assert standing(-1, AT, [*appealed, Contest("rule_appeal", AT, waives=True)], after(30), DAYS) is Standing.WAIVED


@pytest.mark.parametrize(
    ("act", "contests", "days", "possible"),
    [
        ("explain", [], 0, True),
        ("explain", [], 4, False),
        ("explain", [Contest("explain", AT)], 0, False),
        ("rule", [], 0, False),
        ("rule", [Contest("explain", AT)], 9, True),
        ("appeal", [], 0, False),
        ("appeal", [], 4, True),
        ("appeal", [], 30, False),
        ("appeal", [Contest("explain", AT), Contest("rule", AT, waives=True)], 1, False),
        ("appeal", [Contest("explain", AT), Contest("rule", AT, waives=False)], 1, True),
        ("rule_appeal", [Contest("appeal", AT)], 1, True),
        ("appeal", [Contest("appeal", AT), Contest("rule_appeal", AT, waives=False)], 1, False),
    ],
)
def test_when_something_can_be_said(act: str, contests: list[Contest], days: int, *, possible: bool) -> None:
    now = after(days) if days else AT
    if possible:
        check(act, -1, AT, contests, now, DAYS)
    else:
        with pytest.raises(Refusal) as refused:
            check(act, -1, AT, contests, now, DAYS)
        assert refused.value.status == 409


def test_tiers_need_enough_to_judge_by() -> None:
    assert tier(-10, 2) is None
    assert tier(0, 3) == ("good", "优")
    assert tier(-2, 3) == ("fair", "良")
    assert tier(-6, 3) == ("weak", "中")
    assert tier(-30, 3) == ("poor", "差")
