"""依据修改 (CL8; issue 7, 1): what rests on an amended law stops, and every case refused on it is named."""

import time
import uuid

import pytest

from tests.api.conftest import People
from tests.api.test_solutions import CLERK, LEAD, LIAISON, WORDS, published, under_way

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def law() -> str:
    return f"某某暂行办法{uuid.uuid4().hex[:6]}第三条"


def amend(people: People, citation: str, why: str = "办法已修订") -> dict:
    answer = people.post(LEAD, "/api/amended-bases", {"citation": citation, "why": why})
    assert answer.status_code == 201, answer.text
    return answer.json()


def cannot(people: People, basis: str) -> str:
    number: str = people.register(CLERK, **WORDS)["case_no"]
    people.act(CLERK, number, "accept")
    said = {"category": "cannot", "reason": "不符合条件", "causes": ["unclear_policy"], "legal_basis": [basis]}
    assert people.act(CLERK, number, "diagnose", **said).status_code == 200
    return number


def test_an_amended_law_suspends_what_rests_on_it_and_names_who_was_refused(people: People) -> None:
    basis = law()
    number, refused = published(people, "依据将改", legal_basis=[basis]), cannot(people, basis)
    said = {"citation": basis[:14], "why": "办法已修订"}
    assert people.post(CLERK, "/api/amended-bases", said).status_code == 403
    found = amend(people, basis[:14])
    assert found["suspended"] == [number]
    assert [each["case_no"] for each in found["refused"]] == [refused]
    assert people.get(LEAD, f"/api/solutions/{number}").json()["suspended_for"] == "办法已修订"
    assert people.act(CLERK, under_way(people), "apply_solution", solution_id=number).status_code == 422
    assert not [each for each in people.register(CLERK, **WORDS)["suggestions"] if each["ref"] == number]
    assert people.get(LEAD, "/api/amended-bases").json()["items"][0]["citation"] == basis[:14]
    path = f"/api/amended-bases/{found['id']}"
    assert people.get(CLERK, path).json() == found, "what it came to is there to be worked through"
    assert people.get("xw-spj.lead", path).status_code == 404
    assert people.get("auditor", path).status_code == 200


def test_a_law_is_the_same_with_and_without_its_marks_and_a_departments_no_counts(people: People) -> None:
    name = f"暂行办法{uuid.uuid4().hex[:6]}"
    number = published(people, "书名号", legal_basis=[f"《{name}》第三条"])
    case_no = under_way(people)
    task = {"unit": "sy-yb", "role": "lead", "task": "核验"}
    shown = people.act(CLERK, case_no, "assign", assignments=[task]).json()
    mine = {"assignment_id": shown["assignments"][0]["id"]}
    assert people.act(LIAISON, case_no, "sign", **mine).status_code == 200
    reply = {**mine, "result": "cannot", "content": "不符合规定的条件", "legal_basis": [f"{name} 第三条"]}
    told = people.act(LIAISON, case_no, "reply", **reply)
    assert told.status_code == 200, told.text
    found = amend(people, f"{name}第三条")
    assert (found["suspended"], [each["case_no"] for each in found["refused"]]) == ([number], [case_no])


def test_what_a_dead_process_left_undone_is_done_and_what_was_published_since_stays(people: People) -> None:
    basis = law()
    before = published(people, "修改之前", legal_basis=[basis])
    where = "INSERT INTO amended_bases (district, citation, why, by, at) VALUES"
    people.write(f"{where} ('shangyu', '{basis}', '进程死在中间', '{LEAD}', now())")
    after = published(people, "修改之后", legal_basis=[basis])
    for _ in range(150):
        if people.get(LEAD, f"/api/solutions/{before}").json()["stage"] == "suspended":
            break
        time.sleep(0.1)
    assert people.get(LEAD, f"/api/solutions/{before}").json()["suspended_for"] == "进程死在中间"
    assert people.get(LEAD, f"/api/solutions/{after}").json()["stage"] == "published", "its words know the new law"
