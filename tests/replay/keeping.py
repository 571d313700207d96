"""Keeping what a running system has of a workflow: its histories, and the ledger that it keeps."""

import asyncio
from typing import Any

import psycopg
from psycopg.rows import class_row

from activities.ledgers.kinds import Kind
from models.ledger import Entry
from ops.postgres import conninfo
from ops.system import System
from tests.replay.kept import HISTORIES, LEDGERS, write_history, write_ledger
from workflows.platform.client import connect
from workflows.platform.codec import CASES, SEALED, Codec, opened_history
from workflows.platform.sealing import NAMESPACE

VISIBLE_SECONDS = 0.5
"""Temporal's list of runs lags a little behind them."""


def is_kept(name: str) -> bool:
    """Whether a story, or a part of one, is kept already."""
    return bool(list(HISTORIES.glob(f"{name}.*json")))


async def keep(
    system: System, name: str, own_id: str, kind: Kind | None = None, ledger: str = "", *, namespace: str = "default"
) -> None:
    """The histories of a workflow, a file a run, and the ledger that it keeps. Payloads are opened: all is made up."""
    engine = await connect(system.temporal_address, namespace)
    codec = Codec(system.ring, SEALED if namespace == NAMESPACE else CASES)
    await asyncio.sleep(VISIBLE_SECONDS)
    found = [run async for run in engine.list_workflows(f"WorkflowId = '{own_id}'")]
    for number, run in enumerate(sorted(found, key=lambda run: run.start_time), start=1):
        history = await engine.get_workflow_handle(own_id, run_id=run.run_id).fetch_history()
        said = _without_traces(opened_history(history.to_json_dict(), codec))
        write_history(HISTORIES / f"{name}.{number}.json", own_id, said, kind.name if kind else "", ledger)
    if kind:
        write_ledger(LEDGERS / f"{kind.name}.{name}.jsonl", register(system, kind, ledger))


def register(system: System, kind: Kind, ledger: str) -> list[Entry]:
    """The rows of a ledger as they stand."""
    statement = f"SELECT * FROM {kind.entries_table} WHERE case_no = %s ORDER BY seq"
    with psycopg.connect(conninfo(system.database_url)) as connection:
        return connection.cursor(row_factory=class_row(Entry)).execute(statement, (ledger,)).fetchall()


def _without_traces(said: Any) -> Any:
    """Stack traces name folders of this machine."""
    if isinstance(said, dict):
        return {name: _without_traces(value) for name, value in said.items() if name != "stackTrace"}
    return [_without_traces(value) for value in said] if isinstance(said, list) else said
