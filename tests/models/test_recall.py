"""收回: what was not answered is taken back, what was late stays late, and no time is won by it."""

import pytest

from models.case import Case
from models.codes import AssignmentState
from models.errors import Refusal
from models.notices import notices
from tests.models.story import Story

TASK = {"unit": "d-one", "role": "lead", "task": "核对", "working_days": 3}


@pytest.fixture
def story() -> Story:
    story = Story().accepted().diagnosed()
    story.give("assign", "head", assignments=[TASK])
    return story


def recall(story: Story, ref: str = "a1") -> None:
    story.give("recall", "head", assignment_id=ref, reason="交错了部门")


def test_an_unanswered_task_is_withdrawn_and_the_department_told(story: Story) -> None:
    recall(story)
    assert story.case.state.assignments[0].state is AssignmentState.WITHDRAWN
    assert {limit.kind for limit in story.case.state.limits.values()}.isdisjoint({"sign", "assignment"})
    (told,) = notices(story.entries)
    assert (told.event.value, told.more) == ("withdrawal", {"cause": "收回"})


def test_the_same_department_keeps_the_earlier_date(story: Story) -> None:
    due = story.case.state.assignments[0].due
    story.working_days(1)
    recall(story)
    story.give("assign", "head", assignments=[{**TASK, "working_days": 9}])
    recall(story, "a2")
    story.give("assign", "head", assignments=[{**TASK, "working_days": 9}])
    again = story.case.state.assignments[-1]
    assert (again.due, story.case.state.limits["assignment:a3"].due) == (due, due)
    assert "assignment:a1" not in story.case.state.limits
    story.pass_to(due)
    assert story.case.state.assignments[-1].overdue
    assert Case.from_entries(story.case.number, story.entries).form == story.case.form


def test_another_department_or_a_shorter_time_has_a_date_of_its_own(story: Story) -> None:
    due = story.case.state.assignments[0].due
    recall(story)
    story.give("assign", "head", assignments=[{**TASK, "unit": "d-two", "working_days": 9}])
    assert story.case.state.assignments[-1].due > due
    recall(story, "a2")
    story.give("assign", "head", assignments=[{**TASK, "working_days": 1}])
    assert story.case.state.assignments[-1].due < due


def test_breaches_stay_and_no_time_is_won(story: Story) -> None:
    story.working_days(3)
    assert story.case.state.assignments[0].overdue
    recall(story)
    assert story.case.state.assignments[0].overdue
    recorded = story.give("assign", "head", assignments=[TASK])
    assert "overdue" in [entry.action for entry in recorded]


def test_what_was_answered_is_not_taken_back(story: Story) -> None:
    story.give("sign", "liaison", unit="d-one", assignment_id="a1")
    story.give("reply", "liaison", unit="d-one", assignment_id="a1", result="done", content="已核对", legal_basis=[])
    with pytest.raises(Refusal) as refused:
        recall(story)
    assert refused.value.status == 409
