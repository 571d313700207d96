"""The Report aggregate (月度分析)."""

from __future__ import annotations

from typing import ClassVar

from models.actions import CommandName
from models.aggregate import Aggregate, LedgerState, Registry
from models.errors import conflict
from models.report.registry import REPORT
from models.report.state import ReportState


class Report(Aggregate[ReportState]):
    """One district's analysis of one month."""

    kind: ClassVar[str] = "report"
    registry: ClassVar[Registry] = REPORT
    opened_by: ClassVar[CommandName] = CommandName.DRAW_UP
    state_model: ClassVar[type[LedgerState]] = ReportState

    def require_open(self) -> None:
        """Refuse (409) once it is final."""
        if self.state.final:
            raise conflict("本月分析已经定稿，不能再改；更正请写入下月分析")


def number_of(district: str, month: str) -> str:
    """The number of a district's monthly analysis, also its workflow id."""
    return f"report/{district}/{month}"
