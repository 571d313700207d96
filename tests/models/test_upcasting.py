"""Upcasting (格式升级), with a made-up second format of cases: what the first one wrote goes on being read.

In the second format the state's `narrative` is called `told`, and a note's `text` is called `words`.
"""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from activities.ledgers.answers import entries_after, short
from models.aggregate import By, Command, upcasting
from models.aggregate.change import Form
from models.aggregate.upcasting import NewerFormatError, Step, current_format, upcast_detail, upcast_entry
from models.case import Case, State
from models.codes import Role
from models.ledger import Entry, entry_hash, first_break
from tests.models.story import Story
from tests.replay.kept import HISTORIES, LEDGERS, read_history, read_ledger
from workflows.histories.recorded import recorded
from workflows.histories.replaying import replay


class _Second(State):
    """The state as the made-up second format has it."""

    told: str = ""


def _renamed(old: str, new: str, form: Form) -> Form:
    return {(new if name == old else name): value for name, value in form.items()}


SECOND = Step(
    state=lambda form: _renamed("narrative", "told", form),
    details={"noted": lambda detail: _renamed("text", "words", detail)},
)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From here on this is the release with the second format."""
    monkeypatch.setitem(upcasting.STEPS, "case", (SECOND,))
    monkeypatch.setattr(Case, "state_model", _Second)
    return


def written_before() -> Story:
    """A case that the first format has come some way with."""
    story = Story().accepted().diagnosed()
    story.give("note", "clerk", text="已联系")
    story.working_days(1)
    return story


@pytest.fixture
def before() -> Story:
    return written_before()


def test_old_ledgers_fold_to_todays_state(before: Story, later: None) -> None:
    it = Case.from_entries(before.case.number, before.entries)
    assert it.state.model_dump()["told"] == before.case.state.narrative
    assert it.state.v == 2
    changed = {"told", "narrative", "v"}
    assert it.state.model_dump(exclude=changed) == before.case.state.model_dump(exclude=changed)


def test_what_old_entries_say_is_read_in_todays_words(before: Story, later: None) -> None:
    noted = next(entry for entry in before.entries if entry.action == "noted")
    read = upcast_entry("case", noted)
    assert read.detail == {"words": "已联系"}
    assert read.hash == noted.hash == entry_hash(noted), "the hash is that of what was written"
    accepted = next(entry for entry in before.entries if entry.action == "accepted")
    assert upcast_entry("case", accepted) is accepted


def test_an_old_row_is_taken_up_and_a_mixed_ledger_folds(before: Story, later: None) -> None:
    it = Case.from_form(before.case.form)
    by = By(actor="village.clerk", role=Role.CLERK, unit="village")
    now = before.entries[-1].at + timedelta(minutes=5)
    more = it.run(Command(name="note", by=by, body={"text": "再联系"}), now)
    assert {entry.v for entry in more} == {2}
    ledger = [*before.entries, *more]
    assert first_break(ledger) is None
    again = Case.from_entries(it.number, ledger)
    assert again.form == it.form
    assert (again.form["v"], again.form["told"]) == (2, before.case.state.narrative)
    assert "narrative" not in again.form


def test_answers_carry_entries_of_both_formats(before: Story, later: None) -> None:
    it = Case.from_form(before.case.form)
    by = By(actor="village.clerk", role=Role.CLERK, unit="village")
    more = it.run(Command(name="note", by=by, body={"text": "再联系"}), before.entries[-1].at)
    ledger = [*before.entries, *more]
    said = json.loads(json.dumps([short(entry) for entry in ledger]))
    assert entries_after(it.number, 0, ledger[0].prev, said) == ledger


def test_a_history_of_the_first_format_replays_and_folds(later: None) -> None:
    history, kind, number = read_history(HISTORIES / "acknowledge.case.1.json")
    [replayed] = asyncio.run(replay([history]))
    assert replayed.failure is None
    found = recorded(history, number, None)
    assert {entry.v for entry in found.entries} == {1}
    ledger = read_ledger(LEDGERS / f"{kind}.acknowledge.case.jsonl")
    it = Case.from_entries(number, found.entries)
    assert it.form == Case.from_entries(number, ledger).form
    assert it.state.model_dump()["told"].startswith("sealed:")


class TestAnOldRelease:
    """It says in Chinese that it cannot read what a newer one wrote, and guesses nothing."""

    @staticmethod
    def _newer() -> tuple[Case, Entry]:
        story = written_before()
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(upcasting.STEPS, "case", (SECOND,))
            patch.setattr(Case, "state_model", _Second)
            it = Case.from_form(story.case.form)
            by = By(actor="village.clerk", role=Role.CLERK, unit="village")
            [entry] = it.run(Command(name="note", by=by, body={"text": "再联系"}), story.entries[-1].at)
        return it, entry

    def test_a_row(self) -> None:
        it, _ = self._newer()
        assert current_format("case") == 1
        with pytest.raises(NewerFormatError, match="请升级后再读"):
            _ = Case.from_form(it.form).state

    def test_an_entry_that_it_would_write_after(self) -> None:
        it, _ = self._newer()
        by = By(actor="village.clerk", role=Role.CLERK, unit="village")
        with pytest.raises(NewerFormatError, match="更新的版本"):
            Case.from_form(it.form).run(Command(name="note", by=by, body={"text": "三"}), it.state.registered_at)

    def test_an_entry_that_it_would_apply(self) -> None:
        story, (it, entry) = written_before(), self._newer()
        assert it.seq == story.case.seq + 1
        with pytest.raises(NewerFormatError, match="格式 2"):
            story.case.apply(entry)

    def test_what_an_entry_says(self) -> None:
        _, entry = self._newer()
        with pytest.raises(NewerFormatError, match="格式 2"):
            upcast_detail("case", entry.action, entry.detail, entry.v)
        with pytest.raises(NewerFormatError, match="本版只认识到 1"):
            upcast_entry("case", entry)

    def test_a_step_leaves_other_kinds_alone(self, later: None) -> None:
        assert (current_format("case"), current_format("meeting")) == (2, 1)
