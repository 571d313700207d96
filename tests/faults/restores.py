"""`make restores`: either database put back to an earlier point, told, and mended, in the steps of deploy/README.md."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from activities.archive import pack, signed_of
from activities.heads import DailyHeads
from activities.ledgers.rebuilding import write_again
from activities.platform.keyring import SYSTEM
from activities.platform.settings import Settings
from activities.platform.signatures import Signer
from api.audit.mending import Mender, Plan
from models.calendar import beijing_date
from ops.postgres import STOP_SIGNAL, conninfo
from ops.processes import end, postgres_processes
from ops.rebuild import opened
from ops.settings import ROOT
from ops.system import System
from tests import waiting
from tests.api.conftest import DIFFICULT, People
from workflows.hosting.ledgers import HOME_OF, HOMES
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(600)]

CLERK = "xw-center.clerk"
WITHIN = 60
"""Seconds in which an alarm must be there."""

until = partial(waiting.until, seconds=WITHIN, pause=0.3)

TABLES = [table for home in HOMES for table in (home.kind.rows_table, home.kind.entries_table)]


@pytest.fixture
def people() -> Iterator[People]:
    with System() as system:
        found = People(system)
        with found.http:
            yield found


def kinds(people: People, ledger: str, **query: Any) -> set[str]:
    found = people.get("admin", "/api/alarms", limit=500, **query).json()["items"]
    return {item["kind"] for item in found if item["case_no"] == ledger}


def stop_programs(system: System) -> None:
    for name in ("api", "followers", "worker"):
        system.kill(name, signal.SIGTERM)


def start_programs(system: System) -> None:
    system.start("worker")
    system.start("followers")
    system.restart("api")


def stop_postgres(system: System) -> None:
    system.kill("postgres", STOP_SIGNAL)
    end(postgres_processes(system.installation), STOP_SIGNAL)


def folder(system: System, store: str) -> Path:
    return system.installation.pgdata if store == "postgres" else system.installation.engine_file.parent


def stop_store(system: System, store: str) -> None:
    stop_postgres(system) if store == "postgres" else system.kill(store, signal.SIGTERM)


def copied(system: System, store: str) -> Path:
    """A copy of one database, as it stands, made while everything is stopped."""
    stop_programs(system)
    stop_store(system, store)
    copy = system.installation.data_dir / f"copy-{store}"
    subprocess.run(["cp", "-a", str(folder(system, store)), str(copy)], check=True)
    system.start(store)
    start_programs(system)
    return copy


def put_back(system: System, store: str, copy: Path) -> None:
    """Steps 1 to 4 of the guide."""
    stop_programs(system)
    stop_store(system, store)
    shutil.rmtree(folder(system, store))
    subprocess.run(["cp", "-a", str(copy), str(folder(system, store))], check=True)
    system.start(store)
    start_programs(system)


def command(people: People, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**people.system.env, "PASSWORD": people.system.password}
    line = [sys.executable, "-m", "ops", *arguments]
    return subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)


def mended_by_two(people: People, name: str) -> str:
    """Propose, confirm, carry out, as the guide says; what the command printed in the end."""
    asked = command(people, name, "--propose", "admin")
    assert asked.returncode == 0, asked.stdout + asked.stderr
    [proposal] = [row["id"] for row in people.get("admin", "/api/proposals").json()["items"]]
    early = command(people, name, "--proposal", proposal)
    assert early.returncode == 2
    assert "确认" in early.stderr
    assert people.post("admin", f"/api/proposals/{proposal}/confirm").status_code == 403
    assert people.post("security-admin", f"/api/proposals/{proposal}/confirm").status_code == 200
    done = command(people, name, "--proposal", proposal)
    assert done.returncode == 0, done.stdout + done.stderr
    assert command(people, name, "--proposal", proposal).returncode == 2, "once"
    return done.stdout


def ledger(people: People, case_no: str) -> list[tuple[Any, ...]]:
    return people.rows("SELECT * FROM entries WHERE case_no = %s ORDER BY seq", case_no)


def verified(people: People, case_no: str) -> dict[str, Any]:
    found: dict[str, Any] = people.post("auditor", f"/api/audit/cases/{case_no}/verify").json()
    return found


def test_postgresql_put_back_is_told_and_rebuilt_and_no_number_is_allotted_twice(people: People) -> None:
    system = people.system
    known = people.register(CLERK)["case_no"]
    copy = copied(system, "postgres")
    assert people.act(CLERK, known, "accept").status_code == 200
    assert people.act(CLERK, known, "diagnose", **DIFFICULT).status_code == 200
    lost = people.under_way(CLERK)
    ended = people.under_way(CLERK)
    asyncio.run(_terminated(system, ended))
    before = {number: ledger(people, number) for number in (known, lost, ended)}
    put_back(system, "postgres", copy)
    new = [people.register(CLERK, narrative=f"恢复之后 {n}")["case_no"] for n in range(3)]
    assert not {lost, ended} & set(new), "their numbers stay their own, also of a workflow that has ended"
    assert len(set(new)) == 3
    for number in new:
        assert people.view(number)["stage"] == "registered"
    until(lambda: "behind" in kinds(people, known))
    until(lambda: "unknown" in kinds(people, lost))
    assert people.act(CLERK, known, "note", text="落后之时").status_code == 503
    told = mended_by_two(people, "rebuild")
    assert f"{lost}：补写 3 条" in told
    assert "case_keys" in told, "keys are in no history, so that they can be destroyed: the command says so"
    for number, entries in before.items():
        stands = ledger(people, number)
        assert stands[: len(entries)] == entries, "every entry as it was, byte for byte"
        [mended] = stands[len(entries) :]
        assert mended[3] == "rebuilt"
        assert (mended[8]["proposed_by"], mended[8]["confirmed_by"]) == ("admin", "security-admin")
    until(lambda: not any(kinds(people, number) for number in before), seconds=120)
    until(lambda: people.act(CLERK, known, "note", text="重建之后").status_code == 200, seconds=120)
    assert people.act(CLERK, lost, "note", text="重建之后").status_code == 200
    assert verified(people, known)["verified"], verified(people, known)
    difference = verified(people, lost)["first_difference"]
    assert difference is None or difference["table"] == "case_keys", difference
    again = command(people, "rebuild")
    assert again.returncode == 0, again.stdout
    assert "待办 0 件" in again.stdout


async def _terminated(system: System, case_no: str) -> None:
    client = await connect(system.temporal_address, "default")
    await client.get_workflow_handle(case_no).terminate()


def test_the_engine_put_back_is_told_and_taken_up(people: People) -> None:
    system = people.system
    known = people.register(CLERK)["case_no"]
    copy = copied(system, "temporal")
    assert people.act(CLERK, known, "accept").status_code == 200
    lost = people.under_way(CLERK)
    before = {number: ledger(people, number) for number in (known, lost)}
    put_back(system, "temporal", copy)
    until(lambda: "missing" in kinds(people, lost))
    until(lambda: "ahead" in kinds(people, known, only_open=False))
    until(lambda: not kinds(people, known))
    assert people.post("admin", f"/api/alarms/{lost}/rebuild").status_code == 409, "there is nothing to rebuild from"
    told = mended_by_two(people, "takeup")
    assert f"{lost}：流程已从台账第 3 条恢复" in told
    until(lambda: not kinds(people, lost))
    assert ledger(people, known) == before[known], "it went on by itself, and there is nothing to tell"
    [mended] = ledger(people, lost)[3:]
    assert mended[3] == "taken_up"
    for number in (known, lost):
        assert people.act(CLERK, number, "note", text="恢复之后").status_code == 200
        found = verified(people, number)
        assert found["verified"], found["first_difference"]
    assert verified(people, lost)["taken_over"] == [3], "what stands before is in no history, and that is said"


def test_the_whole_register_from_histories_is_the_register_and_forged_ones_are_refused(people: People) -> None:
    number = people.under_way(CLERK)
    other = people.register(CLERK)["case_no"]
    assert people.act(CLERK, other, "note", text="备注").status_code == 200
    refused = {"category": "refused", "reason": "应当受理而没有受理", "causes": ["process"], "conduct": "attitude"}
    third = people.register(CLERK)["case_no"]
    assert people.act(CLERK, third, "accept").status_code == 200
    named = {"respondent_unit": "xw-zj", "respondent_staff": "某某"}
    assert people.act(CLERK, third, "diagnose", **refused, **named).status_code == 200
    lesson = {"title": "租赁备案", "applies_to": "房主不能到场的备案", "steps": ["上门核验"], "materials": ["租约"]}
    assert people.post(CLERK, "/api/solutions", {**lesson, "legal_basis": ["办法第十四条"]}).status_code == 201
    held = people.post("xw-spj.lead", "/api/meetings")
    assert held.status_code in (200, 201, 202), held.text
    time.sleep(5)
    stop_programs(people.system)
    asyncio.run(_all_of_it(people, number))


async def _all_of_it(people: People, number: str) -> None:
    config = Settings(**people.system.env)
    async with (
        opened(config) as (mender, _),
        await AsyncConnection.connect(conninfo(people.system.database_url), autocommit=True) as session,
    ):
        await _rebuilt(people, mender, session)
        await _forged(people, mender, session, config, number)


def _everything(people: People) -> dict[str, list[Any]]:
    rows = {table: people.rows(f"SELECT to_jsonb(t) FROM {table} t ORDER BY case_no") for table in TABLES}
    return {**rows, "commands": people.rows("SELECT to_jsonb(t) FROM commands t ORDER BY ledger, id")}


async def _rebuilt(people: People, mender: Mender, session: AsyncConnection) -> None:
    def sorted_rows(found: dict[str, list[Any]]) -> dict[str, list[str]]:
        return {name: sorted(json.dumps(row[0], sort_keys=True) for row in rows) for name, rows in found.items()}

    before = sorted_rows(_everything(people))
    assert all(before[table] for table in ("cases", "inquiries", "solutions", "meetings", "commands"))
    await session.execute("SET session_replication_role = replica")
    await session.execute(f"TRUNCATE commands, {', '.join(TABLES)}")
    await session.execute("SET session_replication_role = origin")
    assert not any(_everything(people).values())
    async for home, number in mender.everything():
        plan = await mender.plan(home, number)
        assert plan.difference is None, plan.words
        if plan.aggregate is not None:
            await write_again(session, home.kind, plan.register, plan.missing, plan.commands, plan.aggregate)
    after = sorted_rows(_everything(people))
    for table, rows in before.items():
        assert after[table] == rows, table


async def _forged(people: People, mender: Mender, session: AsyncConnection, config: Settings, number: str) -> None:
    home = HOME_OF["case"]

    async def difference(of: str) -> str:
        plan: Plan = await mender.plan(home, of)
        assert plan.difference is not None
        assert not plan.rebuilds
        return plan.words

    async def as_owner(statement: str, *parameters: Any) -> None:
        await session.execute("SET session_replication_role = replica")
        await session.execute(statement, parameters)
        await session.execute("SET session_replication_role = origin")

    assert (await mender.plan(home, number)).difference is None
    # A register that says something else than the histories.
    changed = "UPDATE entries SET detail = detail || %s WHERE case_no = %s AND seq = 2"
    read = await session.execute("SELECT detail FROM entries WHERE case_no = %s AND seq = 2", (number,))
    kept = await read.fetchone()
    assert kept is not None
    await as_owner(changed, json.dumps({"reason": "改过的"}), number)
    assert "detail" in await difference(number)
    await as_owner("UPDATE entries SET detail = %s WHERE case_no = %s AND seq = 2", json.dumps(kept[0]), number)
    assert (await mender.plan(home, number)).difference is None
    # A history that nobody signed when it was kept; and one of another case, kept by somebody who has our keys: its
    # commands were signed for that case, not for this one.
    ended = mender.ground.open.get_workflow_handle(number)
    await ended.terminate()
    history = await ended.fetch_history()
    sha256, digest, content = pack(history)
    other = "320102-19990101-0001"
    now = datetime.now(UTC)
    said = (other, "foreign", "default", now - timedelta(days=365), now, "", len(history.events), sha256, digest)
    await session.execute(
        "INSERT INTO histories"
        " (workflow_id, run_id, namespace, started_at, closed_at, build_id, events, sha256, sm3, content, signature,"
        " archived_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', now())",
        (*said, content),
    )
    assert "签名无效" in await difference(other)
    signature = Signer(people.system.ring, SYSTEM).sign_text(signed_of(*said))
    await as_owner("UPDATE histories SET signature = %s WHERE workflow_id = %s", signature, other)
    refused = await difference(other)
    assert "归档的历史" not in refused, "it is as it was kept"
    assert "签名与内容不符" in refused, "its commands were signed for another case"
    await as_owner("UPDATE histories SET sha256 = repeat('0', 64) WHERE workflow_id = %s", other)
    assert "被改动" in await difference(other)
    # A tail that both databases have lost, but not the heads that are kept outside.
    nobody = cast(AsyncConnectionPool, None)
    await DailyHeads(nobody, config.heads, config.secret).seal(
        session, beijing_date(datetime.now(UTC)) - timedelta(days=1)
    )
    assert (await mender.plan(home, number)).difference is None
    await as_owner("DELETE FROM entries WHERE case_no = %s AND seq > 1", number)
    assert len((await mender.plan(home, number)).missing) == 2, "the histories still have it"
    execution = WorkflowExecution(workflow_id=number)
    request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
    await mender.ground.open.workflow_service.delete_workflow_execution(request)
    deadline = time.monotonic() + 30
    while await mender.ground.described(home, number) is not None:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    assert "尾部被截断" in await difference(number)
