"""What a department's system says is carried out once, if it is really from there and of its own case."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from models.ledger import digest
from ops.lab.simulator.process import Simulator, configure
from ops.postgres import conninfo
from tests.departments.conftest import CLERK, LEAD, Town
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("departments")]
Departments = Callable[..., Simulator]


def said(case_no: str, command: str = "sign", delivery_id: str = "", **body: Any) -> dict[str, Any]:
    """A callback as the department's system writes it."""
    return {
        "delivery_id": delivery_id or uuid.uuid4().hex,
        "case_no": case_no,
        "command": command,
        "body": {"assignment_id": "a1", **body},
    }


def refusals(town: Town, case_no: str) -> list[tuple[str, str, int]]:
    """Who was refused what in this case, as the access log has it."""
    statement = "SELECT actor, action, status FROM access_log WHERE case_no = %s ORDER BY id"
    return [tuple(row) for row in town.rows(statement, case_no)]


def test_a_department_does_its_whole_work_by_callbacks(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    signed = department.call_back(said(case_no))
    assert signed["status"] == 200
    assert signed["body"]["assignment"]["state"] == "signed"
    assert set(signed["body"]) == {"received", "delivery_id", "case_no", "assignment"}
    extended = department.call_back(said(case_no, "extend", working_days=1, reason="现场核查"))
    assert len(extended["body"]["assignment"]["extensions"]) == 1
    reply = {"result": "done", "content": "已恢复发放", "legal_basis": []}
    assert department.call_back(said(case_no, "reply", **reply))["body"]["assignment"]["state"] == "replied"
    timeline = town.get("auditor", f"/api/cases/{case_no}/timeline").json()["items"]
    assert [(e["action"], e["actor"], e["role"], e["unit"]) for e in timeline if e["actor"] == "xs-mz.system"] == [
        ("signed", "xs-mz.system", "liaison", "xs-mz"),
        ("extended", "xs-mz.system", "liaison", "xs-mz"),
        ("replied", "xs-mz.system", "liaison", "xs-mz"),
    ]


def test_a_department_returns_a_task(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    back = {"ground": "not_competent", "reason": "应由消安办排查", "suggested_unit": "xs-xa"}
    assert department.call_back(said(case_no, "return", **back))["body"]["assignment"]["state"] == "returned"
    ruling = {"assignment_id": "a1", "decision": "grant", "reason": "同意"}
    assert town.act(LEAD, case_no, "rule_return", **ruling).status_code == 200


def test_it_acts_by_itself_on_what_it_receives(town: Town, departments: Departments) -> None:
    department = departments("xs-ga")
    department.behave(acts=["sign", "reply"], tricks=["twice", "replay", "forged", "stale"])
    case_no = town.assign("xs-ga")
    until(lambda: len(town.entries(case_no, "replied")) == 1)
    until(lambda: department.received()["at_work"] == 0)
    assert len(town.entries(case_no, "signed")) == 1
    assert len(town.entries(case_no, "replied")) == 1
    assert department.received()["answers"] == {
        "proper 200": 2,
        "twice 200": 2,
        "replay 200": 2,
        "forged 401": 2,
        "stale 401": 2,
    }


@pytest.mark.parametrize("trick", ["forged", "stale"])
def test_a_wrong_or_old_signature_is_refused(town: Town, departments: Departments, trick: str) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    refused = department.call_back(said(case_no), trick)
    assert refused["status"] == 401
    assert "签名" in refused["body"]["detail"]
    assert town.entries(case_no, "signed") == []
    logged = town.rows("SELECT actor, unit, action, status FROM access_log ORDER BY id DESC LIMIT 1")
    assert [tuple(row) for row in logged] == [("", "xs-mz", "callback", 401)]


def test_without_a_signature_or_a_system_nobody_calls(town: Town) -> None:
    case_no = town.assign("xs-yj")
    unsigned = town.http.post("/api/departments/xs-yj/callbacks", json=said(case_no))
    assert unsigned.status_code == 401
    headers = {"X-Bancheng-Timestamp": "1", "X-Bancheng-Signature": "v1=00"}
    for unit in ("xs-yj", "xs-center", "nobody", "%00"):
        answer = town.http.post(f"/api/departments/{unit}/callbacks", json=said(case_no), headers=headers)
        assert answer.status_code == 404, unit
    assert town.entries(case_no, "signed") == []


def test_a_replay_is_answered_and_does_nothing_again(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    callback = said(case_no)
    first = department.call_back(callback)
    assert department.call_back(said(case_no, "reply", result="done", content="好"))["status"] == 200
    again = department.call_back(callback)
    assert (first["status"], again["status"]) == (200, 200)
    assert again["body"]["assignment"]["state"] == "replied", "it is told how things stand now"
    assert len(town.entries(case_no, "signed")) == 1


def test_the_same_at_the_same_time_is_done_once(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    callback = said(case_no)
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: department.call_back(callback)["status"], range(8)))
    assert answers == [200] * 8
    assert len(town.entries(case_no, "signed")) == 1


def test_a_delivery_id_means_one_thing(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no, other = town.assign("xs-mz"), town.assign("xs-mz")
    key = uuid.uuid4().hex
    assert department.call_back(said(case_no, delivery_id=key))["status"] == 200
    for changed in (said(other, delivery_id=key), said(case_no, "extend", key, working_days=1, reason="核查")):
        refused = department.call_back(changed)
        assert refused["status"] == 409
        assert "delivery_id" in refused["body"]["detail"]
    assert town.entries(other, "signed") == []
    assert refusals(town, other) == [("xs-mz.system", "sign", 409)]


def test_what_a_crash_left_half_done_is_done_by_the_repetition(town: Town, departments: Departments) -> None:
    """The id is taken, the command never reached the case: as if the API had died in between."""
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    callback = said(case_no)
    content = digest([callback["case_no"], callback["command"], callback["body"]])
    with psycopg.connect(conninfo(town.system.database_url), autocommit=True) as connection:
        row = ("xs-mz", callback["delivery_id"], content)
        connection.execute("INSERT INTO callbacks VALUES (%s, %s, %s, now())", row)
    assert department.call_back(callback)["body"]["assignment"]["state"] == "signed"
    assert department.call_back(callback)["status"] == 200
    assert len(town.entries(case_no, "signed")) == 1


def test_other_departments_cases_and_tasks_are_closed_to_it(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    foreign = town.assign("xs-yj")
    assert department.call_back(said(foreign))["status"] == 403
    shared = town.assign("xs-yj", "xs-mz")
    assert department.call_back(said(shared))["status"] == 403, "a1 is 应急's"
    assert department.call_back({**said(shared), "body": {"assignment_id": "a2"}})["status"] == 200
    assert department.call_back(said("330109-20200101-9999"))["status"] == 404
    assert town.entries(foreign, "signed") == []
    assert refusals(town, foreign) == [("xs-mz.system", "sign", 403)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delivery_id": "short"}, "delivery_id"),
        ({"delivery_id": "~delivery-a1-4"}, "delivery_id"),
        ({"delivery_id": "x" * 65}, "delivery_id"),
        ({"command": "resolve"}, "command"),
        ({"body": {}}, "assignment_id"),
        ({"body": {"assignment_id": "a1", "on_behalf": True}}, "on_behalf"),
        ({"actor": "xs-jw.supervisor"}, "actor"),
        ({"body": "a1"}, ""),
    ],
)
def test_a_wrong_shape_takes_no_id(town: Town, departments: Departments, change: dict[str, Any], field: str) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    callback = {**said(case_no), **change}
    refused = department.call_back(callback)
    assert refused["status"] == 422
    assert [error["field"] for error in refused["body"]["errors"]] == [field]
    taken = town.rows("SELECT 1 FROM callbacks WHERE delivery_id = %s", callback["delivery_id"])
    assert taken == []


def test_the_rules_refuse_as_they_refuse_staff(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    early = department.call_back(said(case_no, "reply", result="done", content="好"))
    assert early["status"] == 409
    assert department.call_back(said(case_no))["status"] == 200
    no_basis = department.call_back(said(case_no, "reply", result="cannot", content="规定没有这一项"))
    assert no_basis["status"] == 422
    assert refusals(town, case_no) == [("xs-mz.system", "reply", 409), ("xs-mz.system", "reply", 422)]


def test_two_departments_of_a_case_may_count_alike(town: Town, departments: Departments) -> None:
    case_no = town.assign("xs-mz", "xs-zr")
    key = f"OA-{uuid.uuid4().hex}"
    assert departments("xs-mz").call_back(said(case_no, delivery_id=key))["status"] == 200
    second = {**said(case_no, delivery_id=key), "body": {"assignment_id": "a2"}}
    assert departments("xs-zr").call_back(second)["status"] == 200
    assert len(town.entries(case_no, "signed")) == 2


def test_an_old_key_is_good_for_nothing(town: Town, departments: Departments) -> None:
    department = departments("xs-zr")
    case_no = town.assign("xs-zr")
    assert department.call_back(said(case_no))["status"] == 200
    rotated = configure(town.system, "xs-zr", kind="http", url="http://127.0.0.1:1/", rotate=True)
    assert rotated["key_version"] > 1
    assert department.call_back(said(case_no))["status"] == 401
    assert town.act(CLERK, case_no, "note", text="换密钥").status_code == 200
