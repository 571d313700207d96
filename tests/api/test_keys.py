"""Idempotency-Key of commands: what one key stands for."""

import uuid
from typing import Any

import pytest

from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK, HEAD = "xw-center.clerk", "xw-center.head"


def actions(people: People, case_no: str) -> list[str]:
    items: list[dict[str, Any]] = people.get("auditor", f"/api/cases/{case_no}/timeline").json()["items"]
    return [item["action"] for item in items]


def test_a_retry_is_answered_though_the_stage_has_gone_on(people: People) -> None:
    number, key = people.register()["case_no"], uuid.uuid4().hex
    path = f"/api/cases/{number}/accept"
    assert people.post(CLERK, path, {}, Idempotency_Key=key).status_code == 200
    assert people.post(CLERK, path, {}, Idempotency_Key=key).status_code == 200
    assert people.post(CLERK, path, {}, Idempotency_Key=uuid.uuid4().hex).status_code == 409
    assert actions(people, number) == ["registered", "accepted"]


def test_what_was_refused_may_be_sent_again_with_its_key(people: People) -> None:
    number, key = people.register()["case_no"], uuid.uuid4().hex
    urge = {"text": "请尽快", "assignment_id": "a1"}
    path = f"/api/cases/{number}/urge"
    assert people.post(CLERK, path, urge, Idempotency_Key=key).status_code == 422
    assert people.post(CLERK, path, {"text": "请尽快"}, Idempotency_Key=key).status_code == 200
    assert actions(people, number) == ["registered", "urged"]


def test_the_same_key_on_two_cases_is_two_commands(people: People) -> None:
    key = uuid.uuid4().hex
    for number in (people.register()["case_no"], people.register()["case_no"]):
        assert people.post(CLERK, f"/api/cases/{number}/accept", {}, Idempotency_Key=key).status_code == 200
        assert actions(people, number) == ["registered", "accepted"]


def test_a_key_still_counts_when_the_case_has_ended(people: People) -> None:
    number, key = people.register()["case_no"], uuid.uuid4().hex
    declined = {
        "ground": "duplicate",
        "explanation": "同一事项已在办理",
        "redirect": {"to": "原窗口", "how": "凭原编号"},
    }
    looked = {"method": "call", "result": "genuine", "facts": "属实"}
    assert people.act(HEAD, number, "decline", **declined).status_code == 200
    assert people.act("xw-jw.supervisor", number, "clear", link="register").status_code == 200
    assert people.act("xw-jw.supervisor", number, "look_back", **looked).status_code == 200
    assert people.view(number)["stage"] == "archived"
    for _ in range(3):
        path = f"/api/cases/{number}/note"
        assert people.post(CLERK, path, {"text": "一次"}, Idempotency_Key=key).status_code == 200
    assert actions(people, number).count("noted") == 1
    assert people.post(CLERK, path, {"text": "另一条"}, Idempotency_Key=key).status_code in (200, 409)
    assert actions(people, number).count("noted") == 1


def test_a_citizens_key_counts_too(people: People) -> None:
    shown, key = people.register(), uuid.uuid4().hex
    path = f"/api/public/cases/{shown['case_no']}/complain"
    for _ in range(2):
        sent = {"params": {"code": shown["query_code"]}, "headers": {"Idempotency-Key": key}}
        assert people.http.post(path, json={"reason": "太慢"}, **sent).status_code == 200
    assert actions(people, shown["case_no"]) == ["registered", "complained"]


def test_another_command_with_a_used_key_is_refused_not_swallowed(people: People) -> None:
    number, key = people.register()["case_no"], uuid.uuid4().hex
    assert people.post(CLERK, f"/api/cases/{number}/accept", {}, Idempotency_Key=key).status_code == 200
    answer = people.post(CLERK, f"/api/cases/{number}/confirm_arrival", {}, Idempotency_Key=key)
    assert answer.status_code == 409
    assert actions(people, number) == ["registered", "accepted"]


def test_another_persons_command_with_a_used_key_is_refused_not_swallowed(people: People) -> None:
    number, key = people.register()["case_no"], uuid.uuid4().hex
    path = f"/api/cases/{number}/note"
    assert people.post(CLERK, path, {"text": "已核对"}, Idempotency_Key=key).status_code == 200
    assert people.post(HEAD, path, {"text": "已核对"}, Idempotency_Key=key).status_code == 409
