"""审计: the first difference is named, whatever was done to a ledger; and days add up to the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.audit import Head, first_difference, head_difference, row_difference, steps
from models.audit.heads import Sealed, break_of, newest
from models.case import clock
from models.codes import Category
from models.ledger import Entry, entry_hash
from models.row import case_row
from tests.models.story import Story
from tests.models.walk import Walker


@pytest.fixture(scope="module")
def ledger() -> list[Entry]:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.working_days(3)
    return story.entries


def resealed(entry: Entry, **changes: object) -> Entry:
    """A forger who knows the code: the changed entry with a fitting hash."""
    changed = replace(entry, **changes)
    return replace(changed, hash=entry_hash(changed))


def named(register: list[Entry], ledger: list[Entry]) -> tuple[int, str]:
    found = first_difference("entries", "A", register, ledger)
    assert found is not None
    assert found.told
    return found.seq, found.field


def test_a_true_register_has_no_difference(ledger: list[Entry]) -> None:
    assert first_difference("entries", "A", ledger, ledger) is None
    assert first_difference("entries", "A", list(reversed(ledger)), ledger) is None, (
        "the order of rows in a table is none"
    )


def test_every_kind_of_forgery_is_named_where_it_begins(ledger: list[Entry]) -> None:
    changed = [*ledger[:1], replace(ledger[1], actor="somebody"), *ledger[2:]]
    assert named(changed, ledger) == (2, "actor")
    assert named([*ledger[:1], resealed(ledger[1], detail={}), *ledger[2:]], ledger) == (2, "detail")
    assert named([*ledger[:2], *ledger[3:]], ledger) == (3, "entry"), "deleted"
    assert named(ledger[:-1], ledger) == (len(ledger), "entry"), "cut off"
    inserted = [*ledger, resealed(ledger[-1], seq=len(ledger) + 1, prev=ledger[-1].hash)]
    assert named(inserted, ledger) == (len(ledger) + 1, "entry")
    swapped = [*ledger[:1], replace(ledger[2], seq=2), replace(ledger[1], seq=3), *ledger[3:]]
    assert named(swapped, ledger)[0] == 2
    for field in ("at", "action", "role", "unit", "command_id", "prev", "hash"):
        other = ledger[1].at + timedelta(minutes=1) if field == "at" else "x"
        assert named([*ledger[:1], replace(ledger[1], **{field: other}), *ledger[2:]], ledger) == (2, field)


def test_a_forged_column_of_the_case_is_named() -> None:
    story = Story().accepted()
    row = case_row(story.case)
    assert row_difference("cases", "A", 2, row, row) is None
    found = row_difference("cases", "A", 2, {**row, "unit": "far"}, row)
    assert found is not None
    assert (found.field, found.register, found.replay) == ("unit", "far", "village")


def test_a_tail_cut_off_everywhere_still_shows_in_the_sealed_heads(ledger: list[Entry]) -> None:
    key = b"k"
    first = Sealed(day="2026-08-03", previous="", heads=[Head(table="entries", ledger="A", seq=2, head="x")]).sealed(
        key
    )
    last = Head(table="entries", ledger="A", seq=len(ledger), head=ledger[-1].hash)
    second = Sealed(day="2026-08-04", previous=first.seal, heads=[last]).sealed(key)
    assert break_of([first, second], key) is None
    assert newest([first, second], "A") == last
    assert newest([first, second], "B") is None
    assert head_difference(last, ledger) is None
    cut = head_difference(last, ledger[:-1])
    assert cut is not None
    assert "截断" in cut.told
    replaced = head_difference(last, [*ledger[:-1], resealed(ledger[-1], actor="x")])
    assert replaced is not None
    assert break_of([second], key) is not None, "a file is missing"
    assert break_of([first, second.model_copy(update={"heads": []})], key) is not None
    assert break_of([first, second], b"other") is not None


def test_the_days_of_the_steps_add_up_to_the_clock() -> None:
    """Over random walks whose clock began once: what the steps count is what the clock has used."""
    told = 0
    for seed in range(250):
        walker = Walker(seed)
        for _ in range(40):
            walker.step()
        entries, state = walker.entries, walker.case.state
        restarted = {"reopened", "convened", "calendar_changed"} & {entry.action for entry in entries}
        deferred = Category.DEFERRED in (state.category, *state.categories_before)  # counts from that diagnosis on
        if restarted or deferred or state.clock.start is None or state.merged_into:
            continue
        found = steps(state.case_no, entries)
        counted = sum(day["counted"] == "yes" for step in found for day in step["days"])
        assert counted == clock.used(state.clock, walker.case.calendar, entries[-1].at), seed
        told += counted
    assert told > 50, "hardly a day was counted"


def test_each_step_says_what_came_in_and_which_rule_answered() -> None:
    story = Story().accepted().diagnosed()
    story.give("measure", "clerk", kind="guidance", detail="当面指导")
    story.working_days(6)
    late = next(step for step in steps(story.case.state.case_no, story.entries) if step["action"] == "overdue")
    assert "办理时限" in late["rule"]
    weekend = [day for step in steps(story.case.state.case_no, story.entries) for day in step["days"]]
    assert {day["why"] for day in weekend if day["counted"] == "no"} >= {"周末"}
