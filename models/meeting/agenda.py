"""议程: the cases on a month's agenda and their reasons, the gravest first (R59)."""

from collections.abc import Iterable
from datetime import datetime

from models.case import Case, clock
from models.case.course import BEFORE_RESOLVED
from models.case.parts import Checkpoint
from models.codes import Category, CheckpointState
from models.ledger import stamp_time
from models.meeting.state import Item, Why

MOST_ITEMS = 300
"""本系统约定: the most that one meeting can discuss; the gravest come first."""

_GRAVITY = list(Why)


def agenda(cases: Iterable[Case], now: datetime) -> list[Item]:
    """The agenda items of these cases; of equal gravity the longest open first."""
    with_reasons = [(reasons(case, now), case) for case in cases]
    ranked = sorted(
        ((why, case) for why, case in with_reasons if why),
        key=lambda pair: (_GRAVITY.index(pair[0][0]), pair[1].state.registered_at or now, pair[1].state.case_no),
    )
    return [_item(case, why) for why, case in ranked[:MOST_ITEMS]]


def reasons(case: Case, now: datetime) -> list[Why]:
    """The case's reasons for the agenda, the gravest first; empty if it does not belong there."""
    state = case.state
    if state.merged_into:
        return []
    under_way = state.stage in BEFORE_RESOLVED
    follow_up = state.follow_up is not None and not state.follow_up.closed
    poor = state.evaluation is not None and state.evaluation["score"] in case.policy.poor_scores
    doubted = any(_is_doubted(checkpoint) for checkpoint in state.checkpoints)
    holds = {
        Why.DOUBTED: doubted,
        Why.OVERDUE: under_way and clock.is_overdue(case, now),
        Why.POORLY_EVALUATED: poor and state.archived_at is None,
        Why.FOLLOW_UP: follow_up,
        Why.DEFERRED: under_way and state.category is Category.DEFERRED,
        Why.OPEN: under_way,
    }
    return [why for why, is_so in holds.items() if is_so]


def _is_doubted(checkpoint: Checkpoint) -> bool:
    """Whether it is flagged, or has a finding that no supervisor has examined."""
    waits = checkpoint.state is CheckpointState.PENDING and bool(checkpoint.findings)
    return waits or checkpoint.state is CheckpointState.FLAGGED


def _item(case: Case, why: list[Why]) -> Item:
    state = case.state
    due = state.clock.due if state.clock.state == clock.RUNNING else None
    return Item(
        case_no=state.case_no,
        why=why,
        matter=str(state.matter.get("name", "")),
        unit=state.unit,
        due_at=stamp_time(due) if due else None,
    )
