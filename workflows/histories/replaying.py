"""Replay (重放): a history run again through the workflow's code.

It answers one question: whether this code gives the engine the commands in the history, so that an open run can go on
under it. The entries are read from the history itself (`workflows.histories.recorded`).
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
    """The result of a run's replay."""

    run_id: str
    failure: str | None = None
    """Why the code differs from the history (重放不符), or None."""


async def replay(
    histories: Iterable[WorkflowHistory], converter: DataConverter = pydantic_data_converter
) -> list[Replayed]:
    """Run histories through today's code. Returns their results in order; never raises for their content.

    No rule is asked: the history holds the decisions (`workflows.histories.recorded`), which are only applied again.
    """
    replayer = Replayer(workflows=WORKFLOWS, workflow_runner=runner(), data_converter=converter)
    replays = []
    async with replayer.workflow_replay_iterator(_one_by_one(histories)) as results:
        async for result in results:
            failure = str(result.replay_failure) if result.replay_failure is not None else None
            replays.append(Replayed(result.history.run_id, failure))
    return replays


async def _one_by_one(histories: Iterable[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history
