"""Names that the wording of each kind of paper may use (文书可引用的内容).

A name stays for ever, as old cases' wording uses it. `models/papers` has the values.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offered:
    """Names of texts and of lists, each list with the names of its items' texts."""

    texts: frozenset[str]
    lists: dict[str, frozenset[str]]


ALWAYS = ("matter", "case_no", "who", "first_receiver", "by", "day", "minute")
"""Names of every paper: matter, number, applicant, 首接责任人, issuer, day, minute."""

ITEM = "text"
"""The name of a plain list's item."""


def _offered(texts: str = "", **lists: str | Iterable[str]) -> Offered:
    named = {name: frozenset(names.split() if isinstance(names, str) else names) for name, names in lists.items()}
    return Offered(frozenset((*ALWAYS, *texts.split())), named)


_NOTICE = "text working_days"
_PROMISED = "due working_days"

OFFERED: dict[str, Offered] = {
    "登记表": _offered(
        "registered window level channel applicant id_no phone proxy proxy_relation sensitive request_type "
        "refused_by refused_staff refused_reason narrative"
    ),
    "受理通知书": _offered("due stamp_no stamp_code"),
    "不予受理通知书": _offered("ground explanation scope redirect_to redirect_how remedy"),
    "一次性告知书": _offered(_NOTICE, items="n name why how_to_obtain", legal_basis=ITEM, alternatives=ITEM),
    "政策解释告知书": _offered(_NOTICE, items="n name why how_to_obtain", legal_basis=ITEM, alternatives=ITEM),
    "办结告知书": _offered("outcome summary", basis=ITEM),
    "容缺受理通知书": _offered(_PROMISED, items=ITEM),
    "容缺受理承诺书": _offered(f"{_PROMISED} missing", items=ITEM),
    "告知承诺书": _offered(f"{_PROMISED} statement"),
    "复核决定书": _offered("decision reason"),
    "分类诊断单": _offered("category causes reason legal_basis departments why_changed"),
    "交办单": _offered("unit role narrative task days due"),
    "退回申请单": _offered("unit task ground reason suggested_unit"),
    "延期审批单": _offered("unit task asked_days asked_reason decision reason due"),
    "转办单": _offered("from_unit to_unit reason"),
    "督办单": _offered("order_no unit requirement working_days due", cards="unit reason"),
    "特事特办审批单": _offered("reason working_days due"),
    "一类事办理单": _offered(
        "title solution_no version applies_to materials legal_basis due", steps="n step deviation"
    ),
    "会诊通知": _offered("kind round question departments meets_at place days due convened_by why"),
    "会诊纪要": _offered(
        "kind round question resolution minutes",
        opinions="unit position opinion",
        silent="unit",
        root_cause=ITEM,
        tasks="unit task working_days",
    ),
    "工作建议": _offered("to_unit report due"),
    "评价记录": _offered("score comment"),
    "差评回访记录": _offered("how"),
    "三查表": _offered(checks="title state doubts", links="link state signed_by"),
    "归档目录": _offered("count seq hash", papers="n kind no seq"),
    "回头看核查表": _offered("method result facts seq action"),
}
