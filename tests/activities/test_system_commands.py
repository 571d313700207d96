"""系统指令: what the system tells a case is not lost because the case's run is about to end."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.ledgers import system_commands
from activities.ledgers.answers import AGAIN
from activities.ledgers.system_commands import SystemCommands
from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, new_ring
from models.aggregate import SYSTEM, Command

LEAVING = WorkflowUpdateFailedError(ApplicationError("本轮历史即将换新，请重试", type=AGAIN))
ABORTED = RPCError("workflow is closing", RPCStatusCode.ABORTED, b"")
REFUSED = WorkflowUpdateFailedError(ApplicationError("案件已归档", type="Refused"))


@dataclass
class Ending:
    """A case's handle at the engine: what it answers, one try after the other, and which ids it saw."""

    answers: list[BaseException | None]
    seen: list[str] = field(default_factory=list)

    def get_workflow_handle(self, number: str) -> "Ending":
        return self

    async def execute_update(self, name: str, message: dict[str, Any], *, id: str) -> None:
        self.seen.append(id)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is not None:
            raise answer


def told(path: Path, *answers: BaseException | None) -> Ending:
    ring = path / "keys.json"
    ring.write_text(new_ring(Algorithm.AES_256_GCM))
    engine = Ending(list(answers))
    commands = SystemCommands(engine, KeyRing(ring))  # type: ignore[arg-type]
    command = Command(name="change_calendar", by=SYSTEM, body={"calendar": "x"}, id="~calendar-2")
    asyncio.run(commands.tell("320102-20261123-0001", command))
    return engine


@pytest.mark.parametrize("ending", [LEAVING, ABORTED], ids=["sent on", "aborted"])
def test_a_run_that_ends_hands_it_to_the_next(tmp_path: Path, ending: BaseException) -> None:
    engine = told(tmp_path, ending, ending, None)
    assert engine.seen == ["~calendar-2"] * 3


def test_a_refusal_is_the_cases_last_word(tmp_path: Path) -> None:
    assert told(tmp_path, REFUSED).seen == ["~calendar-2"]


def test_what_no_run_takes_is_seen_to_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_commands, "AGAIN_SECONDS", 0.2)
    with pytest.raises(TimeoutError, match="change_calendar"):
        told(tmp_path, LEAVING)
