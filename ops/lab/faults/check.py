"""The invariants after a trial, checked from outside: the journal, the database, the engine's histories."""

import json
from typing import Any

import psycopg
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import Replayer

from models.case import Case
from models.ledger import Entry, first_break
from ops.lab.faults.work import Journal
from ops.postgres import conninfo
from ops.system import System
from workflows.case import CaseWorkflow
from workflows.platform.sandbox import runner


async def violations(system: System, journal: Journal, client: Client) -> list[str]:
    """Everything that was lost, done twice or mixed up; empty when all is well."""
    with psycopg.connect(conninfo(system.database_url), autocommit=True) as connection:
        entries = _entries(connection)
        states: dict[str, Any] = dict(connection.execute("SELECT case_no, state FROM cases").fetchall())
        allotted: dict[str, str] = dict(connection.execute("SELECT case_no, key FROM registrations").fetchall())
    return [
        *_registrations(journal, entries, allotted),
        *_commands(journal, entries),
        *_ledgers(entries, states),
        *await _histories(client, states),
    ]


def _entries(connection: Any) -> dict[str, list[Entry]]:
    columns = "case_no, seq, at, action, actor, role, unit, command_id, detail, prev, hash, v, command, change"
    ledgers: dict[str, list[Entry]] = {}
    for row in connection.execute(f"SELECT {columns} FROM entries ORDER BY case_no, seq").fetchall():
        ledgers.setdefault(row[0], []).append(Entry(*row))
    return ledgers


def _registrations(journal: Journal, entries: dict[str, list[Entry]], allotted: dict[str, str]) -> list[str]:
    """I1, I3, I12: one case for each acknowledged key, no number without a case, no gap between numbers."""
    wrong = [f"编号 {case_no} 已分配，案件没有启动" for case_no in allotted if case_no not in entries]
    for command in journal.acknowledged:
        if command["command"] == "register" and allotted.get(command["case_no"]) != command["key"]:
            wrong.append(f"登记 {command['case_no']} 与它的键不符")
    serials: dict[str, list[int]] = {}
    for case_no in allotted:
        series, _, serial = case_no.rpartition("-")
        serials.setdefault(series, []).append(int(serial))
    wrong += [
        f"{s} 的编号有缺口" for s, numbers in serials.items() if sorted(numbers) != list(range(1, len(numbers) + 1))
    ]
    return wrong


def _commands(journal: Journal, entries: dict[str, list[Entry]]) -> list[str]:
    """I2: each acknowledged command is in its ledger exactly once, with its actor."""
    wrong = []
    for command in journal.acknowledged:
        if command["command"] == "register":
            continue
        recorded = [e for e in entries.get(command["case_no"], []) if e.command_id == command["key"]]
        if [e.actor for e in recorded] != [command["actor"]]:
            wrong.append(f"{command['case_no']} 的 {command['command']} 在台账里出现 {len(recorded)} 次")
    return wrong


def _ledgers(entries: dict[str, list[Entry]], states: dict[str, Any]) -> list[str]:
    """I5, I6: each chain verifies, and the row is what its entries give."""
    wrong = []
    for case_no, ledger in entries.items():
        if broken := first_break(ledger):
            wrong.append(f"{case_no} 第 {broken.seq} 条：{broken.reason}")
            continue
        if Case.from_entries(case_no, ledger).state != Case.from_form(states[case_no]).state:
            wrong.append(f"{case_no} 的案件行与台账不一致")
    return wrong


async def _histories(client: Client, states: dict[str, Any]) -> list[str]:
    """I7, I9: each open case has a running workflow with its timer, and each history replays."""
    wrong = []
    replayer = Replayer(workflows=[CaseWorkflow], workflow_runner=runner(), data_converter=client.data_converter)
    for case_no, state in states.items():
        handle = client.get_workflow_handle(case_no)
        description = await handle.describe()
        if description.status is not WorkflowExecutionStatus.RUNNING:
            wrong.append(f"{case_no} 的流程没有在运行：{description.status}")
            continue
        history = await handle.fetch_history()
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        if result.replay_failure:
            wrong.append(f"{case_no} 的历史不能重放：{result.replay_failure}")
        kinds = [event.event_type for event in history.events]
        started = kinds.count(EventType.EVENT_TYPE_TIMER_STARTED)
        ended = kinds.count(EventType.EVENT_TYPE_TIMER_FIRED) + kinds.count(EventType.EVENT_TYPE_TIMER_CANCELED)
        if state.get("limits") and started == ended:
            wrong.append(f"{case_no} 有时限，却没有定时器：{json.dumps(list(state['limits']))}")
    return wrong
