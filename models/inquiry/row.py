"""The row of an inquiry in its register (倒查快照行), from the state alone."""

from typing import Any

from models.codes import Conduct, InquiryStage
from models.inquiry.aggregate import Inquiry


def inquiry_row(inquiry: Inquiry) -> dict[str, Any]:
    """Every column of `inquiries` except the state and those that the API wrote at the opening, as JSON values."""
    state = inquiry.state
    return {
        "case_no": state.case_no,
        "seq": state.seq,
        "head": state.head,
        "of_case": state.of_case,
        "own": state.own,
        "stage": state.stage.value,
        "persons": [person_key(each.unit, each.staff) for each in state.respondents if each.staff],
        "units": sorted({each.unit for each in state.respondents}),
        "attitude": state.conduct is Conduct.ATTITUDE and bool(state.substantiated),
        "closed": state.stage is InquiryStage.CLOSED,
        "wakes_at": inquiry.wakes_at(),
    }


def person_key(unit: str, staff: str) -> str:
    """A key that is equal for the same person: unit and name."""
    return f"{unit}/{staff}"
