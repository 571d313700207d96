"""考核 at the door: each point once, seen by its own side, contested, never erased."""

import time
from typing import Any

import psycopg
import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

LIAISON, LEAD, SUPERVISOR = "xw-zr.liaison", "xw-spj.lead", "xw-jw.supervisor"


def points(people: People, user: str, case_no: str) -> list[dict[str, Any]]:
    items = people.get(user, "/api/scores/points").json()["items"]
    return [item for item in items if item["case_no"] == case_no]


@pytest.fixture
def deduction(people: People) -> dict[str, Any]:
    """A return that was not granted costs the department a point."""
    number: str = people.register("xw-center.clerk")["case_no"]
    task = {"assignments": [{"unit": "xw-zr", "role": "lead", "task": "核对"}]}
    for user, command, body in (
        ("xw-center.clerk", "accept", {}),
        ("xw-center.clerk", "diagnose", DIFFICULT),
        ("xw-center.clerk", "assign", task),
    ):
        assert people.act(user, number, command, **body).status_code == 200
    [assignment] = people.view(number)["assignments"]
    back = {"assignment_id": assignment["id"], "ground": "other", "reason": "材料是别处的"}
    assert people.act(LIAISON, number, "return", **back).status_code == 200
    ruling = {"assignment_id": assignment["id"], "decision": "deny", "reason": "属于你部门职责"}
    assert people.act(LEAD, number, "rule_return", **ruling).status_code == 200
    for _ in range(100):
        if found := points(people, LIAISON, number):
            return found[0]
        time.sleep(0.1)
    raise AssertionError("no point")


def say(people: People, user: str, point: dict[str, Any], act: str, **body: Any) -> int:
    return people.post(user, f"/api/scores/points/{point['id']}/{act}", body).status_code


def test_a_point_names_its_entry_and_is_earned_once(people: People, deduction: dict[str, Any]) -> None:
    timeline = people.get("auditor", f"/api/cases/{deduction['case_no']}/timeline").json()["items"]
    assert timeline[deduction["seq"] - 1]["action"] == "return_ruled"
    assert (deduction["rule"], deduction["value"], deduction["state"]) == ("return_denied", -1, "told")
    people.write("UPDATE followers SET position = 0 WHERE name = 'scores'")
    time.sleep(1.5)
    assert len(points(people, LIAISON, deduction["case_no"])) == 1
    with pytest.raises(psycopg.Error):
        people.write(f"DELETE FROM score_points WHERE id = {deduction['id']}")


def test_a_deduction_is_explained_ruled_on_appealed_and_ruled_again(people: People, deduction: dict[str, Any]) -> None:
    assert say(people, LEAD, deduction, "rule", waive=False, text="不成立") == 409, "nothing was said yet"
    assert say(people, LEAD, deduction, "explain", text="x") == 403
    assert say(people, LIAISON, deduction, "explain", text="职责清单已经调整") == 200
    assert say(people, LIAISON, deduction, "explain", text="再说一次") == 409
    assert say(people, LEAD, deduction, "rule", waive="no", text="不成立") == 422
    assert say(people, LEAD, deduction, "rule", waive=False, text="调整尚未生效") == 200
    assert say(people, LIAISON, deduction, "appeal", text="已有编办批复") == 200
    assert say(people, LEAD, deduction, "rule_appeal", waive=True, text="x") == 403
    assert say(people, SUPERVISOR, deduction, "rule_appeal", waive=True, text="批复在先") == 200
    [shown] = points(people, LIAISON, deduction["case_no"])
    assert shown["state"] == "waived"
    assert [each["act"] for each in shown["contests"]] == ["explain", "rule", "appeal", "rule_appeal"]


def test_nobody_sees_or_contests_what_is_not_theirs(people: People, deduction: dict[str, Any]) -> None:
    for user in ("xw-zj.liaison", "xs-sgb.lead", "xw-center.head", "xw-center.clerk", "fy-jw.supervisor"):
        assert points(people, user, deduction["case_no"]) == []
    for user in ("xw-zj.liaison", "xw-center.head"):
        assert say(people, user, deduction, "explain", text="x") == 404
    assert people.get("admin", "/api/scores").status_code == 403
    assert people.get(LIAISON, "/api/scores", district="xiaoshan").status_code == 403
    assert people.get("auditor", "/api/scores", district="nowhere").status_code == 422
    assert points(people, LEAD, deduction["case_no"])
    assert points(people, "auditor", deduction["case_no"])


def test_a_month_is_told_in_tiers(people: People, deduction: dict[str, Any]) -> None:
    items = people.get(LEAD, "/api/scores").json()["items"]
    [mine] = [item for item in items if item["subject"] == "xw-zr"]
    assert mine["tasks"] >= 1
    assert mine["contested"] >= 1
    assert "rank" not in mine
    assert {item["subject"] for item in people.get(LIAISON, "/api/scores").json()["items"]} == {"xw-zr"}
