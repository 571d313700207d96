"""Histories in a folder (导出的历史).

A file is a history as Temporal exports it (`temporal workflow show -o json`), one of ours (`{workflow_id, history}`),
or a package (卷宗), whose ledger must end where its histories do. Encrypted ones need the key ring, BANCHENG_KEYS.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.ledgers.writing import entry_of
from activities.platform.keyring import KeyRing
from api.audit.dossier import HISTORIES, LEDGER, DossierError, opened
from models.ledger import Entry
from ops.replay.judging import Findings, alone, folded, kind_of, unlike
from ops.settings import OpsSettings
from workflows.histories.recorded import joined, recorded
from workflows.platform.codec import CASES, Codec, converter

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class File:
    """A history with its file and its ledger; empty where the workflow's id does not name the ledger."""

    name: str
    history: WorkflowHistory
    ledger: str


def main(folder: Path) -> int:
    """Replay every history in a folder. Returns the exit code."""
    if not folder.is_dir():
        print(f"没有目录 {folder}", file=sys.stderr)
        return 2
    ring = KeyRing(path) if (path := OpsSettings.read().keys) else None
    keys = converter(ring, CASES) if ring else pydantic_data_converter
    codec = Codec(ring, CASES) if ring else None
    findings = Findings()
    batch: list[File] = []
    for file in [*_histories(folder), None]:
        if file is not None:
            batch.append(file)
            if file.ledger:
                findings.differs(file.name, lambda file=file: alone(file.history, file.ledger, codec))  # type: ignore[misc]
        if len(batch) == AT_ONCE or file is None:
            asyncio.run(findings.replayed([(each.name, each.history) for each in batch], keys))
            batch = []
    for path in sorted(folder.rglob("*.zip")):
        findings.differs(path.name, lambda path=path: _package(path))  # type: ignore[misc]
    if not findings.histories:
        print(f"{folder} 中没有历史文件（.json 或卷宗 .zip）", file=sys.stderr)
        return 2
    return findings.conclude()


def _histories(folder: Path) -> Iterator[File]:
    for path in sorted(folder.rglob("*.json")):
        yield _history(path.name, path.stem, path.read_text(encoding="utf-8"))
    for path in sorted(folder.rglob("*.zip")):
        for name, content in sorted(_opened(path).items()):
            if name.startswith(HISTORIES):
                yield _history(f"{path.name}/{name}", path.stem, content.decode())


def _history(name: str, stem: str, text: str) -> File:
    document = json.loads(text)
    history = WorkflowHistory.from_json(document.get("workflow_id", stem), document.get("history", document))
    kind = kind_of(history)
    # A sealed workflow's id does not reveal its ledger's number.
    named = history.workflow_id if kind and kind.name not in ("inquiry", "oversight") else ""
    return File(name, history, document.get("ledger") or named)


def _package(path: Path) -> str | None:
    """The difference between a package's ledger and its histories, at their ends; None without one."""
    files = _opened(path)
    ledger: list[Entry] = [entry_of(json.loads(line)) for line in files[LEDGER].splitlines()]
    runs = [json.loads(content) for name, content in sorted(files.items()) if name.startswith(HISTORIES)]
    histories = [WorkflowHistory.from_json(run["workflow_id"], run["history"]) for run in runs]
    kind = kind_of(histories[0])
    assert kind, "a package is of a case"
    number = ledger[0].case_no
    whole, _ = joined(recorded(history, number, None) for history in histories)
    return unlike("历史与台账", folded(kind, number, whole), kind.aggregate.from_entries(number, ledger))


def _opened(path: Path) -> dict[str, bytes]:
    try:
        return opened(path.read_bytes())
    except DossierError as error:
        raise SystemExit(f"{path.name}：{error}") from None
