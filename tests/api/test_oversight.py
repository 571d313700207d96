"""督导组任务池、漏洞台账、移送、通报: opened once, read by whom they are for, closed only with proof."""

import asyncio
import time
from typing import Any

import pytest

from ops.scenarios.clock import CaseClock
from ops.scenarios.load import load
from ops.scenarios.run import Play, Site
from ops.settings import ROOT
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

SUPERVISOR, OTHER = "xs-jw.supervisor", "xs-jw.supervisor2"
OUTSIDERS = ("xs-center.clerk", "xs-center.head", "xs-zj.liaison", "admin", "fy-jw.supervisor")


def tasks(people: People, case_no: str, kind: str) -> list[dict[str, Any]]:
    items = people.get(SUPERVISOR, "/api/oversight", kind=kind, limit=200).json()["items"]
    return [item for item in items if item["of_case"] == case_no]


def awaited(people: People, case_no: str, kind: str) -> dict[str, Any]:
    for _ in range(100):
        if found := tasks(people, case_no, kind):
            return found[0]
        time.sleep(0.1)
    raise AssertionError(f"no task of kind {kind} for {case_no}")


def act(people: People, user: str, no: str, command: str, **body: Any) -> int:
    return people.post(user, f"/api/oversight/{no}/{command}", body).status_code


def test_a_conduct_complaint_is_copied_to_the_pool_once_and_seen_there_only(people: People) -> None:
    said = {"request_type": "conduct", "channel": "complaint_line", "narrative": "窗口人员让我别再来了"}
    number: str = people.register("xs-center.clerk", **said)["case_no"]
    task = awaited(people, number, "conduct")
    assert "别再来了" in task["what"]
    people.write("UPDATE followers SET position = 0 WHERE name = 'oversight'")  # as after a crash: all is seen again
    time.sleep(1.5)
    assert len(tasks(people, number, "conduct")) == 1
    for user in OUTSIDERS:
        answer = people.get(user, f"/api/oversight/{task['no']}")
        assert answer.status_code in (403, 404)
        assert "别再来了" not in people.get(user, "/api/oversight").text
    assert people.get("auditor", f"/api/oversight/{task['no']}").status_code == 200


def test_a_task_is_claimed_released_and_closed_by_its_own_supervisor(people: People) -> None:
    made = people.post(SUPERVISOR, "/api/oversight", {"what": "到塘头站暗访一次", "working_days": 3})
    assert made.status_code == 201, made.text
    no = made.json()["no"]
    assert act(people, SUPERVISOR, no, "close_task", result="已暗访") == 409, "not claimed"
    assert act(people, SUPERVISOR, no, "claim") == 200
    assert act(people, OTHER, no, "claim") == 409
    assert act(people, OTHER, no, "close_task", result="已暗访") == 409
    assert act(people, OTHER, no, "prove", what_was_done="x", evidence=["y"]) == 403
    assert act(people, SUPERVISOR, no, "release", reason="外出培训") == 200
    assert act(people, OTHER, no, "claim") == 200
    assert act(people, OTHER, no, "close_task") == 422
    assert act(people, OTHER, no, "close_task", result="秩序正常") == 200
    assert act(people, OTHER, no, "claim") == 409
    shown = people.get(SUPERVISOR, f"/api/oversight/{no}").json()
    assert (shown["stage"], shown["closed_by"]) == ("closed", OTHER)
    actions = [e["action"] for e in people.get("auditor", f"/api/oversight/{no}/timeline").json()["items"]]
    assert actions == ["task_opened", "claimed", "released", "claimed", "task_closed"]
    for user in ("xs-sgb.lead", "xs-center.head", "auditor", "admin"):
        assert people.post(user, "/api/oversight", {"what": "x"}).status_code == 403


def refused_case(people: People, conduct: str = "inaction") -> tuple[str, str]:
    """A case of 不给办, and its inquiry."""
    number: str = people.register("xs-center.clerk")["case_no"]
    said = {
        "category": "refused",
        "reason": "应办未办",
        "causes": ["process"],
        "respondent_unit": "xs-mz",
        "conduct": conduct,
    }
    assert people.act("xs-center.clerk", number, "accept").status_code == 200
    assert people.act("xs-center.clerk", number, "diagnose", **said).status_code == 200
    [inquiry] = people.view(number, SUPERVISOR)["inquiries"]
    return number, inquiry["id"]


FOUND = {"check": "unclear_duty", "substantiated": True, "facts": "两个科室互相推", "measure": "talk"}


def test_a_hole_is_told_to_its_owner_without_saying_where_it_was_found(people: People) -> None:
    number, inquiry = refused_case(people)
    hole = {"what": "补贴停发没有复核环节", "kind": "procedure", "unit": "xs-mz", "working_days": 10}
    wrong = people.act(SUPERVISOR, number, "find", inquiry_id=inquiry, **FOUND, hole={**hole, "unit": "fy-zj"})
    assert wrong.status_code == 422
    answer = people.act(SUPERVISOR, number, "find", inquiry_id=inquiry, **FOUND, hole=hole)
    assert answer.status_code == 200, answer.text
    [mine] = [i for i in people.get("xs-mz.liaison", "/api/oversight").json()["items"] if i["what"] == hole["what"]]
    assert (mine["kind"], mine["hole"], mine["owner"]) == ("hole", "procedure", "xs-mz")
    told = people.get("xs-mz.liaison", f"/api/oversight/{mine['no']}").text
    assert number not in told
    assert inquiry not in told
    assert not {"of_case", "claimed_by", "ledger_head"} & set(mine)
    assert people.get("xs-mz.liaison", f"/api/oversight/{mine['no']}/timeline").status_code == 403
    for user in ("xs-zj.liaison", "xs-center.head", "fy-jw.supervisor"):
        assert people.get(user, f"/api/oversight/{mine['no']}").status_code == 404

    assert act(people, SUPERVISOR, mine["no"], "claim") == 200
    assert act(people, SUPERVISOR, mine["no"], "close_task", result="已堵塞") == 409, "without proof"
    assert act(people, "xs-mz.liaison", mine["no"], "prove", what_was_done="已改", evidence=[]) == 422
    proof = {"what_was_done": "停发须两人复核", "evidence": ["民政〔2026〕12号"]}
    assert act(people, "xs-mz.liaison", mine["no"], "prove", **proof) == 200
    assert act(people, SUPERVISOR, mine["no"], "send_back", reason="没有附流程图") == 200
    assert act(people, "xs-mz.liaison", mine["no"], "prove", **proof) == 200
    assert act(people, SUPERVISOR, mine["no"], "close_task", result="已核实") == 200
    people.write("UPDATE followers SET position = 0 WHERE name = 'oversight'")
    holes = [
        i for i in people.get(SUPERVISOR, "/api/oversight", kind="hole").json()["items"] if i["what"] == hole["what"]
    ]
    assert len(holes) == 1


def test_what_is_handed_over_is_open_to_the_subject_in_nothing(people: People) -> None:
    number, inquiry = refused_case(people)
    handed = {"inquiry_id": inquiry, "to": "区监委", "reason": "涉嫌职务违法"}
    assert people.act("xs-sgb.lead", number, "hand_over", **handed).status_code == 403
    assert people.act(SUPERVISOR, number, "hand_over", **handed).status_code == 200
    assert people.act(SUPERVISOR, number, "hand_over", **handed).status_code == 409
    assert people.act(SUPERVISOR, number, "find", inquiry_id=inquiry, **FOUND).status_code == 200
    assert inquiry not in people.get("xs-mz.liaison", "/api/notices").text
    refused = people.act("xs-mz.liaison", number, "appeal", inquiry_id=inquiry, grounds="不是我们")
    unknown = people.act("xs-mz.liaison", number, "appeal", inquiry_id="nothing", grounds="不是我们")
    assert (refused.status_code, refused.json()["detail"]) == (unknown.status_code, unknown.json()["detail"])
    straight, lead = refused_case(people, "rent_seeking")
    [shown] = people.view(straight, SUPERVISOR)["inquiries"]
    assert shown["handed_over"] is True
    assert people.act(SUPERVISOR, straight, "hand_over", **{**handed, "inquiry_id": lead}).status_code == 409


def test_a_doubt_of_a_meeting_becomes_a_task(people: People) -> None:
    number: str = people.register("xs-center.clerk")["case_no"]
    held = people.post("xs-sgb.lead", "/api/meetings")
    assert held.status_code in (200, 201), held.text
    path = f"/api/meetings/{held.json()['district']}/{held.json()['month']}"
    people.post("xs-sgb.lead", f"{path}/add_item", {"case_no": number, "reason": "有疑问"})
    raised = people.post(SUPERVISOR, f"{path}/raise_doubt", {"case_no": number, "text": "是资格问题还是履职问题？"})
    assert raised.status_code == 200, raised.text
    assert awaited(people, number, "doubt")["what"] == "是资格问题还是履职问题？"


def test_paper_rectification_is_made_public_without_case_and_person(people: People) -> None:
    """The story of tests/scenarios/paper-only.yaml, told on this system; then what everybody reads."""

    async def tell() -> str:
        clock = await CaseClock.connect(people.system.temporal_address, people.system.secret)
        site = Site(people.system.api_url, people.system.password, clock)
        async with site.http:
            play = Play(site, load(ROOT / "tests" / "scenarios" / "paper-only.yaml"))
            await play.run()
        return play.cases["case"]

    number = asyncio.run(tell())
    for _ in range(100):  # the look-back that was due is a task of the pool, and was done: so is the task
        if [task["stage"] for task in tasks(people, number, "look_back")] == ["closed"]:
            break
        time.sleep(0.1)
    [task] = tasks(people, number, "look_back")
    assert (task["stage"], task["result"]) == ("closed", "已回头看：纸面整改")
    answer = people.http.get("/api/public/publications", params={"district": "xiaoshan"})
    assert answer.json()["items"][0]["title"] == "关于一件纸面整改的通报"
    assert number not in answer.text
    assert "赵女士" not in answer.text
    assert people.http.get("/api/public/publications", params={"district": "fuyang"}).json()["items"] == []
