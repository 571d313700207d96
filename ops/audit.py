"""`make audit`: whether a case's register is what its histories say; from a running system, or from a package alone.

Exit code 0: everything fits. 1: the first difference is printed. 2: nothing could be checked, and why.
"""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import WorkflowHistory

from activities.register import entry_of
from api.dossier import HISTORIES, LEDGER, MANIFEST, DossierError, opened, take_in_rules
from models.audit import Difference, first_difference
from models.ledger import Entry, first_break
from ops.settings import NotRunningError, running
from workflows.replaying import replay_runs
from workflows.sandbox import build_id

VERIFY_SECONDS = 120


def main() -> int:
    """Check what was asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make audit", description="重放核对一件案")
    parser.add_argument("--case", help="案件编号（系统须在运行）")
    parser.add_argument("--export", type=Path, help="卷宗文件，离线核对")
    asked = parser.parse_args()
    try:
        if asked.export:
            return _offline(asked.export)
        if asked.case:
            return _live(asked.case)
    except NotRunningError as error:
        print(f"无法核对：{error}，或用 EXPORT=<卷宗文件> 离线核对", file=sys.stderr)
        return 2
    except (DossierError, OSError, httpx.HTTPError) as error:
        print(f"无法核对：{error}", file=sys.stderr)
        return 2
    print("请写明 CASE=<案件编号> 或 EXPORT=<卷宗文件>", file=sys.stderr)
    return 2


def _live(case_no: str) -> int:
    env = running()
    with httpx.Client(base_url=env["API_URL"], timeout=VERIFY_SECONDS) as http:
        form = {"username": "auditor", "password": os.environ.get("AUDITOR_PASSWORD") or env["DEMO_PASSWORD"]}
        token = http.post("/api/token", data=form).raise_for_status().json()["access_token"]
        answer = http.post(f"/api/audit/cases/{case_no}/verify", headers={"Authorization": f"Bearer {token}"})
        if answer.status_code == 404:
            print(answer.json()["detail"], file=sys.stderr)
            return 2
        found = answer.raise_for_status().json()
    return _say(case_no, found["entries"], found["events"], found["first_difference"])


def _offline(path: Path) -> int:
    files = opened(path.read_bytes())
    manifest = json.loads(files[MANIFEST])
    case_no = manifest["case_no"]
    ledger = [entry_of(json.loads(line)) for line in files[LEDGER].splitlines()]
    take_in_rules(files, ledger)
    runs = [json.loads(content) for name, content in sorted(files.items()) if name.startswith(HISTORIES)]
    histories = [WorkflowHistory.from_json(run["workflow_id"], run["history"]) for run in runs]
    if manifest["build_id"] != build_id():
        print(f"卷宗由构建 {manifest['build_id']} 导出，现用构建 {build_id()} 核对")
    difference = asyncio.run(_compare(case_no, manifest, ledger, histories))
    events = sum(len(history.events) for history in histories)
    return _say(case_no, len(ledger), events, vars_of(difference) if difference else None)


async def _compare(
    case_no: str, manifest: dict[str, Any], ledger: list[Entry], histories: list[WorkflowHistory]
) -> Difference | None:
    replayed = await replay_runs(histories)
    if replayed.failure:
        told = "历史不是本版代码可以产生的：请用导出时的构建核对"
        return Difference("histories", case_no, len(replayed.ledger) + 1, "history", replay=replayed.failure, told=told)
    difference = first_difference("entries", case_no, ledger, replayed.ledger)
    if difference is None and (broken := first_break(ledger)):
        return Difference("entries", case_no, broken.seq, "hash", told=broken.reason)
    if difference is None and ledger[-1].hash != manifest["ledger_head"]:
        return Difference("manifest", case_no, len(ledger), "ledger_head", ledger[-1].hash, manifest["ledger_head"])
    return difference


def vars_of(difference: Difference) -> dict[str, Any]:
    """A difference as the API gives it."""
    return {
        name: getattr(difference, name) for name in ("table", "ledger", "seq", "field", "register", "replay", "told")
    }


def _say(case_no: str, entries: int, events: int, difference: dict[str, Any] | None) -> int:
    if difference is None:
        print(f"{case_no}：台账 {entries} 条，与重放的 {events} 个历史事件相符")
        return 0
    print(
        f"{case_no}：不符。{difference['table']} 第 {difference['seq']} 条 {difference['field']}：{difference['told']}"
    )
    print(f"  台账：{json.dumps(difference['register'], ensure_ascii=False, default=str)}")
    print(f"  重放：{json.dumps(difference['replay'], ensure_ascii=False, default=str)}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
