"""The row of a monthly analysis in its register (月度分析快照行), from the state alone."""

from typing import Any

from models.report.aggregate import Report


def report_row(report: Report) -> dict[str, Any]:
    """Every column of `reports` except the state, as JSON values."""
    state = report.state
    return {
        "case_no": state.case_no,
        "seq": state.seq,
        "head": state.head,
        "district": state.district,
        "month": state.month,
        "final": state.final,
        "wakes_at": report.wakes_at(),
    }
