"""What papers for the file may quote (评价、三查、归档、回头看): R58 to R64, R79."""

from typing import Any

from models.actions import ACTIONS
from models.case.checkpoints import three_checks
from models.case.parts import Document
from models.codes import Link, LookBackMethod, LookBackResult
from models.papers.source import Fields, Source

STATES = {"found": "查实", "pending": "未查完", "none": "未发现"}


def _checks(source: Source) -> list[dict[str, Any]]:
    stated = three_checks(source.case)
    return [{"title": c["title"], "state": STATES[c["state"]], "doubts": len(c["doubts"])} for c in stated]


def _links(source: Source) -> list[dict[str, Any]]:
    return [
        {
            "link": Link(point.link).label,
            "state": point.state.label,
            "signed_by": "、".join(sign.get("actor", "") for sign in point.signs),
        }
        for point in source.case.state.checkpoints
    ]


def _before(source: Source) -> list[Document]:
    return [paper for paper in source.case.state.documents if paper.no != source.paper.no]


FIELDS: dict[str, Fields] = {
    "评价记录": {
        "score": lambda source: source.detail["score"],
        "comment": lambda source: source.detail.get("comment"),
    },
    "差评回访记录": {"how": lambda source: source.detail["how"]},
    "三查表": {"checks": _checks, "links": _links},
    "归档目录": {
        "papers": lambda source: [{"kind": each.kind, "no": each.no, "seq": each.seq} for each in _before(source)],
        "count": lambda source: len(_before(source)),
        "seq": lambda source: source.entry.seq,
        "hash": lambda source: source.entry.hash,
    },
    "回头看核查表": {
        "method": lambda source: LookBackMethod(source.detail["method"]).label,
        "result": lambda source: LookBackResult(source.detail["result"]).label,
        "facts": lambda source: source.detail["facts"],
        "seq": lambda source: source.entry.seq,
        "action": lambda source: ACTIONS[source.entry.action],
    },
}
"""By kind, the values of the names that its wording may use (models/rules/offered.py)."""
