"""The monthly analysis (月度分析): figures from the ledger, frozen, with causes that people fill in (R77, R85; RP1)."""

from models.report import drawing, finishing  # importing an act registers its commands
from models.report.aggregate import Report
from models.report.registry import REPORT
from models.report.state import ReportState

__all__ = ["REPORT", "Report", "ReportState", "drawing", "finishing"]
