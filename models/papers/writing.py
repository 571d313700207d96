"""Writing a paper (文书制作): which words belong to its kind, and in which version."""

from collections.abc import Callable

from models.papers import to_applicants, to_offices, to_the_file
from models.papers.blocks import Block, Paper
from models.papers.said import Said, day

Writer = Callable[[Said], list[Block]]

VERSIONS: dict[str, tuple[int, Writer]] = {
    "登记表": (1, to_applicants.registration),
    "受理通知书": (1, to_applicants.acceptance),
    "不予受理通知书": (1, to_applicants.decline),
    "一次性告知书": (1, to_applicants.told_at_once),
    "政策解释告知书": (1, to_applicants.told_at_once),
    "办结告知书": (1, to_applicants.answer),
    "容缺受理通知书": (1, to_applicants.tolerated),
    "容缺受理承诺书": (1, to_applicants.pledge_of_materials),
    "告知承诺书": (1, to_applicants.commitment),
    "复核决定书": (1, to_applicants.ruling),
    "分类诊断单": (1, to_offices.diagnosis),
    "交办单": (1, to_offices.task),
    "退回申请单": (1, to_offices.return_request),
    "延期审批单": (1, to_offices.extension),
    "转办单": (1, to_offices.transfer),
    "督办单": (1, to_offices.supervision),
    "特事特办审批单": (1, to_offices.expedited),
    "一类事办理单": (1, to_offices.solution),
    "会诊通知": (1, to_offices.invitation),
    "会诊纪要": (1, to_offices.minutes),
    "工作建议": (1, to_offices.proposal),
    "评价记录": (1, to_the_file.evaluation),
    "差评回访记录": (1, to_the_file.callback),
    "三查表": (1, to_the_file.three_checks),
    "归档目录": (1, to_the_file.contents),
    "回头看核查表": (1, to_the_file.look_back),
}
"""The wording in force of each kind. Changed words take the next number; papers handed out before keep their text."""

SIGNED_BY_HAND = {
    "登记表": ["反映人签名："],
    "容缺受理承诺书": ["承诺人签名："],
    "告知承诺书": ["承诺人签名："],
    "交办单": ["签收人：", "签收时间："],
    "督办单": ["签收人：", "整改结果：", "负责人签名："],
    "会诊纪要": ["会签："],
    "三查表": ["核查人签名："],
}
"""Lines that are signed on the printed sheet."""


def written(said: Said) -> Paper:
    """The paper in the wording in force."""
    version, writer = VERSIONS[said.paper.kind]
    return Paper(
        kind=said.paper.kind,
        no=said.paper.no,
        version=version,
        case_no=said.case.state.case_no,
        to=_addressee(said),
        blocks=writer(said),
        issuer=said.unit(said.entry.unit or said.case.state.unit),
        date=day(said.entry.at),
        signs=SIGNED_BY_HAND.get(said.paper.kind, []),
    )


def _addressee(said: Said) -> str:
    kind, detail = said.paper.kind, said.detail
    if kind == "交办单":
        return said.unit(said.task().unit)
    if kind == "督办单":
        return said.unit(said.order().to_unit)
    if kind == "会诊通知":
        return said.units(said.table().departments)
    if kind == "工作建议":
        return said.unit(detail["to"])
    letters = (
        "受理通知书",
        "不予受理通知书",
        "一次性告知书",
        "政策解释告知书",
        "办结告知书",
        "容缺受理通知书",
        "复核决定书",
    )
    return said.who if kind in letters else ""
