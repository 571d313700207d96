"""重放核对: a true case verifies; whatever is forged in any table that matters is named."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest

from activities.heads import DailyHeads
from ops.postgres import conninfo
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

SUPERVISOR = "xs-jw.supervisor"


@pytest.fixture(scope="module")
def case_no(people: People) -> str:
    """A case with a task, an inquiry that found something, a task of supervision and a point."""
    number: str = people.register("xs-center.clerk")["case_no"]
    refused = {
        "category": "refused",
        "reason": "应办未办",
        "causes": ["process"],
        "respondent_unit": "xs-mz",
        "conduct": "slow",
    }
    tasks = [{"unit": "xs-mz", "role": "lead", "task": "重新办理"}]
    for user, command, body in (
        ("xs-center.clerk", "accept", {}),
        ("xs-center.clerk", "diagnose", refused),
        ("xs-center.head", "assign", {"assignments": tasks}),
        ("xs-mz.liaison", "sign", {"assignment_id": "a1"}),
        ("xs-mz.liaison", "reply", {"assignment_id": "a1", "result": "done", "content": "已经补办完毕"}),
        ("xs-center.clerk", "complain", {"reason": "等得太久", "on_behalf": True}),
    ):
        answer = people.act(user, number, command, **body)
        assert answer.status_code == 200, (command, answer.text)
    finding = {"check": "shirking", "substantiated": True, "facts": "拖延", "measure": "talk"}
    assert people.act(SUPERVISOR, number, "find", inquiry_id=f"{number}-Q1", **finding).status_code == 200
    _let_followers_catch_up(people)
    return number


def _let_followers_catch_up(people: People) -> None:
    """What a follower still writes while a forgery stands would be taken away with it."""
    behind = "SELECT 1 FROM outbox UNION ALL SELECT 1 FROM followers WHERE position < (SELECT max(number) FROM events)"
    deadline = time.monotonic() + 60
    while people.rows(behind):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def verified(people: People, number: str) -> dict[str, Any]:
    answer = people.post("auditor", f"/api/audit/cases/{number}/verify")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_true_case_verifies_with_all_that_belongs_to_it(people: People, case_no: str) -> None:
    found = verified(people, case_no)
    assert found["verified"] is True, found["first_difference"]
    assert found["first_difference"] is None
    assert found["entries"] > 8
    assert found["events"] > found["entries"]
    assert {"entries", "cases", "events", "score_points", "heads", "inquiry_entries", "inquiries"} <= set(
        found["checked"]
    )
    assert found["runs"] >= 2


@contextmanager
def forged(people: People, number: str, table: str, *statements: str) -> Iterator[None]:
    """The case's rows as a forger with the database's password leaves them; afterwards as they were."""
    mine = f"case_no LIKE '{number}%'"
    with psycopg.connect(conninfo(people.system.database_url), autocommit=True) as connection:
        connection.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {mine}")
        connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            for statement in statements:
                connection.execute(statement.encode())
            yield
        finally:
            connection.execute(f"DELETE FROM {table} WHERE {mine}")
            connection.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept")
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


ROW = "case_no = '{no}' AND seq = {seq}"
FORGERIES = {
    "changed": ("entries", 2, "actor", "UPDATE entries SET actor = 'x' WHERE " + ROW),
    "deleted": ("entries", 3, "entry", "DELETE FROM entries WHERE " + ROW),
    "inserted": (
        "entries",
        99,
        "entry",
        "INSERT INTO entries SELECT case_no, 99, at, action, actor, role, unit, '', detail, hash, 'f', v, '', change"
        " FROM entries"
        " WHERE case_no = '{no}' AND seq = 1",
    ),
    "reordered": (
        "entries",
        2,
        "action",
        "UPDATE entries SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE case_no = '{no}' AND seq IN (2, 3);"
        "UPDATE entries SET seq = -seq WHERE case_no = '{no}' AND seq < 0",
    ),
    "what it did changed": (
        "entries",
        2,
        "change",
        'UPDATE entries SET change = change || \'{{"=": {{"stage": "archived"}}}}\' WHERE ' + ROW,
    ),
    "another's command": ("entries", 2, "command", "UPDATE entries SET command = 'f' WHERE " + ROW),
    "a row ahead of its ledger": (
        "cases",
        None,
        None,
        "UPDATE cases SET seq = seq + 1, stage = 'archived', overdue = false, finished = true WHERE case_no = '{no}'",
    ),
    "a row ahead with its state": (
        "cases",
        None,
        None,
        "UPDATE cases SET seq = seq + 1, head = repeat('f', 64), stage = 'archived', due_at = '2099-12-31',"
        " state = state || jsonb_build_object('seq', seq + 1, 'stage', 'archived') WHERE case_no = '{no}'",
    ),
    "an inquiry's row ahead": (
        "inquiries",
        None,
        None,
        "UPDATE inquiries SET seq = seq + 1, stage = 'closed', closed = true WHERE case_no = '{no}-Q1'",
    ),
    "another's row": ("cases", None, "unit", "UPDATE cases SET unit = 'xs-guali' WHERE case_no = '{no}'"),
    "a state": (
        "cases",
        None,
        "state",
        "UPDATE cases SET state = jsonb_set(state, '{{narrative}}', '\"别的事\"') WHERE case_no = '{no}'",
    ),
    "a case taken away": ("cases", None, "row", "DELETE FROM cases WHERE case_no = '{no}'"),
    "an event lost": ("events", 2, "number", "DELETE FROM events WHERE " + ROW),
    "a point given": (
        "score_points",
        1,
        "task_done",
        "INSERT INTO score_points (case_no, seq, rule, version, kind, subject, unit, district, value, at)"
        " VALUES ('{no}', 1, 'task_done', 1, 'department', 'xs-zj', 'xs-zj', 'xiaoshan', 1, now())",
    ),
    "a finding changed": (
        "inquiry_entries",
        2,
        "detail",
        "UPDATE inquiry_entries SET detail = detail || '{{\"substantiated\": false}}'"
        " WHERE case_no = '{no}-Q1' AND seq = 2",
    ),
    "an inquiry closed": (
        "inquiries",
        None,
        "stage",
        "UPDATE inquiries SET stage = 'closed' WHERE case_no = '{no}-Q1'",
    ),
    "a key deleted": ("case_keys", 1, "key", "DELETE FROM case_keys WHERE case_no = '{no}'"),
    "a key exchanged": ("case_keys", 1, "key", "UPDATE case_keys SET wrapped = wrapped || 'x' WHERE case_no = '{no}'"),
    "a key destroyed by nobody": (
        "case_keys",
        1,
        "key",
        "UPDATE case_keys SET wrapped = NULL, destroyed_at = now() WHERE case_no = '{no}'",
    ),
    "a complaint hushed up": (
        "oversight_entries",
        1,
        "entry",
        "DELETE FROM oversight_entries WHERE case_no LIKE '{no}-D%' AND seq = 1",
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_is_named_by_place_and_field(people: People, case_no: str, what: str) -> None:
    table, seq, field, statements = FORGERIES[what]
    with forged(people, case_no, table, *statements.format(no=case_no, seq=seq).split(";")):
        found = verified(people, case_no)
    difference = found["first_difference"]
    assert found["verified"] is False
    assert difference["table"] == table
    assert field in (None, difference["field"])
    assert seq in (None, difference["seq"])
    assert verified(people, case_no)["verified"] is True


def test_a_tail_cut_off_shows_in_the_file_outside_the_database(people: People) -> None:
    """Also where every table and the history were cut alike: here a case that the engine has forgotten too."""
    number = people.under_way("xs-center.clerk")
    heads = DailyHeads(None, people.system.installation.data_dir / "heads", people.system.secret)  # type: ignore[arg-type]

    async def seal(day: date) -> None:
        address = conninfo(people.system.database_url)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as session:
            assert await heads.seal(session, day)

    asyncio.run(seal(date(2031, 1, 1)))
    assert verified(people, number)["verified"] is True
    last = people.view(number)["timeline_length"]
    with forged(people, number, "entries", f"DELETE FROM entries WHERE case_no = '{number}' AND seq = {last}"):
        assert verified(people, number)["first_difference"]["seq"] == last
    path = heads.folder / "2031-01-01.json"
    text = path.read_text()
    path.write_text(text.replace(f'"{number}"', '"000000-20260101-0001"'))
    try:
        broken = verified(people, number)["first_difference"]
        assert (broken["table"], broken["field"]) == ("heads", "seal")
    finally:
        path.write_text(text)
    assert verified(people, number)["verified"] is True


def test_a_case_is_shown_as_it_stood_at_any_entry(people: People) -> None:
    number = people.under_way("xw-center.clerk")
    assert people.act("xw-center.clerk", number, "measure", kind="guidance", detail="当面指导").status_code == 200
    path = f"/api/audit/cases/{number}"
    whole = people.get("auditor", path).json()
    assert [step["action"] for step in whole["timeline"]] == ["registered", "accepted", "diagnosed", "measured"]
    assert whole["view"]["stage"] == "handling"
    then = people.get("auditor", path, at=2).json()
    assert (then["view"]["stage"], then["view"]["category"]) == ("accepted", None)
    assert then["in_force"]["limits"]["difficult"]["source"]
    assert then["in_force"]["calendar"]
    assert people.get("auditor", path, at=99).status_code == 404
    assert people.get("auditor", path, at=0).status_code == 422


def test_only_auditors_audit(people: People) -> None:
    number = people.register("xw-center.clerk")["case_no"]
    for user in ("xw-center.head", "xw-spj.lead", "xw-jw.supervisor", "admin"):
        assert people.get(user, f"/api/audit/cases/{number}").status_code == 403
        assert people.post(user, f"/api/audit/cases/{number}/verify").status_code == 403
    assert people.get("auditor", "/api/audit/cases/nothing").status_code == 404
    assert people.post("auditor", "/api/audit/cases/nothing/verify").status_code == 404
