"""What is kept of every story (留存): histories as the engine had them, ledgers as the register had them, and a digest
of the state in which each ledger ends.

A digest is taken over the full state, members at their defaults included: a stored state leaves those out, so a default
that changes would change old cases unseen. Members that did not exist when it was taken are left out of it: a state may
grow. What may not happen is that an old ledger comes to say something else.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_jsonable_python
from temporalio.client import WorkflowHistory

from activities.ledgers.kinds import KINDS
from activities.ledgers.writing import entry_of, entry_row
from models.aggregate import Aggregate
from models.ledger import Entry, digest

HERE = Path(__file__).parent
HISTORIES, LEDGERS, DIGESTS = HERE / "histories", HERE / "ledgers", HERE / "digests.json"
BROKEN = "broken"

Members = Mapping[str, list[str]]
"""By the name of each model: the members that it had when the digests were taken."""


def write_history(target: Path, own_id: str, history: Any, kind: str = "", ledger: str = "") -> None:
    """One history as a file, with what an export does not hold: the workflow's id and the ledger that it keeps."""
    said = {"workflow_id": own_id, "kind": kind, "ledger": ledger, "history": history}
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    target.write_text(text + "\n", encoding="utf-8")


def read_history(path: Path) -> tuple[WorkflowHistory, str, str]:
    """A history, the kind of ledger that it keeps, and which: empty where it keeps none."""
    said = json.loads(path.read_text(encoding="utf-8"))
    return WorkflowHistory.from_json(said["workflow_id"], said["history"]), said["kind"], said["ledger"]


def write_ledger(target: Path, entries: list[Entry]) -> None:
    """One ledger as a file, an entry a line."""
    lines = (json.dumps(entry_row(entry), ensure_ascii=False, sort_keys=True) + "\n" for entry in entries)
    target.write_text("".join(lines), encoding="utf-8")


def read_ledger(path: Path) -> list[Entry]:
    """The entries of a ledger."""
    return [entry_of(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def folded(kind: str, entries: list[Entry]) -> Aggregate[Any]:
    """A ledger folded with today's code."""
    return KINDS[kind].aggregate.from_entries(entries[0].case_no, entries)


def state_digest(it: Aggregate[Any], members: Members) -> str:
    """The digest of its state, in the members of that day. Raises AttributeError for one that is gone."""
    return digest(_plain(it.state, members))[:32]


def members_of(it: Aggregate[Any]) -> dict[str, list[str]]:
    """The members of every model in its state."""
    return {type(model).__name__: sorted(type(model).model_fields) for model in _models(it.state)}


def _plain(value: Any, members: Members) -> Any:
    if isinstance(value, BaseModel):
        known = members.get(type(value).__name__, sorted(type(value).model_fields))
        # The place in the chain says which entries were folded, not what they mean; the tests compare it by itself.
        return {name: _plain(getattr(value, name), members) for name in known if name not in ("v", "head")}
    if isinstance(value, dict):
        return {str(name): _plain(each, members) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, members) for each in value]
    return to_jsonable_python(value)


def _models(value: Any) -> Iterator[BaseModel]:
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _models(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _models(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _models(each)
