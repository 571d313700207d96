"""办理状态回传: a case's status for the system that sent it in, in 12345's terms."""

from datetime import datetime

from models.case import Case, clock
from models.codes import Stage
from models.views.base import instant
from models.views.exchange import PieceStatus

STATUS = {
    Stage.REGISTERED: "待受理",
    Stage.ACCEPTED: "已受理",
    Stage.ASSIGNED: "办理中",
    Stage.HANDLING: "办理中",
    Stage.RESOLVED: "已办结",
    Stage.EVALUATED: "已办结",
    Stage.ARCHIVED: "已归档",
    Stage.DECLINED: "不予受理",
    Stage.WITHDRAWN: "已撤回",
}
"""Our stages in the hotlines' terms. `outcome` says how the case ended, also in the archive."""


def status_of(case: Case, source_id: str, now: datetime) -> PieceStatus:
    """Number, stage, outcome, dates; no personal data."""
    state = case.state
    due = state.clock.due if state.clock.state == clock.RUNNING else None
    return PieceStatus(
        source_id=source_id,
        case_no=state.case_no,
        stage=state.stage,
        status=STATUS[state.stage],
        outcome=state.outcome,
        due_at=instant(due),
        overdue=clock.is_overdue(case, now),
        resolved_at=instant(state.resolved_at),
    )
