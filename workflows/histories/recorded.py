"""The record in a history (历史所载): the decided entries, and the signed commands that caused them.

Nothing is run and no rule is asked: the history holds the commands and the answers of the register's activity. Payloads
that none of our keys sealed are no evidence and are reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

from activities.ledgers.answers import Answer, entries_after
from activities.platform.ciphers import UnreadableError
from activities.register import RECORD
from models.aggregate import kept
from models.aggregate.change import Form
from models.aggregate.command import Command
from models.ledger import GENESIS, Entry
from workflows.platform.codec import Codec
from workflows.sealed import UPDATE

_LOCAL_ACTIVITY = "core_local_activity"
"""The marker in which the SDK stores a local activity's answer."""


class NoEvidenceError(ValueError):
    """A part of a history was not sealed by our keys (不足为凭); the message names it in Chinese."""


@dataclass
class Recorded:
    """The record of a ledger by one run, or by the runs of one workflow together."""

    seq: int = 0
    head: str = GENESIS
    """The ledger's length when the run began."""
    form: Form | None = None
    """The state with which the run took the ledger up, if it did."""
    entries: list[Entry] = field(default_factory=list)
    commands: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Every command sent to it, by id, as the register keeps them (`kept`)."""
    events: int = 0

    @property
    def reached(self) -> tuple[int, str]:
        """The ledger's length at the end."""
        return (self.entries[-1].seq, self.entries[-1].hash) if self.entries else (self.seq, self.head)


def recorded(history: WorkflowHistory, ledger: str, codec: Codec | None) -> Recorded:
    """The record of one run. `codec` opens its payloads; None for a history exported in the clear.

    A run without entries proves nothing: anybody who reaches the engine can start one. Raises NoEvidenceError.
    """
    record = Recorded(events=len(history.events))
    foreign: NoEvidenceError | None = None
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            try:
                _taken_up(record, _values(event.workflow_execution_started_event_attributes.input, codec), ledger)
            except NoEvidenceError as error:
                foreign = error
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
            accepted: Any = event.workflow_execution_update_accepted_event_attributes.accepted_request
            if accepted.input.args.payloads:  # in a run started by a reset it stands in the event of its admission
                _sent(record, accepted, codec, ledger)
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED:
            # A reset repeats the updates of the earlier run, here.
            admitted: Any = event.workflow_execution_update_admitted_event_attributes.request
            _sent(record, admitted, codec, ledger)
        elif event.event_type == EventType.EVENT_TYPE_MARKER_RECORDED:
            marker: Any = event.marker_recorded_event_attributes
            if marker.marker_name == _LOCAL_ACTIVITY and not marker.HasField("failure"):
                _answered(record, marker.details, codec, ledger)
    if foreign and (record.entries or record.commands):
        raise foreign
    if not record.entries and record.form is not None and record.form["case_no"] != ledger:
        return Recorded(events=record.events)
    return record


def joined(runs: Iterable[Recorded]) -> tuple[Recorded, list[int]]:
    """The runs of one workflow together, oldest first.

    Also returns the entries after which a run was taken up from the register: no history holds those before. Raises
    NoEvidenceError where two runs recorded different entries at one place.
    """
    whole, taken_over = Recorded(), []
    places = {0: GENESIS}
    for run in runs:
        if run.seq > whole.reached[0]:
            taken_over.append(run.seq)
            whole = Recorded(run.seq, run.head, run.form, [], whole.commands, whole.events)
            places = {run.seq: run.head}
        if places.get(run.seq, run.head) != run.head:
            raise NoEvidenceError(f"两段历史在第 {run.seq} 条处不相连")
        for entry in run.entries:
            if places.setdefault(entry.seq, entry.hash) != entry.hash:
                raise NoEvidenceError(f"两段历史的第 {entry.seq} 条不同")
            if entry.seq > whole.reached[0]:
                whole.entries.append(entry)
        whole.commands |= run.commands
        whole.events += run.events
    return whole, taken_over


def number_in(history: WorkflowHistory, codec: Codec | None) -> str:
    """The number of a sealed ledger, from the input of its run. Raises NoEvidenceError."""
    started: Any = history.events[0].workflow_execution_started_event_attributes
    values = _values(started.input, codec)
    start = values[0] if values and isinstance(values[0], dict) else {}
    return str(start.get("inquiry_id") or start.get("number") or "")


def _taken_up(record: Recorded, values: list[Any], ledger: str) -> None:
    start = values[0] if values else None
    form = start.get("form") if isinstance(start, dict) else None
    if isinstance(start, dict):
        for name, command_id, message in (("hold_meeting", "~hold", "hold"), ("draw_up", "~draw", "draw_up")):
            if start.get(message):
                record.commands[command_id] = {"name": name, "ledger": ledger, "id": command_id, **start[message]}
    if form:
        record.seq, record.head, record.form = form["seq"], form["head"], form


def _sent(record: Recorded, update: Any, codec: Codec | None, ledger: str) -> None:
    values = _values(update.input.args, codec)
    if not values or not isinstance(values[0], dict):
        return
    message, name = values[0], update.input.name.rpartition(" ")[2]
    if name == UPDATE:
        name = message.pop("name", "")
    command_id = update.meta.update_id
    try:
        record.commands[command_id] = kept(ledger, Command.received(name, command_id, message))
    except (TypeError, ValueError):
        record.commands[command_id] = {"name": name, "ledger": ledger, "id": command_id}


def _answered(record: Recorded, details: Any, codec: Codec | None, ledger: str) -> None:
    data = orjson.loads(details["data"].payloads[0].data)
    if data.get("activityType", data.get("activity_type")) != RECORD:
        return
    answer = Answer.model_validate(_values(details["result"], codec)[0])
    record.entries += entries_after(ledger, *record.reached, answer.entries)


def _values(payloads: Payloads, codec: Codec | None) -> list[Any]:
    return [_value(payload, codec) for payload in payloads.payloads]


def _value(payload: Payload, codec: Codec | None) -> Any:
    try:
        opened = codec.open(payload) if codec else payload
        return orjson.loads(opened.data) if opened.data else None
    except (UnreadableError, orjson.JSONDecodeError) as error:
        raise NoEvidenceError(f"历史中有不是本系统写入的内容：{error}") from None
