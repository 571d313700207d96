"""`make fingerprint`: which engine commands each workflow file gives, in the order in which the code has them.

Stored histories show that old cases still fit; the fingerprint shows a reviewer that commands were touched at all. A
change is either mistaken, or meant: then it stands behind `workflow.patched`, has a stored history, and the file
`workflows/fingerprints.json` is written anew (`make fingerprint WRITE=1`). Exit code 1 where they differ.
"""

import ast
import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ops.settings import ROOT

FILE = ROOT / "workflows" / "fingerprints.json"
COMMANDS = frozenset(
    {
        *("execute_activity", "execute_activity_method", "start_activity", "start_activity_method"),
        *("execute_local_activity", "execute_local_activity_method", "start_local_activity"),
        *("execute_child_workflow", "start_child_workflow", "continue_as_new", "upsert_search_attributes"),
        *("sleep", "wait_condition", "patched", "deprecate_patch", "uuid4", "random", "now"),
    }
)
"""What leaves a mark in the history, or decides on one: a wait is a timer where it has a time-out."""

ADVICE = """
发出的引擎指令变了。若不是有意：改回去。若是有意：用 workflow.patched 保留旧路径，为新路径留一份历史
（python -m tests.replay.record），再 make fingerprint WRITE=1，一并提交。"""


def fingerprints(folder: Path) -> dict[str, list[str]]:
    """For each function of each workflow file the commands in it, in order."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.py")):
        for name, body in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            calls = [said for node in ast.walk(body) if (said := _command(node))]
            if calls:
                found[f"{path.stem}.{name}"] = [text for _, text in sorted(calls)]
    return found


def _functions(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in module.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{inner.name}", inner
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node


def _command(node: ast.AST) -> tuple[tuple[int, int], str] | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "workflow" and node.func.attr in COMMANDS):
        return None
    first = ast.unparse(node.args[0]) if node.args else ""
    timed = any(keyword.arg == "timeout" for keyword in node.keywords)
    target = (
        f" {first}" if node.func.attr not in ("wait_condition", "upsert_search_attributes", "continue_as_new") else ""
    )
    return (node.lineno, node.col_offset), node.func.attr + target + (" timeout" if timed else "")


def main(arguments: list[str]) -> int:
    """Compare, or write anew. Returns the exit code."""
    now = json.dumps(fingerprints(ROOT / "workflows"), ensure_ascii=False, indent=1) + "\n"
    if "--write" in arguments:
        FILE.write_text(now, encoding="utf-8")
        return 0
    kept = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    if kept == now:
        return 0
    changes = difflib.unified_diff(kept.splitlines(), now.splitlines(), "fingerprints.json", "现在的代码", lineterm="")
    print("\n".join(changes))
    print(ADVICE)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
