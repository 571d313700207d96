"""What papers for the file may quote (评价、三查、归档、回头看): R58 to R64, R79."""

from typing import Any

from models.actions import ACTIONS
from models.case.checkpoints import three_checks
from models.case.parts import Document
from models.codes import Link, LookBackMethod, LookBackResult
from models.papers.said import Fields, Said

STATES = {"found": "查实", "pending": "未查完", "none": "未发现"}


def _checks(said: Said) -> list[dict[str, Any]]:
    stated = three_checks(said.case)
    return [{"title": c["title"], "state": STATES[c["state"]], "doubts": len(c["doubts"])} for c in stated]


def _links(said: Said) -> list[dict[str, Any]]:
    return [
        {
            "link": Link(point.link).label,
            "state": point.state.label,
            "signed_by": "、".join(sign.get("actor", "") for sign in point.signs),
        }
        for point in said.case.state.checkpoints
    ]


def _before(said: Said) -> list[Document]:
    return [paper for paper in said.case.state.documents if paper.no != said.paper.no]


FIELDS: dict[str, Fields] = {
    "评价记录": {"score": lambda said: said.detail["score"], "comment": lambda said: said.detail.get("comment")},
    "差评回访记录": {"how": lambda said: said.detail["how"]},
    "三查表": {"checks": _checks, "links": _links},
    "归档目录": {
        "papers": lambda said: [{"kind": each.kind, "no": each.no, "seq": each.seq} for each in _before(said)],
        "count": lambda said: len(_before(said)),
        "seq": lambda said: said.entry.seq,
        "hash": lambda said: said.entry.hash,
    },
    "回头看核查表": {
        "method": lambda said: LookBackMethod(said.detail["method"]).label,
        "result": lambda said: LookBackResult(said.detail["result"]).label,
        "facts": lambda said: said.detail["facts"],
        "seq": lambda said: said.entry.seq,
        "action": lambda said: ACTIONS[said.entry.action],
    },
}
"""By kind, what stands behind each name that its words may use (models/rules/offered.py)."""
