"""月度联席会议: called, decided case by case, closed; each decision is a command on its case, once."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from models.ledger import BEIJING
from tests.api.conftest import DIFFICULT, People
from workflows.platform.codec import CASES, converter

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

LEAD = "dl-zw.lead"
CLERK, SUPERVISOR = "dl-center.clerk", "dl-jw.supervisor"
MONTH = datetime.now(BEIJING).strftime("%Y-%m")
PATH = f"/api/meetings/dongli/{MONTH}"


def step(people: People, user: str, command: str, **body: Any) -> httpx.Response:
    return people.post(user, f"{PATH}/{command}", body)


@pytest.fixture(scope="module")
def cases(people: People) -> dict[str, str]:
    """Cases of one district, each there for another reason, and this month's meeting held over them."""
    found = {name: people.register(CLERK)["case_no"] for name in ("open", "doubted", "poor")}
    declined = {"ground": "duplicate", "explanation": "已在办理", "redirect": {"to": "原窗口", "how": "凭原编号"}}
    assert people.act("dl-center.head", found["doubted"], "decline", **declined).status_code == 200
    for command, body in (("accept", {}), ("diagnose", DIFFICULT)):
        assert people.act(CLERK, found["poor"], command, **body).status_code == 200
    ended = {"outcome": "done", "summary": "办结", "basis": ["规定"]}
    assert people.act(CLERK, found["poor"], "resolve", **ended).status_code == 200
    assert people.act(CLERK, found["poor"], "evaluate", score=1, on_behalf=True).status_code == 200
    for command, body in (("accept", {}), ("diagnose", DIFFICULT)):
        assert people.act(CLERK, found["open"], command, **body).status_code == 200
    answer = people.post(LEAD, "/api/meetings")
    assert answer.status_code == 201, answer.text
    return found


def test_the_agenda_fills_itself_the_gravest_first(people: People, cases: dict[str, str]) -> None:
    agenda = people.get(LEAD, PATH).json()["agenda"]
    why = {item["case_no"]: item["why"] for item in agenda}
    assert why[cases["doubted"]][0] == "doubted"
    assert why[cases["poor"]][0] == "poorly_evaluated"
    assert why[cases["open"]] == ["open"]
    order = [item["case_no"] for item in agenda]
    assert order.index(cases["doubted"]) < order.index(cases["poor"]) < order.index(cases["open"])
    assert "李先生" not in people.get(LEAD, PATH).text
    again = people.post(LEAD, "/api/meetings")
    assert (again.status_code, again.json()["opened_at"]) == (200, people.get(LEAD, PATH).json()["opened_at"])


def test_who_may_call_sit_and_read(people: People, cases: dict[str, str]) -> None:
    for user in (CLERK, SUPERVISOR, "dl-rs.liaison", "auditor", "admin"):
        assert people.post(user, "/api/meetings").status_code == 403
    assert people.get("xs-sgb.lead", PATH).status_code == 403
    assert people.get("admin", PATH).status_code == 403
    assert people.get("auditor", PATH).status_code == 200
    assert people.get("dl-rs.liaison", PATH).json()["agenda"] == [], "a department sees its own cases only"
    assert people.get(CLERK, f"{PATH}/timeline").status_code == 403
    assert people.get(LEAD, "/api/meetings/dongli/2020-01").status_code == 404
    minute = {"case_no": cases["open"], "text": "x"}
    assert step(people, SUPERVISOR, "minute", **minute).status_code == 403
    assert people.post("xs-sgb.lead", f"{PATH}/minute", minute).status_code == 403
    assert step(people, LEAD, "frobnicate").status_code == 404
    assert step(people, LEAD, "minute").status_code == 422
    assert step(people, LEAD, "minute", case_no="110101-20200101-0001", text="x").status_code == 422


def test_a_decision_is_a_command_on_its_case_once(people: People, cases: dict[str, str]) -> None:
    number = cases["open"]
    task = {"unit": "dl-rs", "role": "lead", "task": "三日内办结"}
    decision = {"case_no": number, "do": "assign", "body": {"assignments": [task]}}
    for _ in range(2):
        answer = step(people, LEAD, "decide", **decision)
        assert answer.status_code == 200, answer.text
    assert [a["unit"] for a in people.view(number)["assignments"]] == ["dl-rs"]
    assert [said["do"] for said in answer.json()["decisions"]] == ["assign"]
    assert people.get("dl-rs.liaison", PATH).json()["agenda"][0]["case_no"] == number


def test_what_the_case_refuses_is_not_decided(people: People, cases: dict[str, str]) -> None:
    before = people.get(LEAD, PATH).json()["decisions"]
    wrong = {"case_no": cases["doubted"], "do": "assign", "body": {"assignments": []}}
    assert step(people, LEAD, "decide", **wrong).status_code == 422
    late = {"case_no": cases["poor"], "do": "expedite", "body": {"reason": "急", "working_days": 1}}
    assert step(people, LEAD, "decide", **late).status_code == 409
    assert people.get(LEAD, PATH).json()["decisions"] == before


def test_doubts_are_the_supervisors_and_items_may_be_added(people: People, cases: dict[str, str]) -> None:
    said = {"case_no": cases["open"], "text": "为何两次退回"}
    assert step(people, SUPERVISOR, "raise_doubt", **said).status_code == 200
    assert [doubt["text"] for doubt in people.get(SUPERVISOR, PATH).json()["doubts"]] == ["为何两次退回"]
    assert people.get(CLERK, PATH).json()["doubts"] == []
    late = people.register(CLERK)["case_no"]
    assert step(people, LEAD, "add_item", case_no=late, reason="新情况").status_code == 200
    assert step(people, LEAD, "add_item", case_no=late, reason="又一次").status_code == 409
    other = people.register("xw-center.clerk")["case_no"]
    assert step(people, LEAD, "add_item", case_no=other, reason="别区").status_code == 422


def test_a_schedule_asks_every_morning_and_holds_on_the_first_working_day_only(people: People) -> None:
    async def described() -> tuple[list[str], str | None]:
        keys = converter(people.system.ring, CASES)
        client = await Client.connect(people.system.temporal_address, data_converter=keys)
        names = [schedule.id async for schedule in await client.list_schedules()]
        handle = client.get_schedule_handle("meeting-binhai")
        await handle.trigger()
        actions: Any = []
        for _ in range(200):
            actions = actions or (await handle.describe()).info.recent_actions
            await asyncio.sleep(0 if actions else 0.1)
        action = actions[-1].action
        run = client.get_workflow_handle(action.workflow_id, run_id=action.first_execution_run_id)
        return names, await run.result()

    names, number = asyncio.run(described())
    assert {"meeting-dongli", "meeting-xiaoshan", "meeting-binhai"} <= set(names)
    held = people.get("auditor", f"/api/meetings/binhai/{MONTH}").status_code
    assert held == (200 if number else 404)


def test_a_meeting_is_closed_with_minutes_and_changes_no_more(people: People, cases: dict[str, str]) -> None:
    assert step(people, LEAD, "close_meeting", minutes="纪要").status_code == 422, "nobody is registered as present"
    present = [{"unit": "dl-rs", "state": "present", "people": ["甲"]}, {"unit": "dl-jw", "state": "deputy"}]
    assert step(people, LEAD, "register_attendance", attendance=present).status_code == 200
    assert step(people, LEAD, "minute", case_no=cases["open"], text="三日内办结").status_code == 200
    closed = step(people, LEAD, "close_meeting", minutes="本月议定一项")
    assert (closed.status_code, closed.json()["closed"], closed.json()["due_at"]) == (200, True, None)
    assert step(people, LEAD, "minute", case_no=cases["open"], text="再记").status_code == 409
    items = people.get("auditor", f"{PATH}/timeline").json()["items"]
    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
    assert items[0]["action"] == "meeting_held"
    assert items[-1]["action"] == "meeting_closed"
