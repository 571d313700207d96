"""证件号校验 (GB 11643, GB 32100, GB 11714; domain.md 3.2, 3.3).

Errors refuse a number, so they rest only on unambiguous rules of the standards; all else is a warning.
"""

from dataclasses import dataclass, field
from datetime import date

_PROVINCES_BY_REGION = (
    "11 12 13 14 15",
    "21 22 23",
    "31 32 33 34 35 36 37",
    "41 42 43 44 45 46",
    "50 51 52 53 54",
    "61 62 63 64 65",
    "71 81 82 83",  # Taiwan, Hong Kong, Macao, and residence permits of all three
)
PROVINCES = frozenset(code for region in _PROVINCES_BY_REGION for code in region.split())


@dataclass(frozen=True, slots=True)
class IdCardFindings:
    """Findings: errors refuse the number, warnings only inform."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_id_card(number: str, today: date) -> IdCardFindings:
    """Check a 身份证号 of 18 digits; one of 15 counts as 待升位."""
    errors: list[str] = []
    warnings: list[str] = []
    text = number.strip().upper()
    if len(text) == 15 and text.isascii() and text.isdigit():
        warnings.append("15 位身份证号，待升位为 18 位")
        birth = "19" + text[6:12]
    elif len(text) == 18 and text.isascii() and text[:17].isdigit() and (text[17].isdigit() or text[17] == "X"):
        birth = text[6:14]
        total = (1 - 2 * int(text[:17], 13)) % 11
        if text[17] != "0123456789X"[total]:
            errors.append("身份证号校验位不对，请核对是否输错")
    else:
        return IdCardFindings(["身份证号应为 18 位，前 17 位是数字，末位是数字或 X，请核对"])
    try:
        born = date(int(birth[:4]), int(birth[4:6]), int(birth[6:]))
        if born > today:
            errors.append("身份证号中的出生日期晚于今天，请核对是否输错")
    except ValueError:
        errors.append("身份证号中的出生日期不存在，请核对是否输错")
    if text[:2] not in PROVINCES:
        warnings.append("身份证号的地区码不在常见范围，请核对")
    return IdCardFindings(errors, warnings)


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DEPARTMENTS = "123456789ANY"
"""登记管理部门: 机构编制, 外交, 司法, 文化, 民政, 旅游, 宗教, 工会, 工商, 军改编办, 农业, 其他."""

_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_uscc(code: str) -> list[str]:
    """Check a 统一社会信用代码; the errors, in Chinese.

    Checks alphabet, department, category, division, the inner organisation code's check digit (GB 11714) and its own
    (GB 32100).
    """
    text = code.strip().upper()
    if len(text) != 18 or any(letter not in _USCC for letter in text):
        return ["统一社会信用代码应为 18 位，由数字和大写字母组成（不含 I、O、S、V、Z）"]
    errors = []
    if text[0] not in _DEPARTMENTS:
        errors.append("统一社会信用代码第 1 位不是登记管理部门代码，请核对")
    # A department's categories are not checked: 民政 issues 54, which the printed table lacks.
    if text[1] not in "123456789":
        errors.append("统一社会信用代码第 2 位（机构类别）应为 1 至 9 的数字，请核对")
    if not text[2:8].isdigit():
        errors.append("统一社会信用代码第 3 至 8 位应为数字，请核对")
    values = [int(letter, 36) for letter in text[8:16]]
    inner = (11 - sum(value * weight for value, weight in zip(values, _ORG_WEIGHTS, strict=True)) % 11) % 11
    if text[16] != ("X" if inner == 10 else str(inner)):
        errors.append("统一社会信用代码第 17 位（组织机构代码校验位）不对，请核对是否输错")
    outer = (31 - sum(_USCC.index(letter) * pow(3, i, 31) for i, letter in enumerate(text[:17]))) % 31
    if text[17] != _USCC[outer]:
        errors.append("统一社会信用代码校验位不对，请核对是否输错")
    return errors
