"""文书: papers issued by entries, their numbers and their readers (domain.md 2.1).

A paper is its entry put into words (`models.papers`). Its number never changes. Papers that the applicant can answer
are numbered through the case (W), the others within their kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.case.aggregate import Case
from models.case.parts import Document
from models.case.registry import CASE, after_each_entry
from models.ledger import Entry


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper: name, letters of its number, whether the applicant may read it."""

    name: str
    letters: str
    for_applicant: bool = False


ANSWERS = ("不予受理通知书", "一次性告知书", "政策解释告知书", "办结告知书", "工作建议")
"""Papers named by their entry (`document`)."""

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


@after_each_entry
def _leave(case: Case, entry: Entry) -> None:
    """Number the papers that this entry issues, as its act declares (`leaves=`, `@issues`)."""
    for kind, ref in _issued(entry):
        issue(case, kind, entry, ref)


def issue(case: Case, kind: str, entry: Entry, ref: str = "") -> None:
    """Number one paper (文书编号); `ref` is its task, where an entry gives several."""
    letters = KINDS[kind].letters
    before = sum(KINDS[paper.kind].letters == letters for paper in case.state.documents)
    no = f"{case.state.case_no}-{letters}{before + 1:02d}"
    case.state.documents.append(Document(kind=kind, no=no, seq=entry.seq, ref=ref))


def _issued(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.action in CASE.papers:
        return CASE.papers[entry.action](entry)
    return [(kind, "") for kind in CASE.leaves.get(entry.action, ())]
