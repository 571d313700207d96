"""The embedded Temporal server: every flag is taken, and each workflow's clock can be moved."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client

from ops.engine import command, engine

pytestmark = pytest.mark.system


async def info(address: str) -> str:
    client = await Client.connect(address)
    answer = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=timedelta(seconds=10))
    return answer.server_version


@pytest.mark.parametrize("time_skipping", [False, True])
def test_the_server_takes_its_settings_and_ends(time_skipping: bool) -> None:
    async def visit() -> str:
        async with engine(time_skipping=time_skipping) as address:
            assert await info(address)
            return address

    address = asyncio.run(visit())
    with pytest.raises(RuntimeError):
        asyncio.run(info(address))


def test_only_scenarios_may_move_clocks() -> None:
    usual = command(port=7233, file=Path("temporal.db"), ui_port=8233)
    assert not any("TimeSkipping" in word for word in usual)
    assert "--headless" not in usual
    assert any("TimeSkipping" in word for word in command(port=7233, time_skipping=True))
    assert "--headless" in command(port=7233)


def test_the_file_is_written_ahead() -> None:
    line = command(port=7233, file=Path("temporal.db"))
    assert "journal_mode=WAL" in line
    assert "synchronous=NORMAL" in line
    assert "history.timerProcessorMaxPollRPS=1000" in line
