"""台账内容: whatever an entry says, everybody reads it in Chinese."""

import re

from models.labels import LABELS
from models.ledger import Entry
from models.timeline import INTERNAL_FIELDS, Line, detail_lines
from tests.models.walk import Walker

UNITS = {"d-one": "一局", "d-two": "二局", "d-three": "三局", "town": "某镇", "far": "外区窗口", "village": "某村"}
IDENTIFIER = re.compile(r"[a-z]+(_[a-z]+)*")
NAMES = frozenset({"clerk", "head", "lead", "liaison", "supervisor", "citizen", "other", "there", "center"})
"""Accounts, places and case numbers of the walk, which are words by chance."""


def entries() -> list[Entry]:
    found = []
    for seed in range(120):
        walker = Walker(seed)
        for _ in range(50):
            walker.step()
        found += walker.entries
    return found


def flat(lines: list[Line]) -> list[Line]:
    return [each for line in lines for each in (line, *flat(line.lines))]


def test_no_field_and_no_code_is_left_in_the_machines_words() -> None:
    fields, words = set(), set()
    for entry in entries():
        for line in flat(detail_lines(entry.detail, UNITS)):
            if IDENTIFIER.fullmatch(line.label):
                fields.add(line.label)
            if IDENTIFIER.fullmatch(line.text):
                words.add((line.label, line.text))
    assert fields == set()
    assert {(label, word) for label, word in words if word not in NAMES} == set()


def test_a_code_reads_as_its_field_means_it() -> None:
    said = {
        "category": "difficult",
        "causes": ["process", "legacy"],
        "assignments": [{"unit": "d-one", "role": "lead", "task": "核实"}],
        "due_at": "2026-10-09T17:00:00.000000+08:00",
        "complex": False,
        "calendar": "v1 1700",
        "note": None,
    }
    assert detail_lines(said, UNITS) == [
        Line("类别", "不好办"),
        Line("成因", "服务流程不规范；历史遗留问题不处理"),
        Line("交办", lines=[Line("单位", "一局"), Line("主办或协办", "主办"), Line("任务", "核实")]),
        Line("期限", "2026-10-09 17:00"),
        Line("复杂，按较长时限", "否"),
    ]


def test_what_is_left_out_is_no_field_that_somebody_fills_in() -> None:
    assert not INTERNAL_FIELDS & set(LABELS)
