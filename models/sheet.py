"""导入表: the columns of a sheet of registrations, and its rows as registrations.

A column may have its Chinese heading or its API name. Codes may be written as their Chinese labels.
"""

from collections.abc import Sequence
from typing import Any

from models.codes import ApplicantKind, Channel, Code, IdType, RequestType
from models.errors import FieldError

COLUMNS: dict[str, str] = {
    "渠道": "channel",
    "窗口代码": "unit",
    "反映人": "applicant.name",
    "反映人类别": "applicant.kind",
    "证件类型": "applicant.id_type",
    "证件号码": "applicant.id_no",
    "联系电话": "applicant.phone",
    "事项": "matter.name",
    "事项编码": "matter.code",
    "诉求类型": "request_type",
    "反映内容": "narrative",
    "原承办单位": "refused_by.unit",
    "原承办人": "refused_by.staff",
    "原答复理由": "refused_by.reason_given",
    "代办人": "proxy.name",
    "与反映人关系": "proxy.relation",
    "代办人电话": "proxy.phone",
    "首接人账号": "first_receiver",
}
"""Column headings and the registration fields they fill."""

EXAMPLE = (
    "监督投诉电话",
    "xs-center",
    "周先生",
    "个人",
    "居民身份证",
    "330109190001010016",
    "13800000002",
    "残疾人重度护理补贴",
    "",
    "部门协同",
    "只领了两个月就没有了",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
)

NEEDED = ("channel", "unit", "matter.name", "request_type", "narrative")

_CODES: dict[str, type[Code]] = {
    "channel": Channel,
    "applicant.kind": ApplicantKind,
    "applicant.id_type": IdType,
    "request_type": RequestType,
}


class SheetError(ValueError):
    """A sheet that cannot be imported (导入表有误), with the reason in Chinese."""


def fields_of(heading: Sequence[Any]) -> list[str]:
    """The field of each column. Raises SheetError for unknown, doubled or missing headings."""
    names = [str(cell or "").strip().lstrip("\ufeff") for cell in heading]
    while names and not names[-1]:
        names.pop()
    known = {**COLUMNS, **{field: field for field in COLUMNS.values()}}
    if unknown := [name or "（空）" for name in names if name not in known]:
        raise SheetError(f"不认识的列：{'、'.join(unknown)}；请对照模板的表头")
    fields = [known[name] for name in names]
    if len(set(fields)) != len(fields):
        raise SheetError("有重复的列，请对照模板的表头")
    if missing := [field for field in NEEDED if field not in fields]:
        titles = [title for title, field in COLUMNS.items() if field in missing]
        raise SheetError(f"缺少必需的列：{'、'.join(titles)}")
    return fields


def registration(fields: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    """A row as the body of a registration, without empty cells."""
    body: dict[str, Any] = {}
    for field, cell in zip(fields, cells, strict=False):
        text = text_of(cell)
        if not text:
            continue
        code = _CODES.get(field)
        if code:
            text = {each.label: each.value for each in code}.get(text, text)
        outer, _, inner = field.partition(".")
        if inner:
            body.setdefault(outer, {})[inner] = text
        else:
            body[outer] = text
    return body


def text_of(cell: Any) -> str:
    """A cell as text; a number that a spreadsheet made of an id loses its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def in_words(errors: Sequence[FieldError], detail: str) -> list[dict[str, str]]:
    """A row's errors, each under its column's heading."""
    titles = {field: title for title, field in COLUMNS.items()}
    problems = [{"field": titles.get(error.field, error.field), "reason": error.reason} for error in errors]
    return problems or [{"field": "", "reason": detail}]


def is_empty(cells: Sequence[Any]) -> bool:
    """Whether the row is empty."""
    return not any(text_of(cell) for cell in cells)
