"""What stands beside cases, for `tests.replay.record`: meetings, inquiries, oversight, solutions, analyses."""

import asyncio
from datetime import datetime, timedelta

from activities.ledgers.kinds import INQUIRIES, MEETINGS, OVERSIGHT, REPORTS, SOLUTIONS
from models.ledger import BEIJING
from ops.scenarios.clock import CaseClock, Clock
from tests.api.conftest import People
from tests.replay.keeping import is_kept, keep
from workflows.platform.client import connect
from workflows.platform.sealing import NAMESPACE, workflow_id

LEAD, CLERK, SUPERVISOR = "dl-zw.lead", "dl-center.clerk", "dl-jw.supervisor"
REFUSED = {
    "category": "refused",
    "reason": "推诿",
    "causes": ["process"],
    "respondent_unit": "dl-rs",
    "conduct": "slow",
}
FOUND = {"check": "shirking", "substantiated": True, "facts": "属实", "measure": "talk"}


def record(people: People) -> None:
    """One or two of each kind, with what time brings; those that are kept already are left out."""
    if not is_kept("meeting.closed"):
        _held(people, LEAD, "closed", people.under_way(CLERK))
    if not is_kept("meeting.late"):
        _held(people, "bh-zw.lead", "late", None)
    for ending, appeals in (("unopposed", False), ("ruled", True)):
        if not is_kept(f"inquiry.{ending}"):
            _inquired(people, ending, appeals=appeals)
    for name, part in (
        ("oversight.late", _overseen),
        ("solution.retired", _solved),
        ("solution.lapsed", _let_lapse),
        ("report.late", _analysed),
    ):
        if not is_kept(name):
            part(people)


def _analysed(people: People) -> None:
    """A month in which nothing happened, drawn up late and made final."""
    month = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    assert people.post(LEAD, "/api/reports/monthly", {"month": month}).status_code == 201
    number = f"report/dongli/{month}"
    asyncio.run(_pass_by(people, number, days=12))
    assert people.post(LEAD, f"/api/reports/monthly/{month}/finalise").status_code == 200
    asyncio.run(keep(people.system, "report.late", number, REPORTS, number))
    asyncio.run(keep(people.system, "report-call.late", f"{number}/call"))


def _solved(people: People) -> None:
    """A solution that a department agreed to late, whose effect was looked at late, and that was retired then."""
    task = {"unit": "dl-rs", "role": "lead", "task": "核定岗位"}
    rule = {
        "title": "配送岗位特殊工时",
        "applies_to": "物流企业",
        "steps": ["核定", "批准"],
        "legal_basis": ["劳动法第三十九条"],
    }
    number = people.post(CLERK, "/api/solutions", {**rule, "tasks": [task]}).json()["id"]
    asyncio.run(_pass_by(people, number, days=12))
    for user, command, body in (
        ("dl-rs.liaison", "consent", {"position": "agree"}),
        (LEAD, "review", {"decision": "grant"}),
        (LEAD, "publish", {}),
        ("dl-center.head", "adopt", {}),
    ):
        assert people.post(user, f"/api/solutions/{number}/{command}", body).status_code == 200, command
    asyncio.run(_pass_by(people, number, days=120))
    ended = people.post(LEAD, f"/api/solutions/{number}/review_effect", {"text": "目录已修订", "renew": False})
    assert ended.status_code == 200
    asyncio.run(keep(people.system, "solution.retired", number, SOLUTIONS, number))


def _let_lapse(people: People) -> None:
    """A solution that was valid until a day, renewed once, and not a second time."""
    rule = {"title": "视频核验", "applies_to": "不能到场", "steps": ["连线"], "legal_basis": ["某办法第三条"]}
    number = people.post(CLERK, "/api/solutions", rule).json()["id"]
    first, second = ((datetime.now(BEIJING) + timedelta(days=days)).date().isoformat() for days in (20, 60))
    for command, body in (
        ("review", {"decision": "grant"}),
        ("publish", {"valid_until": first}),
        ("review_effect", {"text": "有效", "renew": True, "valid_until": second}),
    ):
        assert people.post(LEAD, f"/api/solutions/{number}/{command}", body).status_code == 200, command
    asyncio.run(_pass_by(people, number, days=70))
    lapsed = people.get(LEAD, f"/api/solutions/{number}").json()
    assert (lapsed["stage"], lapsed["limits"]) == ("suspended", []), lapsed
    assert people.post(LEAD, f"/api/solutions/{number}/retire", {"reason": "不再需要"}).status_code == 200
    asyncio.run(keep(people.system, "solution.lapsed", number, SOLUTIONS, number))


async def _pass_by(people: People, number: str, days: int) -> None:
    clock = Clock(await connect(people.system.temporal_address, "default"))
    await clock.move(number, await clock.now(number) + timedelta(days=days))


def _held(people: People, lead: str, ending: str, case_no: str | None) -> None:
    said = people.post(lead, "/api/meetings").json()
    path = f"/api/meetings/{said['district']}/{said['month']}"
    if case_no:
        present = {"attendance": [{"unit": "dl-rs", "state": "present"}]}
        task = {"assignments": [{"unit": "dl-rs", "role": "lead", "task": "办结"}]}
        for command, body in (
            ("register_attendance", present),
            ("minute", {"case_no": case_no, "text": "三日内办结"}),
            ("decide", {"case_no": case_no, "do": "assign", "body": task}),
            ("close_meeting", {"minutes": "议定一项"}),
        ):
            assert people.post(lead, f"{path}/{command}", body).status_code == 200, command
    asyncio.run(_keep_meeting(people, said["meeting_no"], ending, late=not case_no))


async def _keep_meeting(people: People, number: str, ending: str, *, late: bool) -> None:
    if late:
        clock = Clock(await connect(people.system.temporal_address, "default"))
        await clock.move(number, await clock.now(number) + timedelta(days=9))
    await keep(people.system, f"meeting.{ending}", number, MEETINGS, number)
    await keep(people.system, f"meeting-call.{ending}", f"{number}/call")


def _inquired(people: People, ending: str, *, appeals: bool) -> None:
    number = people.register(CLERK)["case_no"]
    for command, body in (("accept", {}), ("diagnose", REFUSED)):
        assert people.act(CLERK, number, command, **body).status_code == 200
    inquiry_id = people.view(number, SUPERVISOR)["inquiries"][0]["id"]
    assert people.act(SUPERVISOR, number, "find", inquiry_id=inquiry_id, **FOUND).status_code == 200
    if appeals:
        appeal = people.act("dl-rs.liaison", number, "appeal", inquiry_id=inquiry_id, grounds="另有隐情")
        assert appeal.status_code == 200
        ruling = {"decision": "overturn", "reason": "查无实据"}
        assert people.act(f"{SUPERVISOR}2", number, "rule_appeal", inquiry_id=inquiry_id, **ruling).status_code == 200
    asyncio.run(_keep_inquiry(people, number, inquiry_id, ending))


def _overseen(people: People) -> None:
    """A hole that is closed late, after its proof was sent back once."""
    hole = {"kind": "hole", "what": "停发没有复核环节", "hole": "procedure", "owner": "dl-rs", "working_days": 2}
    number = people.post(SUPERVISOR, "/api/oversight", hole).json()["no"]
    asyncio.run(_let_pass(people, number))
    proof = {"what_was_done": "停发须两人复核", "evidence": ["操作规程"]}
    for user, command, body in (
        (SUPERVISOR, "claim", {}),
        ("dl-rs.liaison", "prove", proof),
        (SUPERVISOR, "send_back", {"reason": "没有附流程图"}),
        ("dl-rs.liaison", "prove", proof),
        (SUPERVISOR, "close_task", {"result": "已核实"}),
    ):
        assert people.post(user, f"/api/oversight/{number}/{command}", body).status_code == 200, command
    own_id = workflow_id(people.system.secret, number, "oversight")
    asyncio.run(keep(people.system, "oversight.late", own_id, OVERSIGHT, number, namespace=NAMESPACE))


async def _let_pass(people: People, number: str) -> None:
    client = await connect(people.system.temporal_address, NAMESPACE)
    clock, its_id = Clock(client), workflow_id(people.system.secret, number, "oversight")
    await clock.move(its_id, await clock.now(its_id) + timedelta(days=9))


async def _keep_inquiry(people: People, case_no: str, inquiry_id: str, ending: str) -> None:
    system = people.system
    clock = await CaseClock.connect(system.temporal_address, system.secret)
    await clock.move(case_no, [inquiry_id], [], await clock.now(case_no) + timedelta(days=12))
    own_id = workflow_id(system.secret, inquiry_id)
    await keep(system, f"inquiry.{ending}", own_id, INQUIRIES, inquiry_id, namespace=NAMESPACE)
