"""卷宗: one case as one package that can be checked without us: ledger, histories, papers, and a list of digests.

The metadata follow the manner of GB/T 42727; no conformance is claimed. `make audit EXPORT=…` checks a package on a
machine without the system: digests, the signature over their list, the chain, the histories against the ledger, and
the signature of every command. Inquiries are no part of it: they are sealed, and their ledger is verified where they
lie.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from activities.archive import sm3
from activities.ledgers.writing import entry_row
from activities.platform.keyring import SYSTEM, KeyRing
from activities.platform.signatures import Signer
from api.audit.histories import Run
from api.rendering.templates import PAGES
from models.case import Case
from models.ledger import Entry, stamp_time
from models.organisation import Organisation
from models.rules import admit, contents_of, named_in, rules
from workflows.platform.codec import CASES, Codec, opened_history
from workflows.platform.sandbox import build_id

MANIFEST, SIGNATURE, LEDGER, HISTORIES = "manifest.json", "manifest.sig", "ledger.jsonl", "histories/"
COMMANDS, PUBLIC_KEYS, RULES = "commands.jsonl", "public-keys.json", "rules.json"
FORMAT = "bancheng-dossier/2"

README = """卷宗说明
manifest.json   元数据，及每个文件的 SHA-256 和 SM3 摘要
manifest.sig    系统密钥对 manifest.json 的签名
ledger.jsonl    台账，每行一条，逐条哈希相连
commands.jsonl  每条指令，连同其签名
public-keys.json 本系统签名密钥的公钥；核对时请用另行保存的那一份（make audit EXPORT=… KEYS=…）
histories/      Temporal 流程历史，每次运行一个文件
rules.json      本案适用的规则：时限、事项范围、疑点规则、文书用语，各条以摘要（SHA-256）为名
documents/      已出具的文书
steps.html      逐步回放，用浏览器打开
核对：在本系统的源代码目录执行 make audit EXPORT=<本文件>，不需要运行系统，也不需要网络。
责任倒查另行密封保存，不在卷宗内。
"""


def package(
    case: Case,
    ledger: Sequence[Entry],
    runs: Sequence[Run],
    steps: Sequence[dict[str, Any]],
    papers: Mapping[str, bytes],
    organisation: Organisation,
    commands: Iterable[Mapping[str, Any]],
    ring: KeyRing,
) -> bytes:
    """The package of a case as a zip file. Only `steps` and the papers, by their numbers, show names and numbers of
    people."""
    codec = Codec(ring, CASES)
    units = organisation.names
    stepped = PAGES.get_template("steps.html").render(case_no=case.state.case_no, steps=steps, units=units)
    files: dict[str, bytes] = {
        "README.txt": README.encode(),
        LEDGER: b"".join(json.dumps(entry_row(entry), ensure_ascii=False).encode() + b"\n" for entry in ledger),
        COMMANDS: b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in commands),
        PUBLIC_KEYS: json.dumps(ring.public_keys(), indent=1).encode(),
        RULES: _rules(case),
        "steps.html": stepped.encode(),
    }
    for number, run in enumerate(runs, start=1):
        history = opened_history(run.history.to_json_dict(), codec)
        export = {"workflow_id": case.state.case_no, "run_id": run.run_id, "history": history}
        files[f"{HISTORIES}{number:03d}.json"] = json.dumps(export, ensure_ascii=False).encode()
    files |= {f"documents/{no}.html": page for no, page in papers.items()}
    files[MANIFEST] = json.dumps(_manifest(case, files, organisation), ensure_ascii=False, indent=1).encode()
    files[SIGNATURE] = Signer(ring, SYSTEM).sign_text(files[MANIFEST]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return packed.getvalue()


def _rules(case: Case) -> bytes:
    """The set that the case carries and its parts, each under its digest."""
    rows = {
        each.digest: {"kind": each.kind, "place": each.place, "number": each.number, "content": each.content}
        for each in contents_of(case.state.rules)
    }
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _manifest(case: Case, files: Mapping[str, bytes], organisation: Organisation) -> dict[str, Any]:
    state = case.state
    unit = organisation.units[state.unit]
    return {
        "format": FORMAT,
        "case_no": state.case_no,
        "exported_at": stamp_time(datetime.now(UTC)),
        "build_id": build_id(),
        "ledger_entries": state.seq,
        "ledger_head": state.head,
        "metadata": {
            "题名": f"{state.matter.get('name', '')}（{unit.name}）",
            "文件编号": state.case_no,
            "责任者": unit.name,
            "形成日期": stamp_time(state.registered_at) if state.registered_at else None,
            "办结日期": stamp_time(state.resolved_at) if state.resolved_at else None,
            "归档日期": stamp_time(state.archived_at) if state.archived_at else None,
            "办理结果": state.outcome,
            "事项类别": state.category.label if state.category else None,
            "政策档": f"{state.profile}@{state.profile_version}",
            "规则摘要": state.rules,
            "保管期限": "定期10年（本系统约定，以同级档案部门审查同意的期限表为准）",
        },
        "files": [
            {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "sm3": sm3(content)}
            for name, content in sorted(files.items())
        ],
    }


def take_in_rules(files: Mapping[str, bytes], ledger: Sequence[Entry]) -> None:
    """Let the case go by the rules of its package, on a machine without the system. Raises DossierError."""
    try:
        for digest, row in json.loads(files[RULES]).items():
            if admit(row["kind"], row["content"], row["number"]) != digest:
                raise DossierError(f"规则 {digest[:12]} 的内容与摘要不符：被改动")
        for wanted in named_in(entry.detail for entry in ledger):
            rules(wanted)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DossierError(f"本案的规则（{RULES}）不全：{error}") from None


class DossierError(Exception):
    """A package does not fit its own list (卷宗有误): the fault, in one line."""


def opened(content: bytes) -> dict[str, bytes]:
    """The files of a package, each with the digests of its list. Raises DossierError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            files = {name: packed.read(name) for name in packed.namelist()}
        listed = {file["path"]: file for file in json.loads(files[MANIFEST])["files"]}
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise DossierError(f"不是卷宗文件，或已损坏：{error}") from None
    for name in sorted(set(listed) | set(files) - {MANIFEST, SIGNATURE}):
        if name not in files:
            raise DossierError(f"缺少文件 {name}")
        if name not in listed:
            raise DossierError(f"多出文件 {name}，不在清单上")
        mine = (hashlib.sha256(files[name]).hexdigest(), sm3(files[name]))
        if mine != (listed[name]["sha256"], listed[name]["sm3"]):
            raise DossierError(f"文件 {name} 与清单上的摘要不符：被改动")
    return files
