"""Every stored history replays with today's code; one that our code cannot have made fails."""

import asyncio
import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.record import BROKEN, HISTORIES, STORIES
from workflows.hosting import WORKFLOWS
from workflows.sandbox import runner

FILES = sorted(HISTORIES.glob("*.json"))


def replay(path: Path) -> None:
    said = json.loads(path.read_text(encoding="utf-8"))
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=runner(),
        data_converter=pydantic_data_converter,
    )
    history = WorkflowHistory.from_json(said["workflow_id"], said["history"])
    asyncio.run(replayer.replay_workflow(history))


def test_every_story_has_a_history() -> None:
    assert {path.stem for path in STORIES.glob("*.yaml")} <= {path.name.partition(".")[0] for path in FILES}


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != BROKEN], ids=lambda path: path.stem)
def test_history_replays(path: Path) -> None:
    replay(path)


def test_a_history_that_is_not_ours_fails() -> None:
    with pytest.raises(NondeterminismError):
        replay(HISTORIES / f"{BROKEN}.json")
