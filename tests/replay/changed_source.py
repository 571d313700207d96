"""The source tree as it may be after years of ordinary changes, all at once: for tests of what that does to open cases.

Every command takes a field more, every entry says something more, every reason and refusal is worded otherwise, every
act changes the state in one thing more, an entry that issued no paper issues one, every limit is a day longer, and the
scope list, the doubt rules and the words of papers are another version. The commands that the workflows' shell gives to
the engine stay: they are the one thing that histories bind.
"""

import ast
import re
import shutil
from pathlib import Path

from ops.settings import ROOT

PARTS = ("activities", "api", "migrations", "models", "ops", "workflows")
NEW_FIELD = NEW_MEMBER = "added_by_a_later_release"
REWORDED = "（修订）"
_REFUSALS = frozenset({"Draft", "Refusal", "conflict", "forbidden", "invalid", "red_card"})
_NAMES = frozenset({"document"})
"""Members that hold the name of something, not words about it."""
_CHINESE = re.compile("[一-鿿]")


def changed_source(folder: Path) -> Path:
    """A changed copy of everything that runs, in this folder."""
    for name in PARTS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for program in ROOT.glob("*.py"):
        shutil.copy(program, folder)
    made = _Changes()
    for path in sorted((folder / "models").rglob("*.py")):
        tree = made.visit(ast.parse(path.read_text(encoding="utf-8")))
        path.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n", encoding="utf-8")
    missed = [what for what, count in made.counts.items() if not count]
    assert not missed, f"nothing was changed of {missed}: the code has another shape than this file knows"
    for path in sorted((folder / "models" / "policies").glob("*.toml")):
        path.write_text(_other_figures_and_words(path.read_text(encoding="utf-8"), path.stem), encoding="utf-8")
    return folder


def _other_figures_and_words(text: str, name: str) -> str:
    text = re.sub(r"^days = (\d+)$", lambda found: f"days = {int(found[1]) + 1}", text, flags=re.MULTILINE)
    text = re.sub(r'^((?:title|text) = ".*)"$', rf'\1{REWORDED}"', text, flags=re.MULTILINE)
    if name == "papers":
        return re.sub(r'。(?=[^"\n]*")', f"{REWORDED}。", text)
    if name == "scope":
        return re.sub(r"^version = (\d+)$", lambda found: f"version = {int(found[1]) + 1}", text, flags=re.MULTILINE)
    return text


class _Changes(ast.NodeTransformer):
    def __init__(self) -> None:
        self.counts = dict.fromkeys(("acts", "drafts", "words", "appliers", "state", "papers", "labels"), 0)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        if _decorated(node, "act"):
            self.counts["acts"] += 1
            node.body.append(_statement(f"{NEW_FIELD}: str | None = None"))
        if node.name in ("Action", "CommandName"):
            titles = [each.value for each in node.body if isinstance(each, ast.Assign)]
            self.counts["labels"] += len(titles)
            for title in titles:
                assert isinstance(title, ast.Tuple)
                title.elts[1] = self._reworded(title.elts[1])
        if node.name == "LedgerState":
            self.counts["state"] += 1
            node.body.append(_statement(f"{NEW_MEMBER}: list[str] = Field(default_factory=list)"))
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if _decorated(node, "applies"):
            self.counts["appliers"] += 1
            on, entry = (argument.arg for argument in node.args.args)
            for d in node.decorator_list:
                if isinstance(d, ast.Call) and d.args and ast.unparse(d.args[0]) == "Action.NOTED":
                    self.counts["papers"] += 1
                    d.keywords.append(ast.keyword("leaves", ast.Tuple([ast.Constant("工作建议")], ast.Load())))
            node.body.insert(0, _statement(f"{on}.state.{NEW_MEMBER} = [{entry}.action]"))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _REFUSALS:
            node.args[1:] = [self._reworded(argument) for argument in node.args[1:]]
            if name != "Draft":  # where the action's name stands
                node.args[:1] = [self._reworded(argument) for argument in node.args[:1]]
        if name == "Draft" and len(node.args) > 1:
            self.counts["drafts"] += 1
            # In place: some acts go on filling what they have handed to the draft.
            more = ast.parse(f"(lambda said: said.update({NEW_MEMBER}='新增') or said)(None)", mode="eval").body
            assert isinstance(more, ast.Call)
            more.args = [node.args[1]]
            node.args[1] = more
        return node

    def _reworded(self, node: ast.expr) -> ast.expr:
        """Chinese words that stand in the code itself, at whatever depth of what is recorded or refused."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CHINESE.search(node.value):
            self.counts["words"] += 1
            return ast.Constant(node.value + REWORDED)
        if isinstance(node, ast.JoinedStr):
            self.counts["words"] += 1
            return ast.JoinedStr([*node.values, ast.Constant(REWORDED)])
        if isinstance(node, ast.Dict):
            node.values = [
                value if isinstance(key, ast.Constant) and key.value in _NAMES else self._reworded(value)
                for key, value in zip(node.keys, node.values, strict=True)
            ]
        if isinstance(node, ast.IfExp):
            node.body, node.orelse = self._reworded(node.body), self._reworded(node.orelse)
        return node


def _decorated(node: ast.ClassDef | ast.FunctionDef, name: str) -> bool:
    return any(
        isinstance(d, ast.Call) and isinstance(d.func, ast.Name) and d.func.id == name for d in node.decorator_list
    )


def _statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]
