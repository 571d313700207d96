"""Replay (重放): a history run once more through the workflow's own code, and every entry that it records on the way.

Nothing is read but the history: what comes out is what the code must have written. It is compared with the register in
`models.audit`. A history that the code cannot have made does not replay, and says where.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

from activities.register import Batch, entry_of
from models.ledger import Entry
from workflows.hosting import WORKFLOWS
from workflows.sandbox import runner

RECORD = "record"
"""The activity by which a ledger is written."""


@dataclass
class Replayed:
    """What a run's replay gave."""

    ledger: list[Entry] = field(default_factory=list)
    """The entries that the run recorded, and where it was given a ledger that stood, that one."""
    failure: str | None = None
    """Why the history is none of this code's (重放不符), or None."""

    def note(self, batch: Batch, stands: list[dict[str, Any]] | None) -> None:
        """One command's entries were written, or others stood in their place."""
        if stands:
            self.ledger = [entry_of(row) for row in stands]
            return
        entries = [entry_of(row) for row in batch.entries]
        first = entries[0].seq
        self.ledger = [entry for entry in self.ledger if entry.seq < first] + entries


async def replay(
    histories: Iterable[WorkflowHistory], converter: DataConverter = pydantic_data_converter
) -> list[Replayed]:
    """Run histories through the code of today; what each gave, in order. Never raises for what they say."""
    listening, found = _Listening(), []
    replayer = Replayer(
        workflows=WORKFLOWS, workflow_runner=runner(), data_converter=converter, interceptors=[listening]
    )
    async with replayer.workflow_replay_iterator(_one_by_one(histories)) as results:
        async for result in results:
            given = listening.found.pop(result.history.run_id, Replayed())
            given.failure = str(result.replay_failure) if result.replay_failure is not None else None
            found.append(given)
    return found


async def replay_runs(runs: Iterable[WorkflowHistory], converter: DataConverter = pydantic_data_converter) -> Replayed:
    """The runs of one workflow, the oldest first: their entries one after the other."""
    whole = Replayed()
    for given in await replay(runs, converter):
        if given.ledger:
            first = given.ledger[0].seq
            whole.ledger = [entry for entry in whole.ledger if entry.seq < first] + given.ledger
        whole.failure = whole.failure or given.failure
    return whole


async def _one_by_one(histories: Iterable[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history


class _Listening(Interceptor):
    """Hears what each run wants to have written, and what it is answered."""

    def __init__(self) -> None:
        self.found: dict[str, Replayed] = defaultdict(Replayed)

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        found = self.found

        class Inbound(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Outbound(outbound, found))

        return Inbound


class _Outbound(WorkflowOutboundInterceptor):
    def __init__(self, following: WorkflowOutboundInterceptor, found: dict[str, Replayed]) -> None:
        super().__init__(following)
        self._found = found

    def start_local_activity(self, input: StartLocalActivityInput) -> workflow.ActivityHandle[Any]:
        handle = super().start_local_activity(input)
        if input.activity == RECORD:
            handle.add_done_callback(partial(_written, self._found[self.info().run_id], input.args[0]))
        return handle


def _written(found: Replayed, batch: Batch, handle: Any) -> None:
    if not handle.cancelled() and handle.exception() is None:
        found.note(batch, handle.result())
