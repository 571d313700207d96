"""疑点规则: every rule has its item in every policy, every item its rule; and what each of them sees."""

from typing import Any

import pytest

from models.case.doubts import rule_names
from models.case.wording import cites_nothing
from models.codes import Check
from models.rules import places, policy
from tests.models.story import Story

SIGNS = {"closed_in_minutes", "counter_evaluation", "copied_answer", "one_clerk", "no_contact"}
"""What contract.md calls signs in every profile we ship."""

FINDINGS = {"late_answer", "two_passes_back", "no_citation"}


@pytest.mark.parametrize("code", places())
def test_every_rule_is_an_item_of_policy_and_every_item_has_its_rule(code: str) -> None:
    doubts = policy(code).doubts
    assert set(doubts) == rule_names()
    assert {name for name in SIGNS if doubts[name].kind == "sign"} == SIGNS
    assert {name for name in FINDINGS if doubts[name].kind == "finding"} == FINDINGS
    assert all(item.code.startswith(Check(item.check).letter) for item in doubts.values())


@pytest.mark.parametrize(
    ("basis", "nothing"),
    [([], True), (["无"], True), (["见相关规定。"], True), (["某法第一条"], False), (["无", "某办法"], False)],
)
def test_what_counts_as_a_citation(basis: list[str], nothing: bool) -> None:
    assert cites_nothing(basis) is nothing


def seen(story: Story, link: str) -> tuple[set[str], set[str]]:
    """The rules that spoke at a link: as findings, as signs."""
    [checkpoint] = [c for c in story.case.state.checkpoints if c.link.value == link]
    return {f["rule"] for f in checkpoint.findings}, {s["rule"] for s in checkpoint.signs}


def resolve(story: Story, **changes: Any) -> None:
    story.give("resolve", "clerk", outcome="done", summary="已办", basis=["某法第一条"], evidence=[], **changes)


def test_a_case_done_in_time_by_several_hands_has_no_doubt() -> None:
    story = Story().accepted().diagnosed()
    story.hours(1)
    story.give("measure", "head", kind="guidance", detail="当面指导")
    resolve(story)
    assert seen(story, "handle") == (set(), set())
    assert seen(story, "resolve") == (set(), set())


def test_one_clerk_within_minutes_is_two_signs_that_block_nothing() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    resolve(story)
    assert seen(story, "resolve") == (set(), {"closed_in_minutes", "one_clerk"})


def test_an_answer_after_the_limit_is_a_finding_even_when_the_next_is_in_time() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.working_days(6)
    resolve(story)
    assert "late_answer" in seen(story, "handle")[0]
    story.give("reopen", "lead", reason="没办好")
    resolve(story)
    assert seen(story, "handle")[0] == set(), "the new clock was kept"
    assert story.case.state.clock.overdue, "the breach stays"


def test_two_passes_back_are_a_finding() -> None:
    story = Story().accepted().diagnosed()
    story.give("assign", "clerk", assignments=[{"unit": "d-one", "role": "lead", "task": "核对"}])
    said = {"assignment_id": "a1", "ground": "other", "reason": "材料是别处的"}
    story.give("return", "liaison", unit="d-one", **said)
    story.give("rule_return", "lead", assignment_id="a1", decision="deny", reason="就是你们的")
    story.give("return", "liaison", unit="d-one", **said)
    story.give("conclude", "lead", consultation_id="c1", resolution="assign", minutes="由一家办", assignments=[
        {"unit": "d-two", "role": "lead", "task": "办理"}
    ])  # fmt: skip
    story.give("sign", "liaison", unit="d-two", assignment_id="a2")
    story.give("reply", "liaison", unit="d-two", assignment_id="a2", result="done", content="已经办理完毕")
    resolve(story)
    assert "two_passes_back" in seen(story, "handle")[0]


def test_a_department_that_cannot_and_cites_nothing_is_a_finding() -> None:
    story = Story().accepted().diagnosed()
    story.give("assign", "clerk", assignments=[{"unit": "d-one", "role": "lead", "task": "核对"}])
    story.give("sign", "liaison", unit="d-one", assignment_id="a1")
    story.give(
        "reply",
        "liaison",
        unit="d-one",
        assignment_id="a1",
        result="cannot",
        content="没有先例",
        legal_basis=["见相关规定"],
    )
    resolve(story)
    findings, _ = seen(story, "handle")
    assert findings == {"no_citation"}


def test_first_contact_later_than_the_first_working_day_is_a_sign() -> None:
    story = Story()
    story.working_days(2)
    story.accepted()
    assert seen(story, "register") == (set(), {"no_contact"})


def test_copied_words_and_the_counters_own_address_are_signs() -> None:
    story = Story().accepted()
    story.give("diagnose", "clerk", category="cannot", reason="资金不足", causes=["process"], legal_basis=["某办法"])
    story.hours(2)
    story.give("explain", "head", facts={"same_answers": 3}, text="账户资金不足，依据某办法", legal_basis=["某办法"])
    story.give("acknowledge", "citizen")
    story.give("evaluate", "citizen", facts={"at_counter": True}, score=5)
    assert seen(story, "handle")[1] == {"copied_answer"}
    assert seen(story, "evaluate")[1] == {"counter_evaluation"}


def test_an_idle_case_alerts_the_head_once_and_in_business_hours() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.working_days(4)
    alerts = [entry for entry in story.entries if entry.action == "idle_alerted"]
    assert len(alerts) == 1
    at = alerts[0].at
    assert story.case.calendar.next_open(at, story.case.policy.opening_of_business) == at  # type: ignore[arg-type]
    story.give("note", "clerk", text="已去电")
    story.working_days(4)
    assert len([entry for entry in story.entries if entry.action == "idle_alerted"]) == 2


def test_nothing_is_archived_before_the_three_checks_are_stated() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    resolve(story)
    story.give(
        "clear", "supervisor", link="handle", findings=[{"check": "bad_policy", "code": "C2", "detail": "规定滞后"}]
    )
    story.give("evaluate", "citizen", score=5)
    story.working_days(2)
    [archived] = [entry for entry in story.entries if entry.action == "archived"]
    assert archived.detail["three_checks"] == {"shirking": "none", "unclear_duty": "none", "bad_policy": "found"}
