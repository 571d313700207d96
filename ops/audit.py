"""`bancheng audit`: compare a case's ledger with its histories, on a running system or in a package.

Exit code 0: no difference. 1: the first difference is printed. 2: nothing could be checked; the reason is printed.
"""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import WorkflowHistory

from activities.ledgers.writing import entry_of
from activities.platform.keyring import SYSTEM
from activities.platform.signatures import ForgedError, PublicKeyList, check_text
from api.audit.dossier import (
    COMMANDS,
    HISTORIES,
    LEDGER,
    MANIFEST,
    PUBLIC_KEYS,
    SIGNATURE,
    DossierError,
    opened,
    take_in_rules,
)
from api.audit.ledgers import unsigned
from models.audit import Difference, first_difference
from models.ledger import Entry, first_break
from ops.settings import NotRunningError, OpsSettings, running
from workflows.histories.recorded import NoEvidenceError, joined, recorded
from workflows.platform.sandbox import build_id

VERIFY_SECONDS = 120


def main(case_no: str, export: Path | None, keys: Path | None) -> int:
    """Check the case or package. Returns the exit code."""
    try:
        if export:
            return _offline(export, keys)
        if case_no:
            return _live(case_no)
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
        form = {"username": "auditor", "password": OpsSettings.read().auditor_password or env["DEMO_PASSWORD"]}
        token = http.post("/api/token", data=form).raise_for_status().json()["access_token"]
        answer = http.post(f"/api/audit/cases/{case_no}/verify", headers={"Authorization": f"Bearer {token}"})
        if answer.status_code == 404:
            print(answer.json()["detail"], file=sys.stderr)
            return 2
        verdict = answer.raise_for_status().json()
    return _say(case_no, verdict["entries"], verdict["events"], verdict["first_difference"])


def _offline(path: Path, keys: Path | None) -> int:
    files = opened(path.read_bytes())
    public = PublicKeyList(json.loads(keys.read_bytes() if keys else files[PUBLIC_KEYS]))
    if keys is None:
        print(f"所用公钥取自卷宗本身（指纹 {public.fingerprint}）：请与另行保存的比对，或用 KEYS=<公钥清单>")
    manifest = json.loads(files[MANIFEST])
    ledger = [entry_of(json.loads(line)) for line in files[LEDGER].splitlines()]
    take_in_rules(files, ledger)
    if manifest["build_id"] != build_id():
        print(f"卷宗由构建 {manifest['build_id']} 导出，现用构建 {build_id()} 核对")
    runs = [json.loads(content) for name, content in sorted(files.items()) if name.startswith(HISTORIES)]
    histories = [WorkflowHistory.from_json(run["workflow_id"], run["history"]) for run in runs]
    case_no = ledger[0].case_no if ledger else str(manifest["case_no"])
    difference = _compare(case_no, manifest, files, ledger, histories, public)
    events = sum(len(history.events) for history in histories)
    return _say(case_no, len(ledger), events, vars_of(difference) if difference else None)


def _compare(
    case_no: str,
    manifest: dict[str, Any],
    files: dict[str, bytes],
    ledger: list[Entry],
    histories: list[WorkflowHistory],
    public: PublicKeyList,
) -> Difference | None:
    try:
        if not check_text(public, files.get(SIGNATURE, b"").decode(), files[MANIFEST]).startswith(SYSTEM):
            raise ForgedError("不是系统自己签的")
        whole, _ = joined(recorded(history, case_no, None) for history in histories)
    except ForgedError as error:
        return Difference("manifest", case_no, 0, "signature", told=f"清单的签名无效：{error}")
    except NoEvidenceError as error:
        return Difference("histories", case_no, 0, "content", told=str(error))
    claimed = (manifest["case_no"], manifest["ledger_entries"], manifest["ledger_head"])
    actual = (case_no, len(ledger), ledger[-1].hash if ledger else "")
    if claimed != actual:
        return Difference(
            "manifest", case_no, len(ledger), "ledger_head", list(actual), list(claimed), "清单与台账不符"
        )
    since = [entry for entry in ledger if entry.seq > whole.seq]
    difference = first_difference("entries", case_no, since, whole.entries)
    if difference is None and (broken := first_break(ledger)):
        return Difference("entries", case_no, broken.seq, "hash", told=broken.reason)
    kept = {each["id"]: each for each in map(json.loads, files[COMMANDS].splitlines())}
    return difference or unsigned("entries", case_no, ledger, whole.commands, kept, public)


def vars_of(difference: Difference) -> dict[str, Any]:
    """A difference as the API gives it."""
    return {
        name: getattr(difference, name) for name in ("table", "ledger", "seq", "field", "register", "replay", "told")
    }


def _say(case_no: str, entries: int, events: int, difference: dict[str, Any] | None) -> int:
    if difference is None:
        print(f"{case_no}：台账 {entries} 条，与历史的 {events} 个事件所载相符，指令的签名都有效")
        return 0
    print(
        f"{case_no}：不符。{difference['table']} 第 {difference['seq']} 条 {difference['field']}：{difference['told']}"
    )
    print(f"  台账：{json.dumps(difference['register'], ensure_ascii=False, default=str)}")
    print(f"  历史：{json.dumps(difference['replay'], ensure_ascii=False, default=str)}")
    return 1
