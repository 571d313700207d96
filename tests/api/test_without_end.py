"""What an applicant may send without end is bounded, and joined where it says the same (record.md M1)."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from models.case.records import MOST_FROM_APPLICANT, MOST_FROM_STAFF
from models.rules import policy
from tests.api.conftest import People
from tests.api.test_attachments import PDF
from tests.api.test_oversight import SUPERVISOR, act, awaited, tasks

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK = "xs-center.clerk"
LONG = "等了很久" * 1000
"""As long as a text may be: its sealed form is several times as long."""


def registered(people: People) -> tuple[str, str]:
    """A case, and its query code."""
    shown = people.register(CLERK)
    return shown["case_no"], shown["query_code"]


def citizen(people: People, number: str, code: str, name: str, body: Any, **headers: str) -> httpx.Response:
    path = f"/api/public/cases/{number}/{name}"
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    return people.http.post(path, params={"code": code}, json=body, headers=sent)


def told(people: People, task: str) -> dict[str, Any]:
    found: dict[str, Any] = people.get(SUPERVISOR, f"/api/oversight/{task}").json()
    return found


def test_complaints_join_the_open_task_and_are_so_many_a_day(people: People) -> None:
    number, code = registered(people)
    most = policy("xiaoshan").complaints_a_day
    assert citizen(people, number, code, "complain", {"reason": "第一次"}).status_code == 200
    task = awaited(people, number, "complaint")["no"]
    for place in range(1, most):
        reason = LONG if place == most - 1 else f"又一次{place}"
        assert citizen(people, number, code, "complain", {"reason": reason}).status_code == 200
    refused = citizen(people, number, code, "complain", {"reason": "再来"})
    assert (refused.status_code, refused.json()["status"]) == (409, 409)
    assert "明天" in refused.json()["detail"]
    deadline = time.monotonic() + 20
    while told(people, task)["joined_times"] < most - 1:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert [each["no"] for each in tasks(people, number, "complaint")] == [task], "one sealed ledger, not three"
    joined = told(people, task)["joined"]
    assert "又一次1" in joined[0]["what"]
    assert joined[-1]["what"].endswith(LONG)

    people.write("UPDATE followers SET position = 0 WHERE name = 'oversight'")  # as after a crash: all is seen again
    time.sleep(2)
    assert told(people, task)["joined_times"] == most - 1
    assert len(tasks(people, number, "complaint")) == 1


def test_a_complaint_after_the_task_was_closed_opens_one_of_its_own(people: People) -> None:
    number, code = registered(people)
    assert citizen(people, number, code, "complain", {"reason": "没有人理我"}).status_code == 200
    first = awaited(people, number, "complaint")["no"]
    assert act(people, SUPERVISOR, first, "claim") == 200
    assert act(people, SUPERVISOR, first, "close_task", result="已督促窗口") == 200
    assert citizen(people, number, code, "complain", {"reason": "还是没有人理我"}).status_code == 200
    deadline = time.monotonic() + 20
    while len(found := tasks(people, number, "complaint")) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert {each["joined_times"] for each in found} == {0}


def test_the_same_complaint_sent_again_is_answered_and_not_counted(people: People) -> None:
    number, code = registered(people)
    for _ in range(policy("xiaoshan").complaints_a_day + 2):
        answer = citizen(people, number, code, "complain", {"reason": "一样的"}, Idempotency_Key="complaint-once-1")
        assert answer.status_code == 200
    items = people.get(CLERK, f"/api/cases/{number}/timeline").json()["items"]
    assert sum(each["action"] == "complained" for each in items) == 1


def upload(people: People, where: str, **params: Any) -> httpx.Response:
    return people.http.post(where, files={"file": ("附件.pdf", PDF)}, **params)


def test_neither_can_use_up_the_files_of_the_other(people: People) -> None:
    number, code = registered(people)
    public = f"/api/public/cases/{number}/attachments"
    for _ in range(MOST_FROM_APPLICANT - 1):
        assert upload(people, public, params={"code": code}).status_code == 201
    named = {"name": "租赁合同", "note": "原件在我手里"}
    assert citizen(people, number, code, "hand_in", named).status_code == 200
    for refused in (
        upload(people, public, params={"code": code}),
        citizen(people, number, code, "hand_in", named),
        people.act(CLERK, number, "hand_in", **named, on_behalf=True),
    ):
        assert refused.status_code == 409
        assert "窗口" in refused.json()["detail"]
    staff, own = f"/api/cases/{number}/attachments", people.headers(CLERK)
    for _ in range(MOST_FROM_STAFF):
        assert upload(people, staff, headers=own).status_code == 201
    assert upload(people, staff, headers=own).status_code == 409
    folder = people.system.installation.data_dir / "attachments" / number
    assert len(list(folder.iterdir())) == MOST_FROM_APPLICANT - 1 + MOST_FROM_STAFF


def test_files_sent_all_at_once_leave_no_more_in_the_store_than_in_the_ledger(people: People) -> None:
    number, code = registered(people)
    where = f"{people.system.api_url}/api/public/cases/{number}/attachments"

    async def send() -> list[int]:
        async with httpx.AsyncClient(timeout=120) as http:
            one = [http.post(where, params={"code": code}, files={"file": ("a.pdf", PDF)}) for _ in range(30)]
            return [answer.status_code for answer in await asyncio.gather(*one)]

    answers = asyncio.run(send())
    assert answers.count(201) == MOST_FROM_APPLICANT
    assert set(answers) == {201, 409}
    folder = people.system.installation.data_dir / "attachments" / number
    assert len(list(folder.iterdir())) == MOST_FROM_APPLICANT
