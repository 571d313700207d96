"""文书: which entry issues which papers, how they are numbered, and who may read them (domain.md 2.1).

A paper is the entry that issued it, put into words (`models.papers`). Its number never changes: what an applicant
answers to counts through the case (W), everything else counts within its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.case.parts import Document
from models.codes import MeasureKind
from models.ledger import Entry

if TYPE_CHECKING:
    from models.case.aggregate import Case


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper: the letters of its number, and whether the applicant may read it."""

    name: str
    letters: str
    for_applicant: bool = False


ANSWERS = ("不予受理通知书", "一次性告知书", "政策解释告知书", "办结告知书", "工作建议")
"""Issued by name: the entry says which (`document`)."""

KINDS = {
    kind.name: kind
    for kind in (
        *(PaperKind(name, "W", for_applicant=name != "工作建议") for name in ANSWERS),
        PaperKind("登记表", "DJ", for_applicant=True),
        PaperKind("受理通知书", "SL", for_applicant=True),
        PaperKind("分类诊断单", "ZD"),
        PaperKind("交办单", "JB"),
        PaperKind("退回申请单", "TH"),
        PaperKind("延期审批单", "YQ"),
        PaperKind("转办单", "ZB"),
        PaperKind("督办单", "DB"),
        PaperKind("特事特办审批单", "TB"),
        PaperKind("容缺受理通知书", "RQ", for_applicant=True),
        PaperKind("容缺受理承诺书", "CN", for_applicant=True),
        PaperKind("告知承诺书", "GZ", for_applicant=True),
        PaperKind("一类事办理单", "YL"),
        PaperKind("复核决定书", "FH", for_applicant=True),
        PaperKind("会诊通知", "HZ"),
        PaperKind("会诊纪要", "JY"),
        PaperKind("评价记录", "PJ"),
        PaperKind("差评回访记录", "HF"),
        PaperKind("三查表", "SC"),
        PaperKind("归档目录", "GD"),
        PaperKind("回头看核查表", "HT"),
    )
}
"""Every kind by its name."""

ISSUED = {
    "registered": ("登记表",),
    "accepted": ("受理通知书",),
    "diagnosed": ("分类诊断单",),
    "returned": ("退回申请单",),
    "extension_ruled": ("延期审批单",),
    "escalated": ("转办单",),
    "delegated": ("转办单",),
    "transferred": ("转办单",),
    "supervised": ("督办单",),
    "expedited": ("特事特办审批单",),
    "solution_applied": ("一类事办理单",),
    "reviewed": ("复核决定书",),
    "convened": ("会诊通知",),
    "concluded": ("会诊纪要",),
    "evaluated": ("评价记录",),
    "contacted": ("差评回访记录",),
    "archived": ("三查表", "归档目录"),
    "looked_back": ("回头看核查表",),
}
"""What an action issues each time; assignments and measures issue what they are."""

OF_MEASURES = {
    MeasureKind.TOLERATE: ("容缺受理通知书", "容缺受理承诺书"),
    MeasureKind.COMMITMENT: ("告知承诺书",),
}


def leave(case: Case, entry: Entry) -> None:
    """Number the papers that this entry issues."""
    for kind, ref in _issued(entry):
        issue(case, kind, entry, ref)


def issue(case: Case, kind: str, entry: Entry, ref: str = "") -> None:
    """Number one paper (文书编号); `ref`: the task it is about, where an entry gives several."""
    letters = KINDS[kind].letters
    before = sum(KINDS[paper.kind].letters == letters for paper in case.state.documents)
    no = f"{case.state.case_no}-{letters}{before + 1:02d}"
    case.state.documents.append(Document(kind=kind, no=no, seq=entry.seq, ref=ref))


def _issued(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.action == "assigned":
        yield from (("交办单", task["id"]) for task in entry.detail["assignments"])
    elif entry.action == "reviewed" and entry.detail.get("assignment_id"):
        return  # a review of what a department refused is between the offices
    elif entry.action == "measured":
        yield from ((kind, "") for kind in OF_MEASURES.get(MeasureKind(entry.detail["kind"]), ()))
    else:
        yield from ((kind, "") for kind in ISSUED.get(entry.action, ()))
