"""`make stored`: run a small system of this release and store it under tests/stored/<VERSION>.

A version that is stored is never stored again: it is what installations of that release have.
"""

import asyncio
import json
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from activities.ledgers.kinds import CASES, INQUIRIES, KINDS, OVERSIGHT, Kind
from models.ledger import BEIJING
from ops.postgres import conninfo
from ops.replay.judging import LEDGERS
from ops.scenarios.clock import CaseClock
from ops.scenarios.load import load
from ops.scenarios.run import Play, Site
from ops.settings import ROOT
from ops.system import System
from tests.api.conftest import People
from tests.replay.keeping import VISIBLE_SECONDS, register
from tests.replay.kept import folded, members_of, state_digest
from tests.stored.kept import HERE, VERSION, dump, write_histories
from workflows.duty import NAMESPACE as DUTIES
from workflows.platform.client import connect
from workflows.platform.sandbox import build_id
from workflows.platform.sealing import NAMESPACE, workflow_id

STORIES = ("acknowledge", "calendar", "inquiry", "late-and-reopened", "merge", "withdraw", "yellow-card")
CLERK, HEAD, LEAD, SUPERVISOR = "dl-center.clerk", "dl-center.head", "dl-zw.lead", "dl-jw.supervisor"

README = """# The stored system of release {version}

Made by `make stored` from scenario files; every person, number and key in it is made up. `keys.json` and `secret` open
this system and no other: they were drawn for it, and nothing else was ever sealed with them.

`tests/stored/test_stored.py` reads all of it with the code of today. It is never made anew: a release that cannot read
it cannot be rolled out over an installation of {version}.
"""


def main() -> int:
    """Store this release. Returns the exit code."""
    target = HERE / VERSION
    if target.exists():
        print(f"tests/stored/{VERSION} 已经存在：已发布的版本不重做；新版本请先改 VERSION", file=sys.stderr)
        return 1
    draft = HERE / f".{VERSION}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    with System(time_skipping=True) as system:
        asyncio.run(_stories(system))
        people = People(system)
        with people.http:
            number = _beside(people)
            package = people.get("auditor", f"/api/audit/cases/{number}/export")
            assert package.status_code == 200, package.text
        (draft / "package.zip").write_bytes(package.content)
        _keep(system, draft)
    draft.rename(target)
    size = sum(path.stat().st_size for path in target.iterdir())
    print(f"已存入 tests/stored/{VERSION}：{size / 1024:.0f} KiB")
    return 0


def _keep(system: System, draft: Path) -> None:
    expected, members = {}, {}
    for kind, number in _ledgers(system):
        entries = register(system, kind, number)
        it = folded(kind.name, entries)
        members |= members_of(it)
        expected[f"{kind.name}:{number}"] = (it, entries)
    states = {
        name: {"entries": len(entries), "head": it.head, "state": state_digest(it, members)}
        for name, (it, entries) in expected.items()
    }
    told = {"version": VERSION, "build_id": build_id(), "members": members, "ledgers": states}
    _write(draft / "expected.json", told)
    write_histories(draft / "histories.jsonl.gz", asyncio.run(_histories(system)))
    dump(conninfo(system.database_url), draft / "database.dump")
    shutil.copy(system.installation.keys(), draft / "keys.json")
    (draft / "secret").write_text(system.secret.hex() + "\n", encoding="utf-8")
    _write(draft / "public-keys.json", system.ring.public_keys())
    (draft / "README.md").write_text(README.format(version=VERSION), encoding="utf-8")


def _write(target: Path, said: Any) -> None:
    target.write_text(json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


async def _stories(system: System) -> None:
    clock = await CaseClock.connect(system.temporal_address, system.secret)
    site = Site(system.api_url, system.password, clock)
    async with site.http:
        for name in STORIES:
            await Play(site, load(ROOT / "tests" / "scenarios" / f"{name}.yaml")).run()


def _beside(people: People) -> str:
    """A meeting, a solution, an analysis and a task of supervision; the number of the case for the package."""
    number: str = people.under_way(CLERK)
    last_month = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    rule = {"title": "视频核验", "applies_to": "不能到场", "steps": ["连线"], "legal_basis": ["某办法第三条"]}
    hole = {"kind": "hole", "what": "停发没有复核环节", "hole": "procedure", "owner": "dl-rs", "working_days": 2}
    for user, path, body in (
        (LEAD, "/api/meetings", {}),
        (CLERK, "/api/solutions", rule),
        (LEAD, "/api/reports/monthly", {"month": last_month}),
        (SUPERVISOR, "/api/oversight", hole),
        (HEAD, f"/api/cases/{number}/note", {"text": "已电话联系"}),
    ):
        answer = people.post(user, path, body)
        assert answer.status_code in (200, 201), f"{path}: {answer.text}"
    return number


def _ledgers(system: System) -> list[tuple[Kind, str]]:
    with psycopg.connect(conninfo(system.database_url)) as connection:
        return [
            (kind, number)
            for kind in KINDS.values()
            for (number,) in connection.execute(f"SELECT case_no FROM {kind.rows_table} ORDER BY 1")  # type: ignore[arg-type]
        ]


async def _histories(system: System) -> list[dict[str, Any]]:
    await asyncio.sleep(VISIBLE_SECONDS)
    sealed = {
        workflow_id(system.secret, number, kind.name): number
        for kind, number in _ledgers(system)
        if kind in (INQUIRIES, OVERSIGHT)
    }
    found: list[dict[str, Any]] = []
    once = set()
    for namespace in ("default", NAMESPACE, DUTIES):
        engine = await connect(system.temporal_address, namespace)
        async for run in engine.list_workflows():
            kind = LEDGERS.get(run.workflow_type)
            if kind is None and run.workflow_type in once:
                continue
            once.add(run.workflow_type)
            history = await engine.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
            found.append(
                {
                    "workflow_id": run.id,
                    "namespace": namespace,
                    "kind": kind.name if kind else "",
                    "ledger": sealed.get(run.id, run.id) if kind else "",
                    "started_at": run.start_time.isoformat(),
                    "history": history.to_json_dict(),
                }
            )
    assert any(each["kind"] == CASES.name for each in found)
    return sorted(found, key=lambda each: (each["namespace"], each["started_at"], each["workflow_id"]))
