"""The monthly analysis (月度分析): frozen figures from the ledger, with causes added by people (R77, R85; RP1)."""

from models.report import drawing, finishing  # importing an act registers its commands
from models.report.aggregate import Report
from models.report.registry import REPORT
from models.report.state import ReportState

__all__ = ["REPORT", "Report", "ReportState", "drawing", "finishing"]
