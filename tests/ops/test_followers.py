"""Several followers: one follows, another takes over; and what workers and followers tell of themselves."""

import asyncio
import os
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

from ops.ports import free_ports
from ops.postgres import conninfo
from ops.processes import end, start
from ops.system import System
from tests.api.conftest import DIFFICULT, People
from tests.waiting import until
from workflows.platform.client import TASK_QUEUE, connect

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("faults")]


@pytest.fixture(scope="module")
def town() -> Iterator[People]:
    with System() as system:
        people = People(system)
        with people.http:
            yield people


def told(url: str) -> dict[str, Any]:
    """What a process says at its health port; nothing while it does not answer."""
    try:
        answer = httpx.get(f"{url}/healthz", timeout=5)
    except httpx.TransportError:
        return {}
    said: dict[str, Any] = answer.json()
    assert (answer.status_code == 200) is said["ok"]
    return said


def second(system: System, program: str) -> tuple[psutil.Popen, str]:
    """One more of these processes, with a health port of its own."""
    [port] = free_ports(1)
    env = {**system.env, f"BANCHENG_{program.upper()}_HEALTH": f"127.0.0.1:{port}"}
    with open(system.logs / f"{program}-2.log", "ab") as log:
        return start([sys.executable, "-m", program], env=env, log=log), f"http://127.0.0.1:{port}"


def points(system: System) -> int:
    with psycopg.connect(conninfo(system.database_url)) as connection:
        found = connection.execute("SELECT count(*) FROM score_points").fetchone()
    return int(found[0]) if found else 0


def test_one_of_two_follows_and_the_other_takes_over(town: People) -> None:
    system, first = town.system, town.system.env["FOLLOWERS_URL"]
    process, other = second(system, "followers")
    try:
        until(lambda: told(other).get("ok"))
        assert until(lambda: told(first).get("leads"))
        assert not told(other)["leads"]
        shown = town.register("xw-center.clerk")
        case_no, code = shown["case_no"], {"code": shown["query_code"]}
        until(lambda: behind(system) == 0)
        assert points(system) == 0
        system.kill("followers")
        measure = {"kind": "home_visit", "detail": "上门"}
        for name, body in (("accept", {}), ("diagnose", DIFFICULT), ("measure", measure), ("resolve", RESOLVED)):
            answer = town.act("xw-center.clerk", case_no, name, **body)
            assert answer.status_code == 200, answer.text
        assert town.http.post(f"/api/public/cases/{case_no}/evaluate", json={"score": 5}, params=code).is_success
        until(lambda: told(other)["leads"])
        until(lambda: points(system) == 2, seconds=10)
    finally:
        system.restart("followers")
        end([process])
    until(lambda: told(first).get("leads"))


RESOLVED = {"outcome": "done", "summary": "已上门备案", "basis": ["商品房屋租赁管理办法"], "evidence": []}


def behind(system: System) -> int:
    with psycopg.connect(conninfo(system.database_url)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM followers WHERE position < (SELECT max(number) FROM events)"
        ).fetchone()
    return int(found[0]) if found else -1


def test_worker_and_followers_tell_how_they_are_and_what_they_count(town: People) -> None:
    town.under_way("xw-center.clerk")
    counts = {"worker": "temporal_workflow_task_execution_latency", "followers": "temporal_long_request"}
    for program, engine_count in counts.items():
        url = town.system.env[f"{program.upper()}_URL"]
        assert until(lambda url=url: told(url).get("program")) == program
        counted = httpx.get(f"{url}/metrics", timeout=5).text
        assert engine_count in counted
        assert "process_resident_memory_bytes" in counted
        assert httpx.get(f"{url}/elsewhere", timeout=5).status_code == 404
    assert 'bancheng_follower_behind{follower="scores"}' in counted


def test_every_process_has_a_name_of_its_own_in_the_engine(town: People) -> None:
    process, other = second(town.system, "worker")

    async def names() -> set[str]:
        client = await connect(town.system.temporal_address, "default")
        request = DescribeTaskQueueRequest(
            namespace="default",
            task_queue=TaskQueue(name=TASK_QUEUE),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        found = await client.workflow_service.describe_task_queue(request)
        return {poller.identity for poller in found.pollers}

    try:
        until(lambda: told(other).get("ok"))
        pids = {town.system.processes["worker"].pid, process.pid}
        host = os.uname().nodename.partition(".")[0]
        until(lambda: {f"worker@{host}:{pid}" for pid in pids} <= asyncio.run(names()))
    finally:
        end([process])
