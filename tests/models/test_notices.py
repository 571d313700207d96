"""What departments' systems are told: one notice where something concerns them, none where nothing does."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.aggregate import SYSTEM, By, Command, Facts
from models.case import Case
from models.case.notice import NoticeEvent
from models.codes import Role
from models.ledger import Entry, stamp_time
from models.notices import notices
from tests.models.walk import OTHER_CALENDARS, UNITS, Walker

WALKS, STEPS = 100, 80
MORNING = datetime(2026, 8, 3, 1, 0, tzinfo=UTC)
DIFFICULT = {
    "category": "difficult",
    "reason": "不能到场",
    "causes": ["process"],
    "obstacles": ["不能到场"],
    "measures": ["home_visit"],
}
TASKS = [
    {"unit": "d-one", "role": "lead", "task": "核对", "working_days": 3},
    {"unit": "d-two", "role": "assist", "task": "协助", "working_days": 5},
]


class Story:
    """A case worked on by hand; what each act told the departments."""

    def __init__(self) -> None:
        self.walker = Walker(1)
        self.walker.now = MORNING
        self.give("accept", Role.CLERK)
        self.give("diagnose", Role.CLERK, **DIFFICULT)

    def give(self, name: str, role: Role, unit: str = "village", **body: Any) -> list[tuple[str, str]]:
        by = SYSTEM if role is Role.SYSTEM else By(actor="x", role=role, unit=unit)
        before = len(self.walker.entries)
        self.walker.give(Command(name=name, by=by, body=body, facts=Facts(units=UNITS, cases=["other"])))
        assert len(self.walker.entries) > before, f"{name} was refused"
        return told(self.walker.entries, before)

    def assigned(self) -> list[tuple[str, str]]:
        return self.give("assign", Role.HEAD, assignments=TASKS)


def told(ledger: list[Entry], before: int) -> list[tuple[str, str]]:
    return [
        (notice.unit, notice.event.value)
        for seq in range(before + 1, len(ledger) + 1)
        for notice in notices(ledger[:seq])
    ]


@pytest.fixture
def story() -> Story:
    return Story()


def test_each_department_hears_of_its_task_and_of_nobody_elses(story: Story) -> None:
    assert story.assigned() == [("d-one", "assignment"), ("d-two", "assignment")]
    assert story.give("sign", Role.LIAISON, "d-one", assignment_id="a1") == []
    assert story.give("urge", Role.HEAD, assignment_id="a2", text="请签收") == [("d-two", "urge")]
    assert story.give("urge", Role.SUPERVISOR, text="请抓紧") == [], "the window was urged, not a department"
    assert story.give("reply", Role.LIAISON, "d-one", assignment_id="a1", result="done", content="好") == []


def test_rulings_go_to_who_asked(story: Story) -> None:
    story.assigned()
    story.give("return", Role.LIAISON, "d-one", assignment_id="a1", ground="other", reason="应由住建承办")
    said = {"assignment_id": "a1", "decision": "deny", "reason": "职责清单"}
    assert story.give("rule_return", Role.LEAD, **said) == [("d-one", "ruling")]
    story.give("extend", Role.LIAISON, "d-two", assignment_id="a2", working_days=2, reason="现场核查")
    said = {"assignment_id": "a2", "decision": "grant", "reason": "同意"}
    assert story.give("rule_extension", Role.LEAD, **said) == [("d-two", "ruling")]
    ruling = notices(story.walker.entries)[0]
    assert ruling.payload["ruling"] == {"on": "extension", "decision": "grant", "reason": "同意"}


def test_what_moves_a_date_is_told(story: Story) -> None:
    story.assigned()
    assert story.give("expedite", Role.HEAD, reason="老人等用钱", working_days=1) == [
        ("d-one", "deadline"),
        ("d-two", "deadline"),
    ]
    payload = notices(story.walker.entries)[0].payload
    assert payload["due_at"] < payload["due_before"]
    assert payload["cause"] == "特事特办"
    rest = story.give("change_calendar", Role.SYSTEM, calendar=OTHER_CALENDARS[1])
    assert {event for _, event in rest} <= {"deadline"}


def test_a_task_that_ends_without_its_department_is_withdrawn(story: Story) -> None:
    story.assigned()
    story.give("sign", Role.LIAISON, "d-one", assignment_id="a1")
    story.give("reply", Role.LIAISON, "d-one", assignment_id="a1", result="done", content="好")
    assert story.give("withdraw", Role.CITIZEN, reason="我自己的私事") == [("d-two", "withdrawal")]
    assert "私事" not in str(notices(story.walker.entries)), "the applicant's words are nobody's business"


def test_a_merged_case_rests_and_goes_on(story: Story) -> None:
    story.assigned()
    both = [("d-one", "withdrawal"), ("d-two", "withdrawal")]
    assert story.give("merge", Role.CLERK, into="other", reason="同一件事") == both
    resumed = [("d-one", "resumption"), ("d-two", "resumption")]
    assert story.give("unmerge", Role.CLERK, reason="并错了") == resumed


def test_nothing_of_the_applicant_is_sent(story: Story) -> None:
    story.assigned()
    notice = notices(story.walker.entries)[0]
    assert notice.delivery_id == f"{notice.case_no}/a1/{notice.seq}"
    assert set(notice.payload) == {
        *("delivery_id", "event", "case_no", "assignment_id", "seq", "at", "unit", "role"),
        *("task", "state", "due_at", "matter"),
    }
    assert "周先生" not in str(notice.payload)


def test_a_department_is_never_left_with_a_wrong_picture() -> None:
    """Over random walks: who believes its notices has in hand what the case says it has, until the case ends."""
    seen: set[NoticeEvent] = set()
    for seed in range(WALKS):
        walker = Walker(seed)
        for _ in range(STEPS):
            walker.step()
        in_hand: dict[str, str] = {}
        for seq in range(1, len(walker.entries) + 1):
            ledger = walker.entries[:seq]
            for notice in notices(ledger):
                seen.add(notice.event)
                over = notice.event is NoticeEvent.WITHDRAWAL or notice.state.value == "withdrawn"
                if over:
                    assert in_hand.pop(notice.assignment_id), "withdrawn, but it was never in hand"
                else:
                    in_hand[notice.assignment_id] = notice.due_at
            if ledger[-1].action == "replied":
                in_hand.pop(ledger[-1].detail["assignment_id"])
        case = Case.from_entries(walker.case.state.case_no, walker.entries)
        running = case.state.stage.value in ("accepted", "assigned", "handling") and not case.state.merged_into
        assert in_hand == ({a.id: stamp_time(a.due) for a in case.open_assignments()} if running else {})
    assert {NoticeEvent.ASSIGNMENT, NoticeEvent.URGE, NoticeEvent.WITHDRAWAL} <= seen
