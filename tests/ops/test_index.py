"""The index of documents lists every document once, with its language and its counterpart."""

import re
from pathlib import Path

import pytest

from ops.settings import ROOT
from tests.ops.test_pairs import PAIRS

DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
ENGLISH, CHINESE = INDEX.read_text(encoding="utf-8").split("## 中文")


def rows(part: str) -> list[list[str]]:
    """The cells of each row of a table of the index, below its head."""
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in part.splitlines() if line.startswith("| [")]


def target(cell: str) -> str:
    found = re.fullmatch(r"\[([\w/.-]+)\]\(([\w/.-]+)\)", cell)
    assert found, cell
    assert found[1] == found[2]
    return found[1]


def test_every_document_is_listed_once() -> None:
    listed = [target(cells[0]) for part in (ENGLISH, CHINESE) for cells in rows(part)]
    written = [str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md") if path != INDEX]
    assert sorted(listed) == sorted(written)


def test_every_row_says_what_and_for_whom() -> None:
    assert not [cells[0] for part in (ENGLISH, CHINESE) for cells in rows(part) if not (cells[1] and cells[2])]


def test_each_document_stands_under_its_language() -> None:
    """A Chinese document has a Chinese title; an English one has at most a Chinese word beside."""
    for part, chinese in ((ENGLISH, False), (CHINESE, True)):
        for cells in rows(part):
            title = (DOCS / target(cells[0])).read_text(encoding="utf-8").splitlines()[0]
            assert bool(re.fullmatch(r"# [^A-Za-z]+", title)) is chinese, cells[0]


def test_counterparts_are_the_pairs_that_are_compared() -> None:
    pairs = {target(cells[0]): target(cells[3]) for cells in rows(ENGLISH) if cells[3]}
    back = {target(cells[3]): target(cells[0]) for cells in rows(CHINESE) if cells[3]}
    assert pairs == back == PAIRS


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_front_pages_lead_to_the_index(name: str) -> None:
    assert f"]({INDEX.relative_to(ROOT)})" in Path(ROOT / name).read_text(encoding="utf-8")
