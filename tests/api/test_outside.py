"""旧台账、趋势、第三方评议、开放数据 (IG4, R87, R88; issue 7, 6 and 7; domain.md 6: 章丘)."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from api.analysis.open_data import SMALL, open_month, suppressed
from models.old_register import OldRowError, fields_of, record
from models.sheet import SheetError
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

LEAD = "zq-sp.lead"
HEAD = ["登记日期", "窗口代码", "事项", "类别", "反映人类别", "办结日期", "结果", "原编号"]


def sheet(*rows: list, head: list[str] = HEAD) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in (head, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def row(day: str | date, **changes: object) -> list:
    cells = dict(zip(HEAD, [day, "zq-center", "转供电改造", "很难办", "企业", "", "解决", "旧1"], strict=True))
    return list({**cells, **changes}.values())


def send(people: People, content: bytes, digest: str | None = None, user: str = LEAD, status: int = 200) -> dict:
    answer = people.http.post(
        "/api/old-register",
        params={"digest": digest} if digest else {},
        files={"file": ("旧台账.xlsx", content)},
        headers=people.headers(user),
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def trend(people: People, first: str, last: str) -> dict:
    return people.get(LEAD, "/api/reports/trend", **{"from": first, "to": last}).json()


def test_an_old_register_is_tried_first_then_kept_once_and_in_no_rate(people: People) -> None:
    """26 cases in two months, then eleven in a year: fewer come, and that is success (seed 001, 章丘)."""
    many = [row(f"2024-{9 + n % 2:02d}-{1 + n // 2:02d}") for n in range(26)]
    few = [row(datetime(2025, 1 + n, 7)) for n in range(11)]  # noqa: DTZ001  as a workbook holds it
    wrong = [row("去年"), row("2024-09-01", 窗口代码="xw-center"), row("2025-01-02", 办结日期="2025-01-01")]
    content = sheet(*many, *few, *wrong)
    tried = send(people, content)
    assert (tried["rows"], tried["good"], tried["kept"]) == (40, 37, 0)
    assert [each["row"] for each in tried["refused"]] == [39, 40, 41]
    assert tried["refused"][0]["errors"] == [{"field": "登记日期", "reason": "应为日期，如 2024-11-05"}]
    assert trend(people, "2024-09", "2024-10")["per_month"] == 0
    send(people, content, digest="0" * 64, status=409)
    for _ in range(2):
        assert send(people, content, digest=tried["sha256"])["kept"] == 37
    assert trend(people, "2024-09", "2024-10")["per_month"] == 13.0
    assert trend(people, "2025-01", "2025-12")["per_month"] == 0.92
    figures = people.get(LEAD, "/api/reports/monthly", month="2024-09").json()["figures"]
    assert (figures["registered"], figures["response_due"], figures["cumulative"]["registered"]) == (0, 0, 0)
    assert people.rows("SELECT DISTINCT file_name, imported_by FROM old_records") == [("旧台账.xlsx", LEAD)]
    send(people, content, user="zq-center.clerk", status=403)


def test_a_corrected_file_adds_only_what_is_new(people: People) -> None:
    """Who mends the refused rows sends the good ones once more: known by number and date, or by all they say."""
    good = [row("2023-05-04", 原编号="甲1"), row("2023-05-04", 原编号=""), row("2023-05-04", 原编号="")]
    first = sheet(*good, row("去年", 原编号="甲2"))
    assert send(people, first, digest=send(people, first)["sha256"])["kept"] == 3, "two alike in one file are two"
    mended = sheet(*good, row("2023-05-09", 原编号="甲2"), row("2023-05-04", 原编号=""))
    tried = send(people, mended)
    assert (tried["good"], tried["known"], tried["refused"]) == (5, [2, 3, 4], [])
    for _ in range(2):
        assert send(people, mended, digest=tried["sha256"])["kept"] == 2
    assert trend(people, "2023-05", "2023-05")["months"] == [{"month": "2023-05", "registered": 0, "old": 5}]
    files = people.get(LEAD, "/api/old-register").json()["items"]
    assert [(each["rows"], each["first"], each["last"]) for each in files[:2]] == [
        (2, "2023-05-04", "2023-05-09"),
        (3, "2023-05-04", "2023-05-04"),
    ]
    assert people.get("xw-spj.lead", "/api/old-register").json()["items"] == []
    assert people.get("zq-center.clerk", "/api/old-register").status_code == 403


def test_what_a_sheet_may_not_hold_is_said() -> None:
    with pytest.raises(SheetError, match="不收个人信息"):
        fields_of(["登记日期", "窗口代码", "事项", "姓名"])
    with pytest.raises(SheetError, match="缺少必需的列：事项"):
        fields_of(["登记日期", "窗口代码"])
    fields = fields_of(HEAD)
    kept = record(fields, row("2024年9月3日"), ["zq-center"], date(2026, 1, 1))
    assert (kept["registered_on"], kept["category"], kept["outcome"]) == (date(2024, 9, 3), "difficult", "done")
    with pytest.raises(OldRowError, match="不能晚于今天"):
        record(fields, row("2027-01-01"), ["zq-center"], date(2026, 1, 1))
    with pytest.raises(OldRowError, match="只能是"):
        record(fields, row("2024-09-03", 类别="说不清"), ["zq-center"], date(2026, 1, 1))


def test_others_scores_stand_beside_ours(people: People) -> None:
    said = {"source": "区政协民主评议", "month": "2026-10", "score": 96.5, "sample": 300}
    assert people.post(LEAD, "/api/outside-scores", said).status_code == 201
    assert people.post(LEAD, "/api/outside-scores", {**said, "score": 101}).status_code == 422
    assert people.post(LEAD, "/api/outside-scores", {**said, "unit": "xw-sc"}).status_code == 422
    assert people.post("zq-center.clerk", "/api/outside-scores", said).status_code == 403
    mine = people.get(LEAD, "/api/outside-scores", month="2026-10").json()["items"]
    assert [(each["source"], each["score"]) for each in mine] == [("区政协民主评议", 96.5)]
    assert people.get("xw-spj.lead", "/api/outside-scores", month="2026-10").json()["items"] == []


def test_small_numbers_are_nobodys_to_know(people: People) -> None:
    assert suppressed({"a": 9, "b": 7, "c": 3}) == {"a": 9, "b": None, "c": None}, "one alone follows from the sum"
    assert suppressed({"a": 9, "b": 2, "c": 3}) == {"a": 9, "b": None, "c": None}
    assert suppressed({"a": 9, "b": 0}) == {"a": 9, "b": 0}
    figures = {"registered": 20, "resolved": 12, "done": 10, "done_rate": 83.3, "response_rate": 100.0}
    figures |= {"responded": 20, "response_due": 20, "on_time": 10, "on_time_due": 10, "on_time_rate": 100.0}
    figures |= {"satisfied": 1, "evaluated": 8, "satisfaction_rate": 12.5}
    open_to_all = open_month("2026-10", {**figures, "by_channel": {"window": 20}, "by_category": {}, "by_cause": {}})
    assert (open_to_all.registered, open_to_all.response_rate) == (20, 100.0)
    hidden = [getattr(open_to_all, name) for name in ("done", "done_rate", "satisfaction_rate")]
    assert hidden == [None] * 3, "two are left over, and one is satisfied"
    assert SMALL == 5
    answer = people.http.get("/api/public/statistics", params={"district": "370114"})
    assert (answer.status_code, answer.json()["months"]) == (200, [])
    assert people.http.get("/api/public/statistics", params={"district": "nowhere"}).status_code == 404
