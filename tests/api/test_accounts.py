"""账号、会话、动态口令: who may sign in, how long a browser stays signed in, and who may not be both."""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pyotp
import pytest

from models.accounts import excluded, weakness
from models.codes import Role
from tests.api.conftest import DIFFICULT, People
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

SECURITY = "security-admin"
GOOD = "Jin4-Guan2-Men2"


def new(username: str, role: str = "clerk", unit: str | None = "xw-center", person: str = "") -> dict[str, object]:
    who = {"username": username, "role": role, "name": "某人", "person_no": person or username, "password": GOOD}
    return {**who, **({"unit": unit} if unit else {})}


@contextmanager
def browser(people: People, user: str, password: str) -> Iterator[httpx.Client]:
    """A browser of this user, signed in; what it sends carries its CSRF token."""
    with httpx.Client(base_url=people.system.api_url, timeout=30) as client:
        answer = client.post("/api/session", data={"username": user, "password": password})
        assert answer.status_code == 204, answer.text
        client.headers["X-CSRF-Token"] = client.get("/api/session").json()["csrf"]
        yield client


def test_weak_passwords_say_why() -> None:
    assert weakness("short1A!", "u")
    assert weakness("onlylowercase", "u")
    assert weakness("Xs-Clerk-2026", "xs-clerk")
    assert weakness(GOOD, "xw-center.clerk") is None


def test_the_three_administrators_exclude_each_other_and_everybody_else() -> None:
    three = (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    for one in three:
        assert excluded(one, [one]) is None
        for other in (*(role for role in three if role is not one), Role.CLERK, Role.AUDITOR):
            assert excluded(one, [other]) is other
            assert excluded(other, [one]) is one
    assert excluded(Role.CLERK, [Role.HEAD]) is None


def test_accounts_are_opened_by_the_security_administrator_alone(people: People) -> None:
    for user in ("admin", "audit-admin", "auditor", "xw-center.head"):
        assert people.post(user, "/api/accounts", new("xw-center.new0")).status_code == 403
    for user in ("admin", "auditor", "xw-center.head"):
        assert people.get(user, "/api/accounts").status_code == 403
    assert people.post(SECURITY, "/api/accounts", new("xw-center.new1")).status_code == 201
    assert people.post(SECURITY, "/api/accounts", new("xw-center.new1")).status_code == 409
    for wrong, field in (
        ({**new("a.b"), "password": "weak"}, "password"),
        (new("a.b", "liaison"), "role"),
        (new("a.b", "auditor"), "unit"),
        (new("a.b", "clerk", "nowhere"), "unit"),
        (new("a.b", "citizen", None), "role"),
        ({**new("a.b"), "username": "名字"}, "username"),
    ):
        answer = people.post(SECURITY, "/api/accounts", wrong)
        assert answer.status_code == 422, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    shown = people.get("audit-admin", "/api/accounts").text
    assert "xw-center.new1" in shown
    assert "argon2" not in shown


def test_one_person_is_not_two_of_the_three(people: People) -> None:
    assert people.post(SECURITY, "/api/accounts", new("sys2", "admin", None, "P-7")).status_code == 201
    for role, unit in (("audit_admin", None), ("security_admin", None), ("clerk", "xw-center")):
        answer = people.post(SECURITY, "/api/accounts", new("second7", role, unit, "P-7"))
        assert answer.status_code == 409
        assert "互斥" in answer.json()["detail"]
    assert people.post(SECURITY, "/api/accounts/sys2/disable").json()["disabled_at"]
    assert people.post(SECURITY, "/api/accounts", new("second7", "audit_admin", None, "P-7")).status_code == 201
    assert people.post(SECURITY, "/api/accounts/sys2/enable").status_code == 409
    assert people.post(SECURITY, f"/api/accounts/{SECURITY}/disable").status_code == 409, "nobody acts on their own"
    assert people.post(SECURITY, "/api/accounts/nobody/disable").status_code == 404


def test_a_disabled_account_is_out_at_once_with_token_and_browser(people: People) -> None:
    people.post(SECURITY, "/api/accounts", new("xw-center.leaver"))
    form = {"username": "xw-center.leaver", "password": GOOD}
    token = people.http.post("/api/token", data=form).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    with browser(people, "xw-center.leaver", GOOD) as tab:
        assert tab.get("/api/cases").status_code == people.http.get("/api/cases", headers=bearer).status_code == 200
        assert people.post(SECURITY, "/api/accounts/xw-center.leaver/disable").status_code == 200
        assert tab.get("/api/cases").status_code == people.http.get("/api/cases", headers=bearer).status_code == 401
    assert people.http.post("/api/token", data=form).status_code == 401
    assert people.post(SECURITY, "/api/accounts/xw-center.leaver/enable").status_code == 200
    assert people.http.post("/api/token", data=form).status_code == 200


def test_a_browser_acts_only_with_what_a_page_of_ours_gave_it(people: People) -> None:
    number = people.register("xw-center.clerk")["case_no"]
    with browser(people, "xw-center.clerk", people.system.password) as tab:
        [cookie] = tab.cookies.jar
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert tab.get(f"/api/cases/{number}").status_code == 200
        good = tab.headers.pop("X-CSRF-Token")
        for token in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}):
            assert tab.post(f"/api/cases/{number}/accept", json={}, headers=token).status_code == 403
        assert people.view(number)["stage"] == "registered"
        done = tab.post(f"/api/cases/{number}/accept", json={}, headers={"X-CSRF-Token": good})
        assert done.status_code == 200
        value = cookie.value
        assert tab.delete("/api/session", headers={"X-CSRF-Token": good}).status_code == 204
        assert tab.get("/api/cases").status_code == 401
        again = people.http.get("/api/cases", headers={"Cookie": f"bancheng={value}"})
        assert again.status_code == 401, "what was signed out is worth nothing"
    [[held]] = people.rows("SELECT count(*) FROM sessions WHERE id = %s", value)
    assert held == 0, "the table holds a digest only"


def test_a_browser_left_alone_is_signed_out(people: People) -> None:
    with browser(people, "xw-center.head", people.system.password) as tab:
        people.write("UPDATE sessions SET seen_at = now() - interval '29 minutes' WHERE username = 'xw-center.head'")
        assert tab.get("/api/cases").status_code == 200, "and it was seen now"
        people.write("UPDATE sessions SET seen_at = now() - interval '31 minutes' WHERE username = 'xw-center.head'")
        assert tab.get("/api/cases").status_code == 401
        people.write(
            "UPDATE sessions SET seen_at = now(), created_at = now() - interval '13 hours'"
            " WHERE username = 'xw-center.head'"
        )
        assert tab.get("/api/cases").status_code == 401, "nobody stays for longer than a working day"


def test_changing_the_password_signs_other_browsers_out(people: People) -> None:
    people.post(SECURITY, "/api/accounts", new("xw-center.changer"))
    with browser(people, "xw-center.changer", GOOD) as tab, browser(people, "xw-center.changer", GOOD) as other:
        for body, status in (
            ({"old": "wrong", "new": "Xin1-Kou3-Ling4"}, 401),
            ({"old": GOOD, "new": "short"}, 422),
            ({"old": GOOD, "new": "Xin1-Kou3-Ling4"}, 204),
        ):
            assert tab.post("/api/me/password", json=body).status_code == status
        assert other.get("/api/cases").status_code == 401
    form = {"username": "xw-center.changer", "password": "Xin1-Kou3-Ling4"}
    assert people.http.post("/api/token", data=form).status_code == 200


def test_supervisors_and_administrators_need_a_second_factor_where_it_is_asked_for(strict: People) -> None:
    user, password = "xw-jw.supervisor2", strict.system.password
    form = {"username": user, "password": password}
    granted = strict.http.post("/api/token", data=form).json()
    assert granted["enrolling"]
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}
    for method, path in (("GET", "/api/cases"), ("GET", "/api/oversight"), ("POST", "/api/oversight")):
        answer = strict.http.request(method, path, headers=bearer, json={})
        assert answer.status_code == 403
        assert "动态口令" in answer.json()["detail"]
    assert strict.http.post("/api/token", data={"username": "xw-center.clerk", "password": password}).is_success
    begun = strict.http.post("/api/me/second-factor", headers=bearer).json()
    phone = pyotp.TOTP(begun["secret"])
    assert begun["uri"].startswith("otpauth://totp/")
    wrong = strict.http.post("/api/me/second-factor/confirm", headers=bearer, json={"code": "000000"})
    assert wrong.status_code == 422
    code = phone.now()
    confirmed = strict.http.post("/api/me/second-factor/confirm", headers=bearer, json={"code": code})
    assert confirmed.status_code == 204, confirmed.text
    assert strict.http.post("/api/me/second-factor", headers=bearer).status_code == 409
    assert strict.http.post("/api/token", data=form).status_code == 401, "a code is asked for"
    used = strict.http.post("/api/token", data={**form, "otp": code})
    assert used.status_code == 401, "a code is taken once, also the one that confirmed"
    strict.write(f"UPDATE second_factors SET last_step = last_step - 2 WHERE username = '{user}'")
    token = strict.http.post("/api/token", data={**form, "otp": phone.now()}).json()
    assert "enrolling" not in token
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert strict.http.get("/api/oversight", headers=bearer).status_code == 200
    [[sealed]] = strict.rows("SELECT sealed FROM second_factors WHERE username = %s", user)
    assert begun["secret"].encode() not in bytes(sealed)


def test_whoever_may_read_but_not_act_says_why_to_see_a_whole_name(people: People) -> None:
    shown = people.register("xw-jd.clerk")
    number, name = shown["case_no"], shown["applicant"]["name"]
    for user, command, body in (
        ("xw-jd.clerk", "accept", {}),
        ("xw-jd.clerk", "diagnose", DIFFICULT),
        ("xw-jd.head", "escalate", {"to_unit": "xw-center", "reason": "超出权限"}),
    ):
        assert people.act(user, number, command, **body).status_code == 200
    assert people.get("xw-jd.head", f"/api/cases/{number}").json()["applicant"]["name"] != name
    path = f"/api/cases/{number}/unmask"
    assert people.post("xw-jd.head", path, {}).status_code == 422
    assert people.post("xw-jd.head", path, {"reason": "联系本人补材料"}).json()["applicant"]["name"] == name
    assert people.post("xw-rsfz.head", path, {"reason": "联系本人补材料"}).status_code == 403
    assert people.post("admin", path, {"reason": "联系本人补材料"}).status_code == 403
    [entry] = people.get("audit-admin", "/api/accesses", case_no=number, actor="xw-jd.head", limit=1).json()["items"]
    assert (entry["action"], entry["reason"]) == ("unmask", "联系本人补材料")
    told = people.http.get(f"/api/public/cases/{number}/accesses", params={"code": shown["query_code"]}).text
    assert "查看完整身份" in told


async def payload_of(people: People, case_no: str) -> tuple[dict[str, Any], str]:
    """What the Web UI would send of a case's registration, and what it can read of it."""
    client = await connect(people.system.temporal_address, "default")
    history = (await client.get_workflow_handle(case_no).fetch_history()).to_json_dict()
    kind = "workflowExecutionUpdateAcceptedEventAttributes"
    accepted = next(event[kind] for event in history["events"] if kind in event)
    return accepted["acceptedRequest"]["input"]["args"]["payloads"][0], json.dumps(history, ensure_ascii=False)


def test_the_codec_opens_histories_for_administrators_and_never_people(people: People) -> None:
    number = people.register("xw-center.clerk")["case_no"]
    payload, readable = asyncio.run(payload_of(people, number))
    assert "房屋租赁备案" not in base64.b64decode(payload["data"]).decode(errors="replace") + readable
    for user in ("admin", "auditor"):
        [opened] = people.post(user, "/codec/decode", {"payloads": [payload]}).json()["payloads"]
        said = base64.b64decode(opened["data"]).decode()
        assert "房屋租赁备案" in said
        assert "李先生" not in said
        assert "13800000008" not in said
    for user in ("xw-center.clerk", "xw-jw.supervisor", "security-admin", "audit-admin"):
        assert people.post(user, "/codec/decode", {"payloads": [payload]}).status_code == 403
    assert people.http.post("/codec/decode", json={"payloads": []}).status_code == 401
    assert people.post("admin", "/codec/decode", {"payloads": [{"data": 7}]}).status_code == 422
    broken = {**payload, "data": base64.b64encode(b"0" * 60).decode()}
    assert people.post("admin", "/codec/decode", {"payloads": [broken]}).status_code == 422
    assert people.post("admin", "/codec/decode", {"payloads": [payload]}, X_Namespace="sealed").status_code == 403
    [entry, *_] = people.get("auditor", "/api/accesses", actor="admin", limit=1).json()["items"]
    assert entry["action"] == "decode"
