"""代理: made at the door, acted under, ended; and what a deputy may not do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from models.calendar import beijing_date
from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def deputation(principal: str, deputy: str, **changes: Any) -> dict[str, Any]:
    today = beijing_date(datetime.now(UTC))
    until = (today + timedelta(days=3)).isoformat()
    said = {"principal": principal, "deputy": deputy, "since": today.isoformat(), "until": until, "reason": "年休假"}
    return {**said, **changes}


@pytest.fixture
def acting(people: People) -> Any:
    """xw-center.clerk stands in for xw-center.head; the token, and the deputation's number."""
    made = people.post("xw-center.head", "/api/deputies", deputation("xw-center.head", "xw-center.clerk"))
    assert made.status_code == 201, made.text
    token = people.post("xw-center.clerk", "/api/deputies/act", {"principal": "xw-center.head"}).json()["access_token"]
    yield {"Authorization": f"Bearer {token}"}, made.json()["id"]
    assert people.post("xw-center.head", f"/api/deputies/{made.json()['id']}/revoke").status_code == 200


def act(people: People, headers: dict[str, str], number: str, command: str, **body: Any) -> httpx.Response:
    return people.http.post(f"/api/cases/{number}/{command}", json=body, headers=headers)


def test_a_deputy_acts_with_the_post_and_under_the_own_name(people: People, acting: Any) -> None:
    headers, _ = acting
    number: str = people.register("xw-center.clerk")["case_no"]
    assert people.act("xw-center.clerk", number, "accept").status_code == 200
    assert people.act("xw-center.clerk", number, "diagnose", **DIFFICULT).status_code == 200
    expedite = {"reason": "孩子三天后开学", "working_days": 1}
    assert people.act("xw-center.clerk", number, "expedite", **expedite).status_code == 403
    assert act(people, headers, number, "expedite", **expedite).status_code == 200
    [entry] = [
        e for e in people.get("auditor", f"/api/cases/{number}/timeline").json()["items"] if e["action"] == "expedited"
    ]
    assert (entry["actor"], entry["role"]) == ("xw-center.clerk", "head")
    assert entry["detail"]["acting_for"] == "xw-center.head"


def test_neither_of_the_two_rules_on_the_others_no(people: People, acting: Any) -> None:
    headers, _ = acting
    number: str = people.register("xw-center.clerk")["case_no"]
    cannot = {"category": "cannot", "reason": "不符合条件", "causes": ["process"], "legal_basis": ["某办法"]}
    explanation = {"text": "依据某办法第三条不能办理", "legal_basis": ["某办法"], "alternatives": []}
    for command, body in (("accept", {}), ("diagnose", cannot)):
        assert people.act("xw-center.clerk", number, command, **body).status_code == 200
    assert act(people, headers, number, "explain", **explanation).status_code == 200
    ruling = {"decision": "overturn", "reason": "条件已经放宽"}
    assert people.act("xw-center.head", number, "review", **ruling).status_code == 403
    assert act(people, headers, number, "review", **ruling).status_code == 403
    assert people.act("xw-spj.lead", number, "review", **ruling).status_code == 200


def test_the_end_of_a_deputation_ends_its_token_at_once(people: People) -> None:
    made = people.post("xw-sc.liaison", "/api/deputies", deputation("xw-sc.liaison", "xw-zj.liaison"))
    assert made.status_code == 422, "another department's people see what is not theirs"
    made = people.post("xw-jw.supervisor", "/api/deputies", deputation("xw-jw.supervisor", "xw-jw.supervisor2"))
    assert made.status_code == 201, made.text
    answer = people.post("xw-jw.supervisor2", "/api/deputies/act", {"principal": "xw-jw.supervisor"})
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert people.http.get("/api/me", headers=headers).json()["acting_for"] == "xw-jw.supervisor"
    assert people.post("xw-jw.supervisor2", f"/api/deputies/{made.json()['id']}/revoke").status_code == 403
    assert people.post("admin", f"/api/deputies/{made.json()['id']}/revoke").json()["in_force"] is False
    assert people.http.get("/api/me", headers=headers).status_code == 401
    assert people.post("xw-jw.supervisor2", "/api/deputies/act", {"principal": "xw-jw.supervisor"}).status_code == 403


def test_a_ring_is_refused_with_its_names(people: People) -> None:
    first = people.post("admin", "/api/deputies", deputation("xs-guali.head", "xs-guali.clerk"))
    assert first.status_code == 201, first.text
    ring = people.post("admin", "/api/deputies", deputation("xs-guali.clerk", "xs-guali.head"))
    assert ring.status_code == 409
    assert "成环" in ring.json()["detail"]
    people.post("admin", f"/api/deputies/{first.json()['id']}/revoke")


def test_who_may_arrange_and_see_it(people: People) -> None:
    for user in ("xs-center.clerk", "fy-center.head", "xw-spj.lead", "auditor"):
        refused = people.post(user, "/api/deputies", deputation("xw-rsfz.head", "xw-rsfz.clerk"))
        assert refused.status_code == 403, user
    made = people.post("xw-center.head", "/api/deputies", deputation("xw-rsfz.head", "xw-rsfz.clerk"))
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    for user, sees in (
        ("xw-rsfz.clerk", True),
        ("xw-center.head", True),
        ("admin", True),
        ("auditor", True),
        ("xw-gafz.head", False),
        ("xs-center.head", False),
    ):
        items = people.get(user, "/api/deputies").json()["items"]
        assert (number in [item["id"] for item in items]) is sees, user
    assert people.post("admin", "/api/deputies/999999999/revoke").status_code == 404
    assert people.post("admin", "/api/deputies", deputation("nobody", "xw-rsfz.clerk")).status_code == 422
    people.post("admin", f"/api/deputies/{number}/revoke")
