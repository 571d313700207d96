"""个案→类案: like cases open a repair, a policy at fault a review (R76, R83; KB6; issue 7, 3 and 4)."""

import time
import uuid

import pytest

from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, LEAD, SUPERVISOR = "hp-center.clerk", "hp-zw.lead", "hp-jw.supervisor"


def tasks(people: People, user: str, word: str) -> list[dict]:
    return [each for each in people.get(user, "/api/oversight").json()["items"] if word in each["what"]]


def waited(people: People, user: str, word: str, count: int) -> list[dict]:
    for _ in range(100):
        if len(found := tasks(people, user, word)) >= count:
            return found
        time.sleep(0.1)
    return tasks(people, user, word)


def diagnosed(people: People, matter: str) -> str:
    number: str = people.register(CLERK, matter={"name": matter})["case_no"]
    assert people.act(CLERK, number, "accept").status_code == 200
    assert people.act(CLERK, number, "diagnose", **DIFFICULT).status_code == 200
    return number


def test_the_third_like_case_opens_a_repair_and_the_fourth_none(people: People) -> None:
    matter = f"共性问题{uuid.uuid4().hex[:6]}"
    numbers = [diagnosed(people, matter) for _ in range(2)]
    time.sleep(1.5)
    assert tasks(people, LEAD, matter) == []
    numbers += [diagnosed(people, matter) for _ in range(2)]
    [task] = waited(people, LEAD, matter, 1)
    assert (task["kind"], task["owner"], task["title"]) == ("repair", "hp-zw", "类案治理")
    assert all(number in task["what"] for number in numbers[:3])
    assert task["due_at"]
    time.sleep(1)
    assert len(tasks(people, LEAD, matter)) == 1, "one at a time"
    proof = {"what_was_done": "两个部门共用一张表", "evidence": ["联办规程"]}
    assert people.post(LEAD, f"/api/oversight/{task['no']}/prove", proof).status_code == 200
    assert people.post(SUPERVISOR, f"/api/oversight/{task['no']}/claim").status_code == 200
    closed = people.post(SUPERVISOR, f"/api/oversight/{task['no']}/close_task", {"result": "核实有效"})
    assert closed.status_code == 200, closed.text
    diagnosed(people, matter)
    time.sleep(1.5)
    assert [each["stage"] for each in tasks(people, LEAD, matter)] == ["closed"], (
        "those before the repair count no more"
    )
    assert tasks(people, "hp-sc.liaison", matter) == []


def test_a_policy_at_fault_becomes_a_review_of_who_carries_it_out(people: People) -> None:
    matter = f"滞后的政策{uuid.uuid4().hex[:6]}"
    number = diagnosed(people, matter)
    task = {"unit": "hp-yj", "role": "lead", "task": "核定"}
    assert people.act(CLERK, number, "assign", assignments=[task]).status_code == 200
    finding = {"check": "bad_policy", "code": "C2", "detail": "依据二十年没有修订"}
    flagged = people.act(SUPERVISOR, number, "flag", link="accept", findings=[finding])
    assert flagged.status_code == 200, flagged.text
    [task] = waited(people, "hp-yj.liaison", matter, 1)
    assert (task["kind"], task["owner"]) == ("policy", "hp-yj")
    assert "二十年没有修订" in task["what"]


def test_a_policy_goes_to_who_issued_it_also_where_the_link_is_cleared(people: People) -> None:
    matter = f"省里的政策{uuid.uuid4().hex[:6]}"
    number = diagnosed(people, matter)

    def finding(issued_by: str, check: str = "bad_policy") -> dict:
        return {"check": check, "detail": f"与新规冲突（{issued_by}）", "issued_by": issued_by}

    wrong = people.act(SUPERVISOR, number, "clear", link="accept", findings=[finding("hp-sc", "shirking")])
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "findings.0.issued_by")
    both = [finding("hp-sc"), finding("省市场监管局")]
    assert people.act(SUPERVISOR, number, "clear", link="accept", findings=both).status_code == 200
    [mine] = waited(people, "hp-sc.liaison", matter, 1)
    assert ("与新规冲突（hp-sc）" in mine["what"], "省市场监管局" in mine["what"]) == (True, False)
    [taken_on] = [each for each in waited(people, LEAD, matter, 2) if each["owner"] == "hp-zw"]
    assert "制定机关是省市场监管局，请提请其复核" in taken_on["what"]
    assert people.act(SUPERVISOR, number, "flag", link="accept", findings=[finding("hp-sc")]).status_code == 200
    time.sleep(1.5)
    assert len(tasks(people, LEAD, matter)) == 2, "it is being looked at already"


def test_who_ended_otherwise_is_put_beside_the_others_until_somebody_says_why(people: People) -> None:
    matter = f"同一件事{uuid.uuid4().hex[:6]}"
    numbers = [diagnosed(people, matter) for _ in range(3)]
    for number, outcome in zip(numbers, ("done", "done", "transferred"), strict=True):
        said = {"outcome": outcome, "summary": "办结", "basis": ["某条例第三条"]}
        assert people.act(CLERK, number, "resolve", **said).status_code == 200
    path = "/api/reports/consistency"
    [odd] = [each for each in people.get(LEAD, path).json()["items"] if each["matter"] == matter]
    assert (odd["case_no"], odd["usual"], odd["example"] in numbers[:2]) == (numbers[2], "done", True)
    assert people.get(CLERK, path).status_code == 403
    assert people.get("xw-spj.lead", path, district="heping").status_code == 403
    wrong = people.act(LEAD, numbers[2], "explain_difference", other="320102-20000101-0001", reason="当事人已迁往外地")
    assert wrong.status_code == 422
    said = {"other": odd["example"], "reason": "当事人已迁往外地，由当地办理"}
    told = people.act(LEAD, numbers[2], "explain_difference", **said)
    assert told.json()["differences"][0]["reason"] == "当事人已迁往外地，由当地办理"
    assert not [each for each in people.get(LEAD, path).json()["items"] if each["matter"] == matter]
