"""月度分析报告 and the names of figures: what is read is words, what is printed is what was counted (R85, RP2)."""

import re
from dataclasses import replace
from typing import Any

from models.papers import plain_text
from models.report.finishing import agreement
from models.report.formulas import Month, figures
from models.report.paper import paper
from models.report.words import named
from models.views.report import OutsideScoreView, ReportView
from tests.models.test_report import PLAIN, SINCE, UNTIL, WITHIN

NAMES = {"xw-center": "玄武区政务服务中心", "xw-jd": "街道便民服务中心", "xw-zj": "住建"}
MONTH = Month(
    SINCE,
    UNTIL,
    [
        replace(PLAIN, case_no="1", departments=("xw-zj",), late_departments=("xw-zj",), causes=("process",), score=2),
        replace(PLAIN, case_no="2", overdue=True, signs=("A1",), applied=(("Y1", WITHIN),)),
    ],
    windows={"xw-center": "", "xw-jd": ""},
    solutions={"Y1": "视频核验"},
    places={"东街": None},
)


def report(**changes: Any) -> ReportView:
    found = figures(MONTH)
    ever = {"registered": 594, "resolved": 585, "resolved_rate": 98.48, "done": 585, "open": 9}
    found.values["cumulative"] = {**ever, "advice": 354, "solutions": 18, "cases_per_solution": 33.0}
    found.values |= {"advice": 7, "trend": [{"month": "2026-10", "registered": 2}]}
    shown = {
        "district": "xuanwu",
        "month": "2026-10",
        "state": "final",
        "formulas": 3,
        "figures": found.values,
        "top": [{**each, "cause": "两头跑", "by": "x"} for each in found.values["top"]],
        "differences": [],
        "warnings": ["有 9 件没有写明反映人是企业还是群众"],
        "sample": [{"case_no": "1", "coded": False, "first": None}],
        "agreement": agreement([]),
        "drawn_at": "2026-11-02T09:00:00+08:00",
        "due_at": None,
        "overdue": False,
        "ledger_head": "9f86d081884c7d65",
    }
    return ReportView.model_validate({**shown, **changes})


def words(**changes: Any) -> str:
    given = {"source": "区政协", "unit": "xw-zj", "score": 96.5, "out_of": 100.0, "sample": 300, "note": None}
    place = {"district": "xuanwu", "month": "2026-10", "by": "xw-spj.lead", "at": "2026-11-02T09:00:00+08:00"}
    score = OutsideScoreView.model_validate({**place, **given})
    return plain_text(paper(report(**changes), NAMES, "玄武区行政审批局", [score], "2026-11-28T09:00:00+08:00"))


def test_the_report_says_what_was_counted_in_words() -> None:
    said = words()
    for expected in (
        "2026-10 月度分析报告",
        "累计收集 594 件，解决 585 件（98.48%）",
        "满意率\t0.0%\t100%",
        "按时办结率\t50.0%\t100%",
        "情形\t不好办，服务流程不规范\t1（50.0%）\t两头跑",
        "住建\t1\t1\t0.0%\t件数太少，不分档",
        "本月没有登记的窗口：街道便民服务中心",
        "还没有窗口的服务点：东街",
        "视频核验\t1\t1",
        "区政协：住建 96.5（满分 100，样本 300）",
        "没有评价不算满意",
        "2026年11月2日",
    ):
        assert expected in said, expected
    assert not re.search(r"xw-|None|by_|\bdone\b", said)


def test_a_report_that_does_not_agree_says_so_and_one_that_is_open_is_dated_today() -> None:
    said = words(differences=["登记 31 件，台账 30 条"], state="preview", drawn_at=None, top=[])
    assert "数字对不上，不能定稿：登记 31 件" in said
    assert ("2026年11月28日" in said, "未冻结" in said) == (True, True)


def test_every_figure_has_a_name_that_is_no_code() -> None:
    found = figures(MONTH)
    figure_names = [*found.cases, *(f"cumulative.{name}" for name in ("registered", "resolved", "done", "open"))]
    told = {figure: named(figure, NAMES) for figure in figure_names}
    assert not [each for each in told.values() if re.search(r"[a-z_]{2,}|（件）|None", each)], told
    assert told["departments.xw-zj.late"] == "部门：住建，逾期"
    assert told["top.situation.difficult/process"] == "情形：不好办，服务流程不规范"
    assert told["cumulative.open"] == "累计在办"
