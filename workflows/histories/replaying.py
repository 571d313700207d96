"""Replay (重放): a history run once more through the workflow's own code.

It answers one question: whether this code gives the engine the commands that the history has, so that a run which is
open can go on under it. What the run has recorded is read from the history itself (`workflows.histories.recorded`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from workflows.hosting.workers import WORKFLOWS
from workflows.platform.sandbox import runner


@dataclass
class Replayed:
    """What a run's replay gave."""

    run_id: str
    failure: str | None = None
    """Why the code cannot have given these commands to the engine (重放不符), or None."""


async def replay(
    histories: Iterable[WorkflowHistory], converter: DataConverter = pydantic_data_converter
) -> list[Replayed]:
    """Run histories through the code of today; what each gave, in order. Never raises for what they say.

    No rule is asked: what was decided stands in the history (`workflows.histories.recorded`), and is only carried out
    again.
    """
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=converter)
    found = []
    async with replayer.workflow_replay_iterator(_one_by_one(histories)) as results:
        async for result in results:
            failure = str(result.replay_failure) if result.replay_failure is not None else None
            found.append(Replayed(result.history.run_id, failure))
    return found


async def _one_by_one(histories: Iterable[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history
