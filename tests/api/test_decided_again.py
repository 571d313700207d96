"""规则复核: what today's code would decide otherwise is named, and is no tampering."""

import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.ledgers.kinds import CASES
from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, new_ring
from activities.platform.signatures import Signer
from api.audit.deciding import decided_again
from api.rendering.templates import PAGES
from models.actions import Action
from models.aggregate import Ask, By, Command, Draft, kept
from models.case import CASE, Case
from models.case.records import Note
from models.codes import Role
from models.ledger import Entry
from models.views.audit import DecidedAgain
from tests.api.conftest import People
from tests.models.walk import Walker


class Told:
    """A case as a register keeps it: its ledger, and its signed commands."""

    def __init__(self, seed: int, ring: KeyRing) -> None:
        walker = Walker(seed, minutes=0)
        self.number = walker.case.number
        self.commands: dict[str, dict[str, Any]] = {}
        self.case = Case(self.number)
        self.ledger: list[Entry] = []
        self._ring, self._now = ring, walker.now
        self.give(walker.registration().model_copy(update={"id": "begin"}))

    def give(self, command: Command) -> None:
        """One command, decided and kept; an hour passes."""
        signed = Signer(self._ring).sign(self.number, command)
        self._now += timedelta(hours=1)
        self.ledger += self.case.catch_up(self._now)
        self.ledger += self.case.run(signed, self._now)
        self.commands[signed.id] = copy.deepcopy(kept(self.number, signed))

    def pass_time(self, **time: float) -> None:
        """Let time do what it brings."""
        self._now += timedelta(**time)
        self.ledger += self.case.catch_up(self._now)

    def view(self) -> DecidedAgain:
        return decided_again(CASES, self.number, self.ledger, self.commands, "then")

    def again(self) -> dict[str, Any]:
        return self.view().model_dump()


@pytest.fixture
def told(tmp_path: Path) -> Told:
    path = tmp_path / "keys.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    found = Told(7, KeyRing(path))
    clerk = By(actor="village.clerk", role=Role.CLERK, unit="village")
    found.give(Command(name="note", by=clerk, body={"text": "一"}, id="note-1"))
    found.pass_time(days=40)
    found.give(Command(name="note", by=clerk, body={"text": "二"}, id="note-2"))
    found.pass_time(days=40)
    return found


def test_what_was_decided_is_decided_alike(told: Told) -> None:
    assert {entry.actor for entry in told.ledger} >= {"system", "village.clerk"}
    again = told.again()
    assert again["agrees"], again["differences"]
    assert again["entries"] == len(told.ledger)
    assert again["build_then"] == "then"
    assert again["build_now"]


def test_a_field_that_a_rule_writes_otherwise_is_named(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(self: Note, on: Any, ask: Ask) -> list[Draft]:
        return [Draft(Action.NOTED, {"text": f"{self.text}。", "more": True})]

    monkeypatch.setattr(Note, "decide", decide)
    again = told.again()
    assert again["agrees"] is False
    seqs = [entry.seq for entry in told.ledger if entry.action == "noted"]
    fields = [(each["seq"], each["field"]) for each in again["differences"] if each["field"].startswith("detail.")]
    assert fields == [(seq, name) for seq in seqs for name in ("detail.more", "detail.text")]
    first = next(each for each in again["differences"] if each["field"] == "detail.text")
    assert (first["action"], first["recorded"], first["now"]) == ("noted", "一", "一。")


def test_a_command_that_would_be_refused_now_is_named(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(CASE.acts, "note")
    again = told.again()
    assert [each["field"] for each in again["differences"]] == ["refused", "refused"]
    assert "尚未开通" in again["differences"][0]["now"]


def test_a_change_of_the_state_that_a_rule_makes_otherwise_is_named(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CASE.appliers, "noted", lambda on, entry: setattr(on.state, "narrative", "另一种"))
    fields = {each["field"] for each in told.again()["differences"]}
    assert fields == {"change"}


def test_what_time_would_not_bring_any_more_is_named(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Case, "brought_by_time", lambda self, now: [])
    again = told.again()
    by_time = [entry.seq for entry in told.ledger if entry.actor == "system"]
    assert by_time
    assert [each["seq"] for each in again["differences"]] == by_time
    assert {(each["field"], each["now"]) for each in again["differences"]} == {("entry", None)}


def test_a_rule_that_breaks_is_told_and_not_hidden(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(self: Note, on: Any, ask: Ask) -> list[Draft]:
        raise KeyError("figure")

    monkeypatch.setattr(Note, "decide", decide)
    assert {(each["field"], each["now"]) for each in told.again()["differences"]} == {("error", "KeyError: 'figure'")}


def test_the_page_tells_it_in_words(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    agreeing = PAGES.get_template("verdict_macro.html").module.decided_again(told.view())  # type: ignore[attr-defined]
    assert f"{len(told.ledger)} 条用现行代码再判一遍，结果相同" in agreeing
    monkeypatch.delitem(CASE.acts, "note")
    differing = PAGES.get_template("verdict_macro.html").module.decided_again(told.view())  # type: ignore[attr-defined]
    assert "2 处与现行代码不同" in differing
    assert "现在不予办理" in differing
    assert "这不是改动" in differing


@pytest.mark.system
@pytest.mark.xdist_group("api")
def test_the_door_answers_both_questions(people: People) -> None:
    number = people.under_way("xw-center.clerk")
    assert people.act("xw-center.clerk", number, "note", text="已联系").status_code == 200
    found = people.post("auditor", f"/api/audit/cases/{number}/verify").json()
    assert found["verified"] is True, found["first_difference"]
    again = found["decided_again"]
    assert again["agrees"] is True, again["differences"]
    assert again["entries"] == found["entries"]
    assert again["build_then"] == again["build_now"] == found["build_id"]
