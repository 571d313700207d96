"""外部来件: signed, taken once, answered with the same case, and told of its progress."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from tests.api.conftest import People, registration

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def sent(
    people: People, body: Any, channel: str = "hotline", *, age: int = 0, key: str | None = None
) -> httpx.Response:
    raw = json.dumps(body).encode()
    return people.http.post(f"/api/intake/{channel}", content=raw, headers=signed(people, channel, raw, age, key))


def signed(people: People, channel: str, raw: bytes, age: int = 0, key: str | None = None) -> dict[str, str]:
    secret = key or people.get("admin", f"/api/intake/keys/{channel}").json()["secret"]
    at = str(int(time.time()) - age)
    return {TIMESTAMP_HEADER: at, SIGNATURE_HEADER: signature(secret, at, raw)}


def piece(source_id: str, **changes: Any) -> dict[str, Any]:
    body = registration(**{"unit": "nb-center", **changes})
    del body["channel"]
    return {"source_id": source_id, **body}


def test_a_piece_becomes_a_case_of_its_window(people: People) -> None:
    number = uuid.uuid4().hex
    answer = sent(people, piece(number))
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["source_id"], said["stage"], said["status"]) == (number, "registered", "待受理")
    shown = people.view(said["case_no"])
    assert (shown["channel"], shown["first_receiver"]) == ("hotline", "nb-center.clerk")
    assert shown["source"] == {"channel": "hotline", "source_id": number}
    public = people.http.get(f"/api/public/cases/{said['case_no']}", params={"code": said["query_code"]})
    assert public.status_code == 200
    assert people.act("nb-center.clerk", said["case_no"], "accept").status_code == 200
    path = f"/api/intake/hotline/{number}"
    now = people.http.get(path, headers=signed(people, "hotline", b"")).json()
    assert (now["case_no"], now["status"], now["overdue"]) == (said["case_no"], "已受理", False)
    assert now["due_at"]
    assert "李先生" not in json.dumps(now, ensure_ascii=False)


def test_the_same_piece_sent_twenty_times_at_once_is_one_case(people: People) -> None:
    body = piece(uuid.uuid4().hex)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: sent(people, body), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["case_no"] for answer in answers}) == 1
    again = sent(people, body)
    assert again.status_code == 200
    assert again.json()["query_code"] == answers[0].json()["query_code"], "also for who lost the first answer"


def test_likely_duplicates_are_counted_and_not_named(people: People) -> None:
    matter = {"matter": {"name": f"事项 {uuid.uuid4().hex}"}}
    first, second = (sent(people, piece(uuid.uuid4().hex, **matter)).json() for _ in range(2))
    assert (first["duplicates"], second["duplicates"]) == (0, 1)


def test_any_number_can_be_asked_after(people: People) -> None:
    for number in (f"{uuid.uuid4().hex}/3", "key", "编号 1"):
        case_no = sent(people, piece(number), "superior").json()["case_no"]
        path = f"/api/intake/superior/{quote(number, safe='')}"
        assert people.http.get(path, headers=signed(people, "superior", b"")).json()["case_no"] == case_no
    assert sent(people, piece("..")).status_code == 422


def test_a_piece_that_was_declined_can_be_asked_after(people: People) -> None:
    number = uuid.uuid4().hex
    case_no = sent(people, piece(number), "superior").json()["case_no"]
    unit = people.view(case_no)["unit"]
    body = {"ground": "duplicate", "explanation": "已在办理", "redirect": {"to": "原窗口", "how": "凭原编号"}}
    declined = people.act(f"{unit}.head", case_no, "decline", **body)
    assert declined.status_code == 200, declined.text
    asked = people.http.get(f"/api/intake/superior/{number}", headers=signed(people, "superior", b""))
    assert asked.status_code == 200, asked.text
    assert asked.json()["outcome"] == "declined"


def test_what_is_kept_of_a_refused_piece_holds_no_content(people: People) -> None:
    for body in (
        {**piece("x"), "source_id": {"name": "张三丰"}},
        {**piece(uuid.uuid4().hex), "张三丰的备注": "内容"},
    ):
        assert sent(people, body).status_code == 422
        kept = people.get("admin", "/api/intake/refused", limit=1)
        assert "张三丰" not in kept.text
        assert set(kept.json()["items"][0]) == {"channel", "source_id", "at", "reasons"}


def test_a_conflict_is_no_dead_letter(people: People) -> None:
    number = uuid.uuid4().hex
    assert sent(people, piece(number)).status_code == 201
    assert sent(people, piece(number, narrative="换了内容")).status_code == 409
    assert number not in people.get("admin", "/api/intake/refused").text


def test_the_same_number_with_other_content_is_refused_and_names_the_case(people: People) -> None:
    number = uuid.uuid4().hex
    case_no = sent(people, piece(number)).json()["case_no"]
    other = sent(people, piece(number, narrative="换了内容"))
    assert other.status_code == 409
    assert case_no in other.json()["detail"]
    assert sent(people, piece(number), "rating").status_code == 201, "another channel counts for itself"


def test_what_is_not_signed_is_not_taken(people: People) -> None:
    body = piece("unsigned-piece")
    assert people.http.post("/api/intake/hotline", json=body).status_code == 401
    assert sent(people, body, age=301).status_code == 401
    assert sent(people, body, key="0" * 64).status_code == 401
    other = people.get("admin", "/api/intake/keys/rating").json()["secret"]
    assert sent(people, body, key=other).status_code == 401
    assert people.http.get("/api/intake/hotline/unsigned-piece").status_code == 401
    status = people.http.get("/api/intake/hotline/nothing-such", headers=signed(people, "hotline", b""))
    assert status.status_code == 404


def test_channels_with_people_of_their_own_take_nothing(people: People) -> None:
    for channel in ("window", "visit", "frobnicate"):
        assert people.get("admin", f"/api/intake/keys/{channel}").status_code == 404
        assert sent(people, piece("x"), channel, key="0" * 64).status_code == 401
    assert people.get("nb-center.clerk", "/api/intake/keys/hotline").status_code == 403


def test_a_wrong_piece_is_refused_and_kept_with_its_reasons_only(people: People) -> None:
    wrong = piece("wrong-piece-1")
    wrong["applicant"]["id_no"] = "320102190001010061"
    wrong["narrative"] = "不应留存的内容"
    answer = sent(people, wrong)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["applicant.id_no"]
    for body, field in (
        (piece(""), "source_id"),
        (piece("wrong-piece-2", unit="nowhere"), "unit"),
        ({**piece("wrong-piece-3"), "channel": "window"}, "channel"),
    ):
        assert [error["field"] for error in sent(people, body).json()["errors"]] == [field]
    assert people.get("nb-center.head", "/api/intake/refused").status_code == 403
    kept = people.get("admin", "/api/intake/refused")
    [mine] = [item for item in kept.json()["items"] if item["source_id"] == "wrong-piece-1"]
    assert mine["reasons"][0]["field"] == "applicant.id_no"
    assert "不应留存的内容" not in kept.text
    assert "3201021900" not in kept.text
