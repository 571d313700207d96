"""Broken bodies and odd questions: refused in their turn, in Chinese, and never a fault of ours."""

import json
import uuid

import httpx
import pytest

from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK = "xw-center.clerk"

BROKEN = {
    "cut off": b'{"text": "a"',
    "a list": b"[]",
    "a word": b'"text"',
    "null": b"null",
    "half a character": b'{"text": "\\ud800"}',
    "a NUL": b'{"text": "a\\u0000b"}',
    "a NUL in a name": b'{"a\\u0000b": 1}',
    "no number": b'{"text": NaN}',
    "a number too long to read": b'{"text": ' + b"9" * 5000 + b"}",
    "not UTF-8": b'{"text": "\xff"}',
    "UTF-16": '{"text": "a"}'.encode("utf-16"),
    "deep": b'{"text": ' + b"[" * 600 + b"]" * 600 + b"}",
    "deeper than any parser goes": b"[" * 100_000 + b"]" * 100_000,
    "huge": json.dumps({"text": "长" * 5_000_000}, ensure_ascii=False).encode(),
}


def send(people: People, user: str | None, path: str, content: bytes, method: str = "POST") -> httpx.Response:
    headers = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex}
    return people.http.request(
        method, path, content=content, headers={**headers, **(people.headers(user) if user else {})}
    )


def check_problem(answer: httpx.Response, status: int) -> None:
    """A problem of that status whose detail is Chinese."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert {"type", "title", "detail", "errors"} <= set(said)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said["detail"]), said
    assert all(set(error) == {"field", "reason"} for error in said["errors"])


@pytest.fixture(scope="module")
def case_no(people: People) -> str:
    number: str = people.register()["case_no"]
    return number


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_body_is_refused_after_who_and_where(people: People, case_no: str, what: str) -> None:
    content, note = BROKEN[what], f"/api/cases/{case_no}/note"
    before = people.standing(case_no)
    check_problem(send(people, None, note, content), 401)
    check_problem(send(people, "auditor", note, content), 403)
    check_problem(send(people, CLERK, "/api/cases/320102-20200101-0001/note", content), 404)
    check_problem(send(people, "xs-center.clerk", note, content), 403)
    check_problem(send(people, CLERK, note, content), 422)
    assert people.standing(case_no) == before


@pytest.mark.parametrize("what", BROKEN)
def test_every_other_door_refuses_it_too(people: People, case_no: str, what: str) -> None:
    content = BROKEN[what]
    for path in ("/api/cases", "/api/advice"):
        check_problem(send(people, None, path, content), 401)
        check_problem(send(people, "xw-spj.lead", path, content), 403)
        check_problem(send(people, CLERK, path, content), 422)
    year = "/api/calendar/2040"
    check_problem(send(people, None, year, content, "PUT"), 401)
    check_problem(send(people, CLERK, year, content, "PUT"), 403)
    check_problem(send(people, "admin", year, content, "PUT"), 422)


@pytest.mark.parametrize("what", BROKEN)
def test_the_public_door_refuses_it_after_the_code(people: People, what: str) -> None:
    shown = people.register()
    path = f"/api/public/cases/{shown['case_no']}"
    check_problem(send(people, None, f"{path}/accept?code={shown['query_code']}", BROKEN[what]), 403)
    check_problem(send(people, None, f"{path}/complain?code={shown['query_code']}", BROKEN[what]), 422)


def test_an_empty_body_is_an_empty_object(people: People, case_no: str) -> None:
    for content in (b"", b"  \n"):
        answer = send(people, CLERK, f"/api/cases/{case_no}/note", content)
        check_problem(answer, 422)
        assert [error["field"] for error in answer.json()["errors"]] == ["text"]
    number = people.register()["case_no"]
    assert send(people, CLERK, f"/api/cases/{number}/accept", b"").status_code == 200


@pytest.mark.parametrize("said", ["false", 1, [], None])
def test_in_whose_name_is_yes_or_no(people: People, case_no: str, said: object) -> None:
    answer = people.act(CLERK, case_no, "note", text="x", on_behalf=said)
    check_problem(answer, 422)
    assert [error["field"] for error in answer.json()["errors"]] == ["on_behalf"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/cases/320102-20200101-0001", 404),
        ("PUT", "/api/cases", 405),
        ("DELETE", "/api/cases/320102-20200101-0001", 405),
        ("GET", "/api/token", 405),
        ("GET", "/api/cases?to=2026-13-01", 422),
        ("GET", "/api/cases?limit=0", 422),
        ("GET", "/api/cases?limit=201", 422),
        ("GET", "/api/cases?overdue=perhaps", 422),
        ("GET", "/api/cases?unit=a%00b", 422),
        ("GET", "/api/cases/a%00b", 422),
        ("GET", "/api/calendar/due?from=2026-09-30T10:00:00&working_days=3", 422),
        ("GET", "/api/calendar/due?from=9999-12-31T23:59:59Z&working_days=3", 422),
        ("GET", "/api/calendar/due?from=0001-01-01T00:00:00%2B08:00&working_days=3", 422),
        ("GET", "/api/calendar/due?from=2026-09-30T10:00:00Z&working_days=0", 422),
        ("GET", "/api/calendar/due?from=2026-09-30T10:00:00Z&working_days=1001", 422),
        ("GET", "/api/calendar/due", 422),
        ("GET", "/api/calendar/abcd", 422),
        ("GET", "/api/calendar/1999", 422),
    ],
)
def test_odd_questions_get_a_chinese_answer(people: People, method: str, path: str, status: int) -> None:
    check_problem(people.http.request(method, path, headers=people.headers("auditor")), status)


def test_the_ends_of_time_are_days_like_others(people: People) -> None:
    clerk = "nb-center.clerk"
    number = people.register(clerk)["case_no"]
    advice = {"unit": "nb-center", "matter": "变更", "question": "怎么办", "answer": "先预审"}
    no = people.post(clerk, "/api/advice", advice).json()["advice_no"]
    ends = {"from": "0001-01-01", "to": "9999-12-31", "limit": 1}
    assert people.get(clerk, "/api/cases", **ends).json()["items"][0]["case_no"] == number
    assert people.get(clerk, "/api/advice", **ends).json()["items"][0]["advice_no"] == no
