"""The packs (数字): cases by kind, and the expected figures."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Pack:
    """A place's figures. Its cases take applicants' kinds and outcomes in order."""

    name: str
    source: str
    district: str
    unit: str
    lead: str
    cases: int
    done: int
    explained: int = 0
    enterprises: int = 0
    nobody: int = 0
    """Cases of an unknown applicant (走访收集)."""
    solutions: int = 0
    advice: int = 0
    expected: dict[str, Any] = field(default_factory=dict)
    """The expected figures of the month; `cumulative.x` for those of all time."""


PACKS = (
    Pack(
        name="富阳",
        source="001_d520f23feddbaab0.txt：收集 594 件，解决 585 件，形成 18 个一类事",
        district="fuyang",
        unit="fy-center",
        lead="fy-sgb",
        cases=594,
        done=585,
        solutions=18,
        expected={
            "cumulative.registered": 594,
            "cumulative.resolved": 585,
            "cumulative.resolved_rate": 98.48,
            "cumulative.open": 9,
            "cumulative.solutions": 18,
            "cumulative.cases_per_solution": 33.0,
        },
    ),
    Pack(
        name="宁波",
        source="002_e942022023709f51.txt：受理 31 件，涉企 3 件，涉群众 19 件；其余 9 件未见分类",
        district="ningbo",
        unit="nb-center",
        lead="nb-zw",
        cases=31,
        done=31,
        enterprises=3,
        nobody=9,
        expected={
            "registered": 31,
            "by_applicant": {"person": 19, "unclassified": 9, "enterprise": 3},
            "warnings": 2,
        },
    ),
    Pack(
        name="滨海新区",
        source="002_e942022023709f51.txt：84 天 18 件，全部办结",
        district="binhai",
        unit="bh-center",
        lead="bh-zw",
        cases=18,
        done=18,
        expected={"registered": 18, "resolved": 18, "open": 0, "cumulative.resolved_rate": 100.0},
    ),
    Pack(
        name="海宁（办结不是办成）",
        source="domain.md 6（U24）：答复 167 件，办成 139 件，83.23%",
        district="heping",
        unit="hp-center",
        lead="hp-zw",
        cases=167,
        done=139,
        explained=28,
        expected={
            "responded": 167,
            "response_rate": 100.0,
            "resolved": 167,
            "done": 139,
            "done_rate": 83.23,
            "on_time_due": 139,
        },
    ),
    Pack(
        name="玄武",
        source="003_e506f8ddad6b6204.txt：受理咨询 400 余件，疑难复杂办件 60 余件（“余”按不少于计）",
        district="xuanwu",
        unit="xw-center",
        lead="xw-spj",
        cases=60,
        done=60,
        advice=400,
        expected={"registered": 60, "cumulative.registered": 60, "cumulative.advice": 400, "advice": 400},
    ),
    Pack(
        name="萧山",
        source="000_e63d412b3ad1a704.txt：累计解答 354 件",
        district="xiaoshan",
        unit="xs-center",
        lead="xs-sgb",
        cases=0,
        done=0,
        advice=354,
        expected={"registered": 0, "cumulative.registered": 0, "cumulative.advice": 354},
    ),
)
"""Advice is counted apart: a question answered at the counter is no case."""
