"""登录: who is who, and what a wrong or broken token gets."""

import time

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from api.identity.tokens import Tokens, _derive
from models.access import User
from models.codes import Role
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def test_every_user_of_the_contract_signs_in_with_the_readme_password(people: People) -> None:
    for user in (
        "xs-tangtou.clerk",
        "xw-hyfz.head",
        "hp-yj.liaison",
        "zq-sp.lead",
        "bh-jw.supervisor2",
        "auditor",
        "admin",
    ):
        assert people.get(user, "/api/me").json()["username"] == user


def test_a_wrong_password_and_an_unknown_user_look_alike(people: People) -> None:
    answers = [
        people.http.post("/api/token", data={"username": name, "password": "wrong"})
        for name in ("xs-center.clerk", "nobody.clerk")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["content-type"] == "application/problem+json"


def test_no_token_a_forged_one_and_an_expired_one_are_refused(people: People) -> None:
    secret = bytes.fromhex(people.system.env["BANCHENG_SECRET"])
    user = User("xs-center.clerk", Role.CLERK, "xs-center", "xiaoshan")
    forged = Tokens(b"another secret").issue(user)
    claims = {
        "sub": user.username,
        "role": "clerk",
        "unit": "xs-center",
        "district": "xiaoshan",
        "exp": int(time.time()) - 5,
    }
    key = OctKey.import_key(_derive(secret, b"token"))
    expired = jwt.encode({"alg": "HS256"}, claims, key, algorithms=["HS256"])
    good = Tokens(secret).issue(user)
    assert people.http.get("/api/me", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    for token in (forged, expired, good[:-2], "x"):
        answer = people.http.get("/api/cases", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert "登录" in answer.json()["detail"]
    assert people.http.get("/api/cases").status_code == 401


def test_health(people: People) -> None:
    assert people.http.get("/healthz").json() == {"status": "ok"}
    assert people.http.get("/readyz").json() == {"ready": True, "database": True, "engine": True}
    assert "bancheng_requests_total" in people.http.get("/metrics").text
    assert people.http.get("/docs").status_code == 200
    assert "/api/cases/{case_no}/{command}" in people.http.get("/openapi.json").json()["paths"]


def test_an_account_rests_after_five_wrong_passwords_whether_it_exists_or_not(people: People) -> None:
    for name in ("bh-center.head", "nobody.head"):
        sent = {"username": name, "password": "wrong"}
        answers = [people.http.post("/api/token", data=sent).status_code for _ in range(6)]
        assert answers == [401] * 5 + [429]
    right = people.http.post("/api/token", data={"username": "bh-center.head", "password": people.system.password})
    assert right.status_code == 429
    assert right.headers["retry-after"] == "600"
    assert people.get("bh-center.clerk", "/api/me").status_code == 200, "nobody else is held up"


def test_every_answer_carries_the_security_headers(people: People) -> None:
    for path in ("/api/me", "/healthz", "/api/nothing", "/api/cases"):
        headers = people.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
    headers = people.http.get("/docs").headers
    assert headers["content-security-policy"].startswith("default-src 'self'; style-src 'self' 'unsafe-inline'; ")
    assert headers["x-content-type-options"] == "nosniff"
