"""`make replay DIR=…`: the deploy gate. Replays exported histories of a production system against this checkout.

A file is a history as Temporal exports it (`temporal workflow show -o json`), one of ours (`{workflow_id,
history}`), or a package (卷宗). Encrypted ones need the key ring, named by BANCHENG_KEYS. Exit code 0: all replay. 1:
some do not, each with its reason. 2: nothing to replay.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.keyring import KeyRing
from api.dossier import HISTORIES, DossierError, opened
from workflows.codec import CASES, converter
from workflows.replaying import replay
from workflows.sandbox import build_id

ADVICE = "发出的引擎指令变了：请用 workflow.patched 保留旧路径，或等这些流程结束再上线（docs/audit.md）"
AT_ONCE = 200


def main(folder: Path) -> int:
    """Replay every history in a folder. Returns the exit code."""
    if not folder.is_dir():
        print(f"没有目录 {folder}", file=sys.stderr)
        return 2
    ring = os.environ.get("BANCHENG_KEYS")
    keys = converter(KeyRing(Path(ring)), CASES) if ring else pydantic_data_converter
    found, failed, events, began = 0, 0, 0, time.perf_counter()
    batch: list[tuple[str, WorkflowHistory]] = []
    for named in [*_histories(folder), None]:
        if named is not None:
            batch.append(named)
        if len(batch) == AT_ONCE or (named is None and batch):
            results = asyncio.run(replay([history for _, history in batch], keys))
            for (name, history), result in zip(batch, results, strict=True):
                found, events = found + 1, events + len(history.events)
                if result.failure:
                    failed += 1
                    print(f"不能重放  {name}  {history.workflow_id}：{result.failure.splitlines()[0]}")
            batch = []
    if not found:
        print(f"{folder} 中没有历史文件（.json 或卷宗 .zip）", file=sys.stderr)
        return 2
    rate = events / (time.perf_counter() - began)
    print(f"构建 {build_id()}：重放 {found} 份历史、{events} 个事件，每秒 {rate:.0f} 个；不能重放 {failed} 份")
    if failed:
        print(ADVICE)
    return 1 if failed else 0


def _histories(folder: Path) -> Iterator[tuple[str, WorkflowHistory]]:
    for path in sorted(folder.rglob("*.json")):
        yield path.name, _history(path.stem, path.read_text(encoding="utf-8"))
    for path in sorted(folder.rglob("*.zip")):
        try:
            files = opened(path.read_bytes())
        except DossierError as error:
            raise SystemExit(f"{path.name}：{error}") from None
        for name, content in sorted(files.items()):
            if name.startswith(HISTORIES):
                yield f"{path.name}/{name}", _history(path.stem, content.decode())


def _history(name: str, text: str) -> WorkflowHistory:
    said = json.loads(text)
    if "history" in said:
        return WorkflowHistory.from_json(said.get("workflow_id", name), said["history"])
    return WorkflowHistory.from_json(name, said)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
