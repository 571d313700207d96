"""The row of a meeting in its register (会议快照行), from the state alone."""

from typing import Any

from models.meeting.aggregate import Meeting


def meeting_row(meeting: Meeting) -> dict[str, Any]:
    """Every column of `meetings` except the state, as JSON values."""
    state = meeting.state
    return {
        "case_no": state.case_no,
        "seq": state.seq,
        "head": state.head,
        "district": state.district,
        "month": state.month,
        "closed": state.closed,
        "wakes_at": meeting.wakes_at(),
    }
