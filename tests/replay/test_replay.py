"""Every kept history replays with today's code, every kept ledger folds to the state it had; what is broken fails."""

import asyncio
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from activities.ledgers.kinds import KINDS
from models.case import Case, State
from models.ledger import Entry, first_break, seal
from tests.replay.kept import (
    BROKEN,
    DIGESTS,
    HISTORIES,
    LEDGERS,
    folded,
    read_history,
    read_ledger,
    state_digest,
)
from tests.replay.record import STORIES
from workflows.histories.recorded import Recorded, joined, recorded
from workflows.histories.replaying import replay
from workflows.hosting.workers import WORKFLOWS

FILES = [path for path in sorted(HISTORIES.glob("*.json")) if path.stem != BROKEN]
KEPT = json.loads(DIGESTS.read_text(encoding="utf-8"))


def failure(path: Path) -> str | None:
    history, _, _ = read_history(path)
    [found] = asyncio.run(replay([history]))
    return found.failure


def test_every_story_and_every_workflow_is_kept() -> None:
    kept = {path.name.partition(".")[0] for path in FILES}
    assert {path.stem for path in STORIES.glob("*.yaml")} <= kept
    types = {
        read_history(path)[0].events[0].workflow_execution_started_event_attributes.workflow_type.name for path in FILES
    }
    assert types == {each.__name__ for each in WORKFLOWS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_history_replays(path: Path) -> None:
    assert failure(path) is None


def test_a_history_that_is_not_ours_fails() -> None:
    told = failure(HISTORIES / f"{BROKEN}.json")
    assert told is not None
    assert "Nondeterminism" in told or "ondeterminis" in told


@pytest.mark.parametrize("name", sorted(KEPT["states"]))
def test_a_ledger_folds_to_the_state_that_it_had(name: str) -> None:
    ledger = read_ledger(LEDGERS / f"{name}.jsonl")
    assert first_break(ledger) is None
    it = folded(name.partition(".")[0], ledger)
    assert (it.seq, it.head) == (len(ledger), ledger[-1].hash)
    assert state_digest(it, KEPT["members"]) == KEPT["states"][name]


def test_every_ledger_has_a_digest_and_every_kind_a_ledger() -> None:
    names = {path.stem for path in LEDGERS.glob("*.jsonl")}
    assert names == set(KEPT["states"])
    assert {name.partition(".")[0] for name in names} == set(KINDS)


def test_histories_recorded_what_the_register_has() -> None:
    """All runs of a workflow together hold its whole ledger, entry by entry."""
    runs: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for path in FILES:
        history, kind, ledger = read_history(path)
        if kind:
            runs[kind, ledger].append(recorded(history, ledger, None))
    ledgers = {entries[0].case_no: entries for entries in map(read_ledger, LEDGERS.glob("*.jsonl"))}
    assert {number for _, number in runs} == set(ledgers)
    for (kind, number), found in runs.items():
        whole, _ = joined(found)
        assert whole.entries == ledgers[number], f"{kind} {number}"


def test_a_ledger_that_does_something_else_fails() -> None:
    """Resealed along the whole chain, as somebody with the database could."""
    name = "case.acknowledge.case"
    resealed: list[Entry] = []
    for entry in read_ledger(LEDGERS / f"{name}.jsonl"):
        change = entry.change if resealed else {**entry.change, "=": {**entry.change["="], "first_receiver": "他人"}}
        prev = resealed[-1].hash if resealed else entry.prev
        resealed.append(seal(replace(entry, change=change, prev=prev)))
    assert first_break(resealed) is None
    assert state_digest(folded("case", resealed), KEPT["members"]) != KEPT["states"][name]


class Grown(State):
    """A later state with one member more."""

    told: str = "something"


class Changed(State):
    """A later state in which a member stands at another value where nothing is said of it."""

    spared: bool = True


@pytest.mark.parametrize(("model", "same"), [(Grown, True), (Changed, False)])
def test_a_changed_default_is_seen_and_a_new_member_is_none(
    model: type[State], same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stored state leaves out what stands at its default; the digest is taken over all of it."""
    name = "case.acknowledge.case"
    monkeypatch.setattr(Case, "state_model", model)
    members = {**KEPT["members"], model.__name__: KEPT["members"]["State"]}
    found = state_digest(folded("case", read_ledger(LEDGERS / f"{name}.jsonl")), members)
    assert (found == KEPT["states"][name]) is same
