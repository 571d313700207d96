"""件内容量: whatever staff and applicant may do, and however often, the state of a case stays small (record.md M1)."""

from datetime import timedelta
from typing import Any

import pytest

from models.aggregate import By, Command, Facts, Room
from models.case import CASE, room
from models.case.supervision import MOST_CARDS
from models.codes import Role
from models.errors import Refusal
from models.ledger import canonical
from tests.models.walk import DEPARTMENTS, UNITS, Walker

COMMANDS = 20_000
TEXT, NAME = "字" * 4000, "名" * 200
"""As long as words may be."""

CITED = ["依" * 400] * 50


class Greedy(Walker):
    """Does everything as often as it is allowed, in the largest words that are allowed."""

    def __init__(self, seed: int, *, large: bool) -> None:
        self.large = large
        self.full = 0
        super().__init__(seed, profile="xuanwu", minutes=60)

    def _value(self, field: str) -> Any:
        found = super()._value(field)
        if not self.large or self.dice.random() < 0.8:
            return found
        if field in ("basis", "legal_basis", "evidence", "root_cause", "steps"):
            return CITED
        texts = ("reason", "text", "content", "opinion", "minutes", "summary", "requirement", "answer", "task", "facts")
        return TEXT if field in (*texts, "question", "detail", "progress", "reply", "why_changed", "path") else found

    def _link(self) -> dict[str, Any]:
        return {"case_no": f"other-{self.dice.randrange(10_000)}", "kind": "related"}

    def _assign(self) -> dict[str, Any]:
        body = super()._assign()
        for task in body["assignments"]:
            task["task"] = TEXT if self.large and self.dice.random() < 0.2 else task["task"]
        return body

    def often(self) -> None:
        """One command that the case takes now, or a while of waiting."""
        command = self._command()
        command.facts.cases = ["other", *(f"other-{n}" for n in range(10_000))] if command.name == "link" else ["other"]
        self.give(command)
        if self.dice.random() < 0.02:
            self.pass_time()

    def give(self, command: Command) -> list[Any]:
        """As the register does it, without what the walk's own test looks at."""
        try:
            return self.case.run(command, self.now)
        except Refusal as refusal:
            self.full += refusal.detail == room.FULL
            return []

    def _keep(self, entries: list[Any]) -> list[Any]:
        return entries


def size(walker: Walker) -> int:
    return len(canonical(walker.case.form))


@pytest.mark.parametrize(
    ("large", "seed"),
    [
        pytest.param(True, 16, id="in large words"),
        pytest.param(True, 17, id="in large words again", marks=pytest.mark.drill),
        pytest.param(False, 18, id="in short"),
    ],
)
def test_twenty_thousand_of_whatever_is_allowed(large: bool, seed: int) -> None:
    walker, most = Greedy(seed, large=large), 0
    for _ in range(COMMANDS):
        walker.often()
        most = max(most, size(walker)) if walker.dice.random() < 0.02 else most
    assert max(most, size(walker)) < room.MOST_BYTES
    assert len(walker.case.state.cards) <= MOST_CARDS
    assert walker.case.seq > 1000, "it was refused before it had lived long"


def under_way(category: str = "difficult") -> Greedy:
    walker = Greedy(3, large=False)
    clerk = By(actor="village.clerk", role=Role.CLERK, unit="village")
    for name, body in (("accept", {}), ("diagnose", {**walker._diagnose(), "category": category, "reason": "复杂"})):
        walker.case.run(Command(name=name, by=clerk, body=body, facts=Facts(units=UNITS)), walker.now)
    return walker


@pytest.mark.parametrize(
    ("name", "role", "unit", "body"),
    [
        ("supervise", Role.SUPERVISOR, "here-jw", {"to_unit": "village", "requirement": TEXT, "working_days": 60}),
        ("propose_alternative", Role.CLERK, "village", {"path": TEXT, "reason": TEXT, "legal_basis": CITED}),
        ("name_deputy", Role.HEAD, "village", {"deputy": "", "reason": TEXT}),
        ("diagnose", Role.CLERK, "village", {}),
        ("answer_suggestion", Role.CLERK, "village", {"ref": "", "decision": "not_used", "reason": TEXT}),
    ],
)
def test_one_command_over_and_over_is_refused_in_words_and_the_case_can_still_end(
    name: str, role: Role, unit: str, body: dict[str, Any]
) -> None:
    walker, refused = under_way(), None
    by = By(actor=f"{unit}.one", role=role, unit=unit)
    for place in range(4000):
        said = {key: value or f"n{place}" for key, value in body.items()}
        if name == "diagnose":
            said = {**walker._diagnose(), "category": "difficult", "reason": TEXT, "why_changed": TEXT}
        facts = Facts(units=UNITS, colleagues=[f"n{place}"])
        walker.now += timedelta(seconds=1)
        try:
            walker.case.run(Command(name=name, by=by, body=said, facts=facts), walker.now)
        except Refusal as refusal:
            refused = refusal
            break
    assert refused is None or (refused.status, refused.detail) == (409, room.FULL)
    assert size(walker) < room.MOST_BYTES
    clerk = By(actor="village.clerk", role=Role.CLERK, unit="village")
    walker.case.run(Command(name="note", by=clerk, body={"text": TEXT}), walker.now)
    ended = {"outcome": "done", "summary": TEXT, "basis": CITED}
    walker.case.run(Command(name="resolve", by=clerk, body=ended, facts=Facts(units=UNITS)), walker.now)
    walker.case.run(Command(name="evaluate", by=By(actor="citizen", role=Role.CITIZEN), body={"score": 5}), walker.now)
    assert walker.case.state.stage in ("evaluated", "archived")
    walker.now += timedelta(days=400)
    walker.case.catch_up(walker.now)
    assert size(walker) < room.MOST_BYTES


def test_a_full_table_can_be_concluded() -> None:
    """Thirty departments that all speak as long as they may: the table fills up, and the minutes still come."""
    walker = under_way()
    lead = By(actor="lead", role=Role.LEAD, unit="here-lead")
    seats = [f"d-{n:02d}" for n in range(30)]
    units = {**UNITS, **dict.fromkeys(seats, UNITS[DEPARTMENTS[0]])}
    convene = {"kind": "consultation", "departments": seats, "question": TEXT}
    walker.case.run(Command(name="convene", by=lead, body=convene, facts=Facts(units=units)), walker.now)
    refused: set[str] = set()
    for code in seats:
        by = By(actor=f"{code}.liaison", role=Role.LIAISON, unit=code)
        for words, basis in ((TEXT, CITED), ("同意。", [])):
            said = {"consultation_id": "c1", "position": "agree", "opinion": words, "legal_basis": basis}
            try:
                walker.case.run(Command(name="opine", by=by, body=said, facts=Facts(units=units)), walker.now)
                break
            except Refusal as refusal:
                refused.add(refusal.detail)
    assert refused == {room.FULL}, "that much does not fit"
    assert size(walker) < room.MOST_BYTES
    minutes = {"consultation_id": "c1", "resolution": "explain_and_report", "minutes": "会诊结论", "report": "建议修订"}
    walker.case.run(Command(name="conclude", by=lead, body=minutes, facts=Facts(units=units)), walker.now)
    assert walker.case.state.consultations[0].state == "concluded"
    assert size(walker) < room.MOST_BYTES


def test_every_command_has_its_room() -> None:
    rooms = {act.room for act in CASE.acts.values()}
    assert rooms == set(Room), "each kind of room is taken by some command"
    assert rooms - {Room.FREE} == set(room.UP_TO)
