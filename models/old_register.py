"""旧台账 (IG4): rows of registers from before this system, with their own dates; part of no rate.

The classes of seed 002 map to ours: 办不了 to 不能办, 很难办 to 不好办 (R32). No column holds personal data: that stays
on paper.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from models.codes import Category
from models.errors import FieldError
from models.sheet import SheetError, text_of

COLUMNS = {
    "原编号": "source_no",
    "登记日期": "registered_on",
    "窗口代码": "unit",
    "事项": "matter",
    "类别": "category",
    "反映人类别": "applicant",
    "办结日期": "resolved_on",
    "结果": "outcome",
}
"""Column headings and the fields they fill."""

NEEDED = ("registered_on", "unit", "matter")

CATEGORIES = {
    **{each.label: each.value for each in Category},
    "办不了": Category.CANNOT.value,
    "很难办": Category.DIFFICULT.value,
}
"""Old and new terms and their codes."""

APPLICANTS = {"企业": "enterprise", "群众": "person", "个人": "person"}
OUTCOMES = {"办成": "done", "解决": "done", "解释": "explained", "未办结": "", "在办": ""}

_PERSONAL = ("姓名", "反映人", "身份证", "证件号码", "电话", "联系电话", "住址")


def fields_of(heading: Sequence[Any]) -> list[str]:
    """The field of each column. Raises SheetError for unknown, personal, doubled or missing headings."""
    names = [str(cell or "").strip().lstrip("\ufeff") for cell in heading]
    while names and not names[-1]:
        names.pop()
    if personal := [name for name in names if name in _PERSONAL]:
        raise SheetError(f"旧台账导入不收个人信息，请删去这些列：{'、'.join(personal)}")
    if unknown := [name or "（空）" for name in names if name not in COLUMNS]:
        raise SheetError(f"不认识的列：{'、'.join(unknown)}；可用的列：{'、'.join(COLUMNS)}")
    fields = [COLUMNS[name] for name in names]
    if len(set(fields)) != len(fields):
        raise SheetError("有重复的列，请核对表头")
    if missing := [title for title, field in COLUMNS.items() if field in NEEDED and field not in fields]:
        raise SheetError(f"缺少必需的列：{'、'.join(missing)}")
    return fields


def record(fields: Sequence[str], cells: Sequence[Any], windows: Sequence[str], today: date) -> dict[str, Any]:
    """A row as an old record. Raises OldRowError with one error per column."""
    values = {field: cell for field, cell in zip(fields, cells, strict=False) if cell not in (None, "")}
    errors: list[FieldError] = []
    registered = _day(values, "registered_on", errors)
    resolved = _day(values, "resolved_on", errors)
    unit, matter = text_of(values.get("unit")), text_of(values.get("matter"))
    if registered is None and not errors:
        errors.append(FieldError("registered_on", "必填"))
    if registered and registered > today:
        errors.append(FieldError("registered_on", "不能晚于今天"))
    if registered and resolved and resolved < registered:
        errors.append(FieldError("resolved_on", "不能早于登记日期"))
    if unit not in windows:
        errors.append(FieldError("unit", "不是本区的窗口，请核对窗口代码"))
    if not matter or len(matter) > 200:
        errors.append(FieldError("matter", "必填，最多 200 字"))
    category = _coded(values, "category", CATEGORIES, errors)
    applicant = _coded(values, "applicant", APPLICANTS, errors)
    outcome = _coded(values, "outcome", OUTCOMES, errors)
    if errors:
        raise OldRowError(errors)
    return {
        "source_no": text_of(values.get("source_no"))[:100] or None,
        "registered_on": registered,
        "resolved_on": resolved,
        "unit": unit,
        "matter": matter,
        "category": category,
        "applicant": applicant,
        "outcome": outcome or None,
    }


def new_ones(records: Sequence[dict[str, Any]], kept: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records that are not in `kept` yet: a corrected file repeats its good rows.

    A record is identified by its old number and date, without a number by all its fields; two equal rows of one file
    count as two.
    """
    known, new = Counter(map(_known_by, kept)), []
    for each in records:
        if known[_known_by(each)]:
            known[_known_by(each)] -= 1
        else:
            new.append(each)
    return new


def _known_by(record: Mapping[str, Any]) -> tuple[Any, ...]:
    if record["source_no"]:
        return (record["source_no"], record["registered_on"])
    return tuple(record[name] for name in COLUMNS.values())


class OldRowError(ValueError):
    """A row that cannot be imported (旧台账行有误): the errors by column."""

    def __init__(self, errors: list[FieldError]) -> None:
        titles = {field: title for title, field in COLUMNS.items()}
        super().__init__("；".join(f"{titles[error.field]}：{error.reason}" for error in errors))
        self.errors = [{"field": titles[error.field], "reason": error.reason} for error in errors]


def _day(values: dict[str, Any], field: str, errors: list[FieldError]) -> date | None:
    cell = values.get(field)
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell).replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").replace("日", "")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        errors.append(FieldError(field, "应为日期，如 2024-11-05"))
        return None


def _coded(values: dict[str, Any], field: str, codes: dict[str, str], errors: list[FieldError]) -> str | None:
    text = text_of(values.get(field))
    if not text:
        return None
    if text not in codes and text not in codes.values():
        errors.append(FieldError(field, f"只能是：{'、'.join(codes)}"))
        return None
    return codes.get(text, text)
