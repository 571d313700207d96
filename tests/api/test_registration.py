"""登记: one case for one key, gap-free numbers, and what is refused."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.conftest import People, registration

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK = "xw-center.clerk"


def key() -> str:
    return uuid.uuid4().hex


def test_the_answer_is_the_view_with_code_and_place(people: People) -> None:
    answer = people.post(CLERK, "/api/cases", registration(), Idempotency_Key=key())
    shown = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/cases/{shown['case_no']}"
    assert shown["case_no"].startswith("320102-")
    assert len(shown["query_code"]) >= 8
    assert shown["stage"] == "registered"
    assert shown["first_receiver"] == CLERK
    assert people.get(CLERK, answer.headers["location"]).status_code == 200


def test_the_same_key_gives_the_same_case_and_another_body_is_refused(people: People) -> None:
    mine = key()
    first = people.post(CLERK, "/api/cases", registration(), Idempotency_Key=mine)
    again = people.post(CLERK, "/api/cases", registration(), Idempotency_Key=mine)
    other = people.post(CLERK, "/api/cases", registration(narrative="另一件"), Idempotency_Key=mine)
    assert again.status_code == 201
    assert again.json()["case_no"] == first.json()["case_no"]
    assert again.json()["query_code"] == first.json()["query_code"]
    assert other.status_code == 409
    entries = people.rows("SELECT count(*) FROM entries WHERE case_no = %s", first.json()["case_no"])
    assert entries == [(1,)]


def test_fifty_posts_at_once_with_one_key_are_one_case(people: People) -> None:
    mine, body = key(), registration(narrative="并发登记同一件")
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(lambda _: people.post(CLERK, "/api/cases", body, Idempotency_Key=mine), range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["case_no"] for answer in answers}) == 1


def test_numbers_have_no_gaps_under_load(people: People) -> None:
    bad = registration(applicant={"name": "李", "kind": "person", "id_type": "id_card", "id_no": "320102190001010061"})

    def one(index: int) -> int:
        body = bad if index % 5 == 0 else registration()
        return people.post(CLERK, "/api/cases", body, Idempotency_Key=key()).status_code

    with ThreadPoolExecutor(20) as pool:
        assert sorted(set(pool.map(one, range(50)))) == [201, 422]
    numbers = sorted(
        int(row[0][-4:]) for row in people.rows("SELECT case_no FROM cases WHERE case_no LIKE '320102-%%'")
    )
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("wrong", [None, "short", "x" * 65, "~not-yours-"])
def test_a_key_is_needed(people: People, wrong: str | None) -> None:
    headers = {"Idempotency_Key": wrong} if wrong else {}
    answer = people.post(CLERK, "/api/cases", registration(), **headers)
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


PERSON: dict[str, Any] = {"name": "李先生", "kind": "person"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"applicant": {**PERSON, "id_type": "id_card", "id_no": "320102190001010061"}}, "applicant.id_no"),
        ({"applicant": {**PERSON, "id_type": "id_card", "id_no": "32010220990101006X"}}, "applicant.id_no"),
        ({"applicant": {**PERSON, "id_type": "uscc", "id_no": "91320102MA0000031C"}}, "applicant"),
        ({"applicant": {**PERSON, "id_no": "320102190001010060"}}, "applicant"),
        ({"applicant": {**PERSON, "phone": "not a phone"}}, "applicant.phone"),
        ({"applicant": None}, ""),
        ({"channel": "pigeon"}, "channel"),
        ({"matter": {}}, "matter.name"),
        ({"narrative": "  "}, "narrative"),
        ({"unit": "nowhere"}, "unit"),
        ({"unit": ["xw-center"]}, "unit"),
        ({"first_receiver": "nobody.clerk"}, "first_receiver"),
        ({"group_of": "320102-20000101-0001"}, "group_of"),
        ({"surprise": 1}, "surprise"),
        ({"narrative": "有\0字符"}, None),
    ],
)
def test_a_bad_body_is_refused_by_field(people: People, changes: dict[str, Any], field: str | None) -> None:
    body = {**registration(), **changes}
    answer = people.post(CLERK, "/api/cases", {k: v for k, v in body.items() if v is not None}, Idempotency_Key=key())
    assert answer.status_code == 422, answer.text
    if field:
        assert field in [error["field"] for error in answer.json()["errors"]]


def test_a_visit_may_have_no_applicant(people: People) -> None:
    shown = people.register("xs-tangtou.clerk", channel="visit", applicant=None)
    assert shown["applicant"] is None


def test_half_a_character_and_what_is_no_object_are_refused(people: People) -> None:
    headers = {**people.headers(CLERK), "Idempotency-Key": key(), "Content-Type": "application/json"}
    for text in ('{"narrative": "\\ud800"}', "[]", '"x"', "{", "1", "null"):
        answer = people.http.post("/api/cases", content=text, headers=headers)
        assert answer.status_code == 422, text
        assert answer.headers["content-type"] == "application/problem+json"


def test_who_registers_where(people: People) -> None:
    cases = {
        ("xs-center.clerk", "xs-tangtou"): 201,
        ("xs-tangtou.clerk", "xs-center"): 403,
        ("xs-center.clerk", "xw-center"): 403,
        ("xs-center.clerk", "xs-mz"): 403,
        ("xs-mz.liaison", "xs-center"): 403,
        ("xs-sgb.lead", "xs-center"): 403,
        ("auditor", "xs-center"): 403,
        ("admin", "xs-center"): 403,
    }
    for (user, unit), status in cases.items():
        answer = people.post(user, "/api/cases", registration(unit=unit), Idempotency_Key=key())
        assert answer.status_code == status, (user, unit, answer.text)


def test_likely_duplicates_are_shown_and_refuse_nothing(people: People) -> None:
    person = {**PERSON, "id_type": "id_card", "id_no": "330111190001010034"}
    first = people.register("fy-center.clerk", applicant=person, matter={"name": "首次登记"})
    second = people.register("fy-center.clerk", applicant=person, matter={"name": "首次登记"})
    assert first["duplicates"] == []
    assert [found["case_no"] for found in second["duplicates"]] == [first["case_no"]]


def test_a_group_waits_for_its_children(people: People) -> None:
    parent = people.under_way()
    child = people.register(group_of=parent)["case_no"]
    assert people.view(parent)["group"]["children"] == [child]
    assert people.view(child)["group"]["parent"] == parent
    done = {"outcome": "done", "summary": "办结", "basis": ["某办法"]}
    assert people.act(CLERK, parent, "resolve", **done).status_code == 409
    withdrawn = people.act(CLERK, child, "withdraw", reason="不办了", on_behalf=True)
    assert withdrawn.status_code == 200
    assert people.act(CLERK, parent, "resolve", **done).status_code == 200


def test_a_consultation_is_counted_apart_and_keeps_its_first_time(people: People) -> None:
    clerk = "hp-center.clerk"
    said = {"unit": "hp-center", "matter": "变更", "question": "怎么办", "answer": "先预审", "basis": "某条例"}
    cases_before = people.get(clerk, "/api/cases").json()["items"]
    first = people.post(clerk, "/api/advice", said, Idempotency_Key="advice-key-1")
    again = people.post(clerk, "/api/advice", said, Idempotency_Key="advice-key-1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert people.get(clerk, "/api/advice").json()["count"] == 1
    assert people.get("hp-zw.lead", "/api/advice").json()["count"] == 1
    assert people.get("xw-center.clerk", "/api/advice").json()["count"] == 0
    assert people.post(clerk, "/api/advice", {**said, "answer": "不归我管"}).status_code == 422
    assert people.get(clerk, "/api/cases").json()["items"] == cases_before
    no = first.json()["advice_no"]
    case = people.post(clerk, f"/api/advice/{no}/case", registration(unit="hp-center"), Idempotency_Key=key())
    assert case.status_code == 201
    assert case.json()["first_contact_at"] == first.json()["at"]
    assert case.json()["registered_at"] > first.json()["at"]
    assert people.get(clerk, "/api/advice").json()["items"][0]["case_no"] == case.json()["case_no"]


def test_a_group_is_of_one_district_and_nobody_names_the_opening(people: People) -> None:
    parent = people.register("xs-center.clerk")["case_no"]
    child = people.post(
        "xs-guali.clerk",
        "/api/cases",
        registration(unit="xs-guali", group_of=parent),
        Idempotency_Key="child-of-the-centre",
    )
    assert child.status_code == 201
    bodies = {"group_of": registration(group_of=parent), "opening": registration(opening={"profile": "xiaoshan"})}
    for field, body in bodies.items():
        answer = people.post("xw-center.clerk", "/api/cases", body, Idempotency_Key=f"not-ours-{field}")
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
