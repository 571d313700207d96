"""Each department gets each notice exactly once by its own count, whatever happens on the way."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionStatus

from ops.lab.simulator.process import Simulator, configure
from ops.ports import free_ports
from ops.scenarios.clock import Clock
from tests.departments.conftest import CLERK, HEAD, LEAD, Town
from tests.waiting import until
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("departments")]
Departments = Callable[..., Simulator]


def counted(department: Simulator, case_no: str) -> list[dict[str, Any]]:
    """What the department has of this case: each notice, with how often it came."""
    notices = department.received()["notices"].values()
    return [notice for notice in notices if notice["said"]["case_no"] == case_no]


def test_a_task_arrives_signed_and_the_case_says_so(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    until(lambda: town.delivery(case_no, "xs-mz") == "delivered")
    [notice] = counted(department, case_no)
    assert notice["times"] == 1
    assert notice["said"]["event"] == "assignment"
    assert notice["said"]["task"] == "核对补贴停发原因"
    assert notice["said"]["matter"] == "残疾人重度护理补贴"
    assert "周" not in str(notice["said"]), "nothing of the applicant leaves with it"
    [entry] = town.entries(case_no, "delivered", "delivery_failed")
    delivery_id = notice["said"]["delivery_id"]
    assert entry == {
        "assignment_id": "a1",
        "adapter": "http",
        "detail": f"交办通知已送达，对方编号 收文-{delivery_id}",
        "unit": "xs-mz",
    }


def test_everything_that_concerns_the_task_arrives(town: Town, departments: Departments) -> None:
    department = departments("xs-mz")
    case_no = town.assign("xs-mz")
    said = {"assignment_id": "a1"}
    assert town.act(HEAD, case_no, "urge", text="请今天签收", **said).status_code == 200
    back = {"ground": "not_competent", "reason": "应由消安办排查"}
    assert town.act("xs-mz.liaison", case_no, "return", **said, **back).status_code == 200
    ruling = {"decision": "deny", "reason": "职责清单第 12 项"}
    assert town.act(LEAD, case_no, "rule_return", **said, **ruling).status_code == 200
    on_behalf = {"reason": "不办了", "on_behalf": True}
    assert town.act(CLERK, case_no, "withdraw", **on_behalf).status_code == 200
    until(lambda: len(counted(department, case_no)) == 4)
    arrived = sorted((notice["said"] for notice in counted(department, case_no)), key=lambda said: said["seq"])
    assert [said["event"] for said in arrived] == ["assignment", "urge", "ruling", "withdrawal"]
    assert arrived[1]["text"] == "请今天签收"
    assert arrived[2]["ruling"] == {"on": "return", **ruling}
    assert arrived[3]["cause"] == "撤回"
    assert "不办了" not in str(arrived)


@pytest.mark.parametrize("answer", ["garbled", "too_large"])
def test_a_bad_acknowledgement_is_tried_again_and_counted_once(
    town: Town, departments: Departments, answer: str
) -> None:
    department = departments("xs-rs")
    department.behave(answer=answer, only_first=True)
    case_no = town.assign("xs-rs")
    until(lambda: town.delivery(case_no, "xs-rs") == "delivered")
    [notice] = counted(department, case_no)
    assert notice["times"] == 2
    assert len(town.entries(case_no, "delivered")) == 1


def test_a_slow_answer_is_tried_again_and_counted_once(town: Town, departments: Departments) -> None:
    department = departments("xs-jy", timeout_seconds=1)
    department.behave(delay_seconds=3, only_first=True)
    case_no = town.assign("xs-jy")
    until(lambda: town.delivery(case_no, "xs-jy") == "delivered")
    [notice] = counted(department, case_no)
    assert notice["times"] == 2
    assert department.received()["contradictions"] == []


def test_an_outage_is_waited_out(town: Town, departments: Departments) -> None:
    department = departments("xs-rs")
    department.behave(answer="down")
    case_no = town.assign("xs-rs")
    until(lambda: department.received()["calls"] >= 2)
    assert town.delivery(case_no, "xs-rs") is None
    department.behave()
    until(lambda: town.delivery(case_no, "xs-rs") == "delivered")
    assert [notice["times"] for notice in counted(department, case_no)] == [1]


def test_a_worker_that_is_killed_while_calling_loses_and_doubles_nothing(town: Town, departments: Departments) -> None:
    department = departments("xs-jy", timeout_seconds=1)
    department.behave(delay_seconds=1.5, only_first=True)
    before = department.received()["calls"]
    case_no = town.assign("xs-jy")
    until(lambda: department.received()["calls"] > before)
    town.system.kill("worker")
    town.system.start("worker")
    until(lambda: town.delivery(case_no, "xs-jy") == "delivered", seconds=60)
    assert len(counted(department, case_no)) == 1
    assert len(town.entries(case_no, "delivered")) == 1


def test_what_happens_while_nobody_follows_arrives_when_they_are_back(town: Town, departments: Departments) -> None:
    """Killed right after the register has the entry: perhaps before the follower saw it."""
    department = departments("xs-mz")
    cases = [town.accepted() for _ in range(3)]
    for case_no in cases:
        town.assign("xs-mz", case_no=case_no)
        for program in ("followers", "worker"):
            town.system.kill(program)
            town.system.start(program)
    for case_no in cases:
        until(lambda case_no=case_no: town.delivery(case_no, "xs-mz") == "delivered", seconds=60)
        assert len(counted(department, case_no)) == 1


def test_a_refusal_falls_back_to_the_inbox_and_the_window_is_told(town: Town, departments: Departments) -> None:
    department = departments("xs-rs")
    department.behave(answer="refuse")
    case_no = town.assign("xs-rs")
    until(lambda: town.delivery(case_no, "xs-rs") == "failed")
    [entry] = town.entries(case_no, "delivered", "delivery_failed")
    assert entry["to"] == "xs-center"
    assert entry["detail"] == "交办通知未送达部门系统：对方系统拒收（HTTP 400）。已转收件箱，请联系该部门登录办理"
    assert counted(department, case_no) == []
    signed = town.act("xs-rs.liaison", case_no, "sign", assignment_id="a1")
    assert signed.status_code == 200, "the inbox is there all the time"


def test_after_the_time_it_falls_back_to_the_inbox(town: Town) -> None:
    [nobody_there] = free_ports(1)
    configure(town.system, "xs-sw", kind="http", url=f"http://127.0.0.1:{nobody_there}/", fallback_hours=2)
    case_no = town.assign("xs-sw")
    [seq] = [row[0] for row in town.rows("SELECT seq FROM entries WHERE case_no = %s AND action = 'assigned'", case_no)]
    delivery_id = f"{case_no}/a1/{seq}"

    async def pass_time() -> None:
        client = await connect(town.system.temporal_address, "default")
        handle = client.get_workflow_handle(delivery_id)
        deadline = time.monotonic() + 20
        while True:
            try:
                await handle.describe()
                break
            except Exception:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.1)
        clock = Clock(client)
        now = await clock.now(delivery_id)
        await clock.move(delivery_id, now + timedelta(hours=1, minutes=58))
        assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        await clock.move(delivery_id, now + timedelta(hours=2, minutes=1))

    asyncio.run(pass_time())
    until(lambda: town.delivery(case_no, "xs-sw") == "failed")
    [entry] = town.entries(case_no, "delivery_failed")
    assert entry["detail"].startswith("交办通知未送达部门系统：2 小时内未能送达。已转收件箱")


def test_a_department_without_a_system_costs_nothing(town: Town, departments: Departments) -> None:
    connected = departments("xs-mz")
    case_no = town.assign("xs-yj")
    later = town.assign("xs-mz")
    until(lambda: counted(connected, later))

    async def started() -> list[str]:
        client = await connect(town.system.temporal_address, "default")
        return [run.id async for run in client.list_workflows("WorkflowType = 'DeliveryWorkflow'")]

    until(lambda: any(found.startswith(later) for found in asyncio.run(started())))
    assert not any(found.startswith(case_no) for found in asyncio.run(started()))
    assert town.delivery(case_no, "xs-yj") is None
    assert town.entries(case_no, "delivered", "delivery_failed") == []


def test_a_closed_case_is_not_told(town: Town, departments: Departments) -> None:
    department = departments("xs-rs")
    department.behave(answer="down")
    before = department.received()["calls"]
    case_no = town.assign("xs-rs")
    until(lambda: department.received()["calls"] > before)
    withdrawn = town.act(CLERK, case_no, "withdraw", reason="不办了", on_behalf=True)
    assert withdrawn.status_code == 200
    department.behave()
    until(lambda: len(counted(department, case_no)) == 2)
    until(lambda: running(town, case_no) == [])
    assert town.entries(case_no, "delivered", "delivery_failed") == []


def running(town: Town, case_no: str) -> list[str]:
    """The deliveries of a case that are still under way."""

    async def found() -> list[str]:
        client = await connect(town.system.temporal_address, "default")
        query = "WorkflowType = 'DeliveryWorkflow' AND ExecutionStatus = 'Running'"
        return [run.id async for run in client.list_workflows(query) if run.id.startswith(case_no)]

    return asyncio.run(found())
