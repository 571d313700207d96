"""The row of a case in the register (案件快照行): columns for lists, search and scope, from the state alone."""

import hashlib
from typing import Any

from models.case import Case
from models.case.archiving import is_finished
from models.case.clock import shown_state
from models.case.course import departments
from models.case.first_responsibility import current_deputy
from models.case.measures import is_broken_promise
from models.ledger import stamp_time
from models.personal import is_sealed
from models.worklist import worklist


def case_row(case: Case) -> dict[str, Any]:
    """Every column of `cases` except the state, as JSON values."""
    state, clock = case.state, case.state.clock
    parts = departments(case)
    awaited = [state.pending_transfer] if state.pending_transfer else []
    return {
        "case_no": state.case_no,
        "seq": state.seq,
        "head": state.head,
        "district": state.district,
        "unit": state.unit,
        "readers": list(dict.fromkeys([state.unit, *(held.unit for held in state.held), *parts, *awaited])),
        "first_receiver": state.first_receiver,
        "first_receiver_deputy": current_deputy(case),
        "stage": state.stage.value,
        "category": state.category.value if state.category else None,
        "channel": state.channel.value,
        "request_type": state.request_type.value,
        "matter": state.matter.get("name", ""),
        "search": " ".join([state.case_no, state.matter.get("name", ""), *_plain(state.narrative)]),
        "departments": parts,
        "clock_state": shown_state(case),
        "due_at": stamp_time(clock.due) if clock.due else None,
        "overdue": clock.overdue,
        "registered_at": stamp_time(state.registered_at) if state.registered_at else None,
        "applicant_key": applicant_key(state.applicant),
        "breaches": sum(is_broken_promise(o) for o in state.obligations),
        "parent": state.group_of,
        "merged_into": state.merged_into,
        "linked": [link["case_no"] for link in state.links] + ([state.merged_into] if state.merged_into else []),
        "calendar_version": case.calendar.version,
        "finished": is_finished(case),
        "drafts": bool(state.solutions),
        "refused_at": stamp_time(state.refusals[-1].at) if state.refusals else None,
        "waits": worklist(case),
        "follow_up": state.follow_up is not None and not state.follow_up.closed,
        "wakes_at": case.wakes_at(),
    }


def _plain(narrative: str) -> list[str]:
    return [] if is_sealed(narrative) else [narrative]


def applicant_key(applicant: dict[str, Any] | None) -> str | None:
    """A digest that is equal for the same person: the API's, else of the identity number; None without one."""
    if not applicant or not applicant.get("id_no"):
        return None
    if applicant.get("identity"):
        return str(applicant["identity"])
    number = str(applicant["id_no"]).upper()
    return hashlib.sha256(f"{applicant.get('id_type')}:{number}".encode()).hexdigest()[:32]
