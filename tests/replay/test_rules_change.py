"""Rules change freely under open cases: every act, text, scope list, doubt rule, figure and paper, all at once."""

import asyncio
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from activities.ledgers.kinds import CASES as CASE_LEDGERS
from models.case import Case
from ops.postgres import conninfo
from ops.scenarios.clock import CaseClock
from ops.scenarios.load import Scenario, load
from ops.scenarios.run import Play, Site
from ops.settings import ROOT
from ops.system import System
from tests.replay.changed_source import NEW_FIELD, NEW_MEMBER, changed_source
from tests.replay.keeping import register
from tests.replay.record import STORIES
from workflows.platform.client import connect
from workflows.platform.codec import CASES, SEALED, Codec, opened_history
from workflows.platform.sealing import NAMESPACE

pytestmark = [
    pytest.mark.system,
    pytest.mark.drill,
    pytest.mark.timeout(1800),
    pytest.mark.xdist_group("rules-change"),
]

MINUTE = timedelta(minutes=1)
LONE = 6
"""Cases for the rolling upgrade."""

READY_SECONDS = 90


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree of a later release, in which every rule is another."""
    return changed_source(tmp_path_factory.mktemp("later"))


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System(time_skipping=True) as found:
        yield found


def test_open_cases_go_on_when_every_rule_changed(system: System, later: Path, tmp_path: Path) -> None:
    asyncio.run(_through_the_change(system, later))
    cases = [case_no for (case_no,) in _rows(system, "SELECT case_no FROM cases")]
    for case_no in cases:
        [stored] = _rows(system, "SELECT state FROM cases WHERE case_no = %s", case_no)
        here = Case.from_entries(case_no, register(system, CASE_LEDGERS, case_no))
        assert here.form == stored[0], f"{case_no}: the code of before folds it to something else"
    count = asyncio.run(_exported(system, tmp_path))
    assert count >= len(cases)
    for source in (later, ROOT):
        gate = [sys.executable, "-m", "ops", "replay", str(tmp_path)]
        done = subprocess.run(gate, cwd=source, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"重放 {count} 份历史" in done.stdout


def test_an_old_and_a_new_worker_share_a_queue(system: System, later: Path) -> None:
    """Each in turn goes down and comes back, so that every case is handed over in both directions."""
    asyncio.run(_rolled(system, later))


async def _through_the_change(system: System, later: Path) -> None:
    site = await _site(system)
    async with site.http:
        # Stopped in different places; every other story then goes on to its end, under the changed rules.
        plays = [_Stopped(site, path, place) for place, path in enumerate(sorted(STORIES.glob("*.yaml")))]
        for stopped in plays:
            await stopped.play.run(stopped.stop)
        before = dict(_rows(system, "SELECT case_no, head FROM cases"))
        system.upgrade(later)
        for case_no in before:
            await _takes_its_next_command(site, system, case_no)
        for stopped in plays[::2]:
            for number in range(stopped.stop + 1, stopped.steps + 1):
                await stopped.play.go_on(number)
        for (case_no,) in _rows(system, "SELECT case_no FROM cases WHERE NOT finished"):
            await _takes_its_next_limit(site, system, case_no)
        after = dict(_rows(system, "SELECT case_no, head FROM cases"))
        assert [case_no for case_no, head in before.items() if after[case_no] == head] == []
        await _all_verified(site, system)


class _Stopped:
    """A story that stops somewhere: the first after a quarter of its steps, the next after half of them, and so on."""

    def __init__(self, site: Site, path: Path, place: int) -> None:
        story = _bare(path)
        self.steps = len(story.steps)
        self.stop = self.steps * (place % 3 + 1) // 4
        self.play = Play(site, story)


async def _takes_its_next_command(site: Site, system: System, case_no: str) -> None:
    [(unit,)] = _rows(system, "SELECT unit FROM cases WHERE case_no = %s", case_no)
    await _note(site, case_no, f"{unit}.clerk")
    entry = register(system, CASE_LEDGERS, case_no)[-1]
    noted = entry if entry.action == "noted" else register(system, CASE_LEDGERS, case_no)[-2]
    assert noted.detail[NEW_MEMBER] == "新增", noted
    assert NEW_FIELD in noted.detail, noted


async def _takes_its_next_limit(site: Site, system: System, case_no: str) -> None:
    [(form,)] = _rows(system, "SELECT state FROM cases WHERE case_no = %s", case_no)
    wakeup = Case.from_form(form).next_wakeup()
    if wakeup is None:
        return
    await site.clock.cases.move(case_no, wakeup + MINUTE)
    [(seq, state)] = _rows(system, "SELECT seq, state FROM cases WHERE case_no = %s", case_no)
    assert seq > form["seq"], f"{case_no}: nothing was recorded at {wakeup}"
    assert state[NEW_MEMBER], f"{case_no}: the changed rule did not act"


async def _rolled(system: System, later: Path) -> None:
    site = await _site(system)
    releases = {"worker": ROOT, "worker-later": later}
    system.kill("worker")
    for name, source in releases.items():
        _start(system, name, source)
    async with site.http:
        cases = [await _registered(site) for _ in range(LONE)]
        for name in (*releases, *releases):
            system.set_up(releases[name])  # takes this release back: running cases go on under it
            for case_no in cases:
                await _note(site, case_no, "xw-center.clerk")
            [other] = releases.keys() - {name}
            system.kill(other)
            for case_no in cases:
                await _note(site, case_no, "xw-center.clerk")
            _start(system, other, releases[other])
        entries = [entry for case_no in cases for entry in register(system, CASE_LEDGERS, case_no)]
        noted = [NEW_MEMBER in entry.detail for entry in entries if entry.action == "noted"]
        assert set(noted) == {True, False}, "only one of the two releases decided"
        assert len(noted) == LONE * 8
        await _all_verified(site, system, cases)
    system.kill("worker-later")


def _start(system: System, name: str, source: Path) -> None:
    """Start a worker of this release, and wait until it takes tasks."""
    log = system.logs / f"{name}.log"

    def ready() -> int:
        return log.read_text(encoding="utf-8").count("工作进程已就绪") if log.exists() else 0

    before, deadline = ready(), time.monotonic() + READY_SECONDS
    system.start("worker", source=source, alias="" if name == "worker" else name)
    while ready() == before:
        assert time.monotonic() < deadline, f"{name} is not ready"
        time.sleep(0.1)


async def _registered(site: Site) -> str:
    body = {
        "channel": "window",
        "unit": "xw-center",
        "applicant": {"name": "李先生", "kind": "person", "id_type": "id_card", "id_no": "320102190001010060"},
        "matter": {"name": "房屋租赁备案"},
        "request_type": "coordination",
        "narrative": "房主不能到场",
    }
    headers = {**await site.headers("xw-center.clerk"), "Idempotency-Key": uuid.uuid4().hex}
    answer = await site.http.post("/api/cases", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    case_no: str = answer.json()["case_no"]
    return case_no


async def _note(site: Site, case_no: str, user: str) -> None:
    path, body = f"/api/cases/{case_no}/note", {"text": "已电话联系"}
    answer = await site.http.post(path, json=body, headers=await site.headers(user))
    assert answer.status_code == 200, f"{case_no}: {answer.status_code} {answer.text}"


async def _all_verified(site: Site, system: System, cases: list[str] | None = None) -> None:
    for case_no in cases or [case_no for (case_no,) in _rows(system, "SELECT case_no FROM cases")]:
        path = f"/api/audit/cases/{case_no}/verify"
        answer = (await site.http.post(path, headers=await site.headers("auditor"))).json()
        assert answer["verified"], str(answer)


async def _exported(system: System, folder: Path) -> int:
    """Every history of the engine as a file; how many."""
    count = 0
    for namespace, purpose in (("default", CASES), (NAMESPACE, SEALED)):
        engine, codec = await connect(system.temporal_address, namespace), Codec(system.ring, purpose)
        async for run in engine.list_workflows():
            handle = engine.get_workflow_handle(run.id, run_id=run.run_id)
            said = opened_history((await handle.fetch_history()).to_json_dict(), codec)
            count += 1
            text = json.dumps({"workflow_id": run.id, "history": said}, ensure_ascii=False)
            (folder / f"{count:04d}.json").write_text(text, encoding="utf-8")
    return count


async def _site(system: System) -> Site:
    return Site(system.api_url, system.password, await CaseClock.connect(system.temporal_address, system.secret))


def _bare(path: Path) -> Scenario:
    """A story without what it expects: other rules may give other dates and words, but nobody stands still."""
    story = load(path)
    nothing = {"expect": None, "timeline": None, "view_as": None}
    steps = [step.model_copy(update=nothing) for step in story.steps]
    opening = story.register_.model_copy(update={"expect": None})
    return story.model_copy(update={"steps": steps, "register_": opening})


def _rows(system: System, statement: Any, *parameters: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(system.database_url)) as connection:
        return connection.execute(statement, parameters).fetchall()
