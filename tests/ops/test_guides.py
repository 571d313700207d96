"""The guides name what stands on the pages as it stands there: buttons, headings, links, fields, in 「…」."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import pytest

from models import actions, codes, labels
from models.case import CASE
from models.codes import Code
from ops.settings import ROOT
from tests.ops.test_pairs import PAIRS

ZH = ROOT / "docs" / "zh"
GUIDES = [path for path in sorted(ZH.glob("*.md")) if f"zh/{path.name}" not in PAIRS.values()]
ACTING = ["window.md", "departments.md", "lead.md", "supervision.md"]
"""Guides of those who act on cases."""
LABEL = re.compile(r"「([^」]+)」")
OTHERWISE = re.compile(r"“([^”]+)”|\*\*([^*]+)\*\*")


def bare(piece: str) -> str:
    """Without the space and punctuation that stand between a label and what follows it."""
    return piece.strip(" \n\t　：；，。（）、›")


def of_template(text: str) -> set[str]:
    """What a template shows: between tags, in spoken attributes, and in strings that its expressions choose from."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"{]*)', text)
    chosen = [
        word for code in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL) for word in re.findall(r'"([^"]*)"', code)
    ]
    between = re.split(r"\{[{%].*?[%}]\}|<[^>]*>", re.sub(r"<kbd>.*?</kbd>", "", text), flags=re.DOTALL)
    return {*spoken, *chosen, *between}


def of_code(path: Path) -> set[str]:
    """The strings of a module that are not its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told)
    return {node.value for node in strings if isinstance(node.value, str)}


@cache
def shown() -> set[str]:
    """All that stands on the pages, a label each; also without what stands beside it in brackets."""
    found = {*labels.LABELS.values(), *labels.OWN.values(), *labels.WORDS.values()}
    found |= {*actions.COMMANDS.values(), *actions.ACTIONS.values()}
    listed = [kind for _, kind in inspect.getmembers(codes, inspect.isclass) if issubclass(kind, Code)]
    found |= {code.label for kind in listed for code in kind}
    found |= {rule.title for rule in CASE.limit_rules.values()}
    for path in (ROOT / "api").rglob("*.html"):
        found |= of_template(path.read_text(encoding="utf-8"))
    for path in [*(ROOT / "api" / "pages").rglob("*.py"), ROOT / "api/http/errors.py"]:
        found |= of_code(path)
    pieces = {bare(piece) for piece in found} | {bare(piece.split("（")[0]) for piece in found}
    return {piece for piece in pieces if re.search(r"[一-鿿]", piece)}


def lines(guide: Path) -> list[tuple[int, str]]:
    return list(enumerate(guide.read_text(encoding="utf-8").splitlines(), 1))


def test_the_guides_are_those_that_are_no_counterparts() -> None:
    assert len(GUIDES) >= 7
    assert {ZH / name for name in ACTING} <= set(GUIDES)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_every_label_stands_on_a_page(guide: Path) -> None:
    named = [(number, label) for number, line in lines(guide) for label in LABEL.findall(line)]
    assert len(named) >= 5
    assert not [f"{guide.name}:{number}: 「{label}」" for number, label in named if label not in shown()]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_no_label_is_marked_otherwise(guide: Path) -> None:
    named = [(number, one or other) for number, line in lines(guide) for one, other in OTHERWISE.findall(line)]
    assert not [f"{guide.name}:{number}: {words}" for number, words in named if bare(words) in shown()]


def test_who_acts_on_cases_learns_what_to_do_when_a_page_says_no() -> None:
    """The same words in every such guide: no work was done at 503, and the page is already new at 412."""
    guides = {name: (ZH / name).read_text(encoding="utf-8") for name in ACTING}
    told = {name: text.split("## 没有办成的时候\n")[1].split("\n## ")[0] for name, text in guides.items()}
    assert len({text.strip() for text in told.values()}) == 1
    assert "「系统繁忙」" in told["window.md"]
    assert "案件在您打开之后已有变化" in told["window.md"]


def test_others_learn_what_to_do_when_the_system_is_busy() -> None:
    silent = [path.name for path in GUIDES if "「系统繁忙」" not in path.read_text(encoding="utf-8")]
    assert not silent


def test_the_three_questions_are_told_where_they_are_first_named() -> None:
    """三问, in the words of the page."""
    text = (ZH / "window.md").read_text(encoding="utf-8")
    first = text[text.index("三问") :].splitlines()[0]
    page = (ROOT / "api/templates/register.html").read_text(encoding="utf-8")
    questions = re.findall(r'\("(?:business|needs|problems)", "([^"]+)"\)', page)
    assert len(questions) == 3
    assert all(f"「{question}」" in first for question in questions)
