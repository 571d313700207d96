"""The view of a case (案件视图): contract.md, "The view", for one reader at one time.

Everything that depends on time is computed here from the state and the time of the case's own clock.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.case import Case
from models.case import clock as case_clock
from models.case.checkpoints import three_checks
from models.case.first_responsibility import current_deputy
from models.case.holding import held_late
from models.case.papers import KINDS
from models.case.parts import Assignment, Attachment, Clock, Consultation
from models.codes import Visibility
from models.inquiry import Inquiry
from models.inquiry.finding import shown
from models.views.base import instant
from models.views.masking import masked


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the case in the register when it is read (案外信息)."""

    children: list[str] = field(default_factory=list)
    linked_from: list[dict[str, str]] = field(default_factory=list)
    solution_stages: dict[str, str] = field(default_factory=dict)
    """How far the solutions have come that grew from this case."""
    suggestions: list[dict[str, Any]] = field(default_factory=list)
    """What was done before in cases like this one (办法建议)."""
    inquiries: list[Inquiry] | None = None
    """For supervisors and auditors; None for everyone else, who learns nothing of them."""


def view(case: Case, now: datetime, *, full_applicant: bool, around: Around) -> dict[str, Any]:
    """The case as staff read it; `full_applicant` shows the applicant unmasked."""
    state = case.state
    return {
        "case_no": state.case_no,
        "profile": state.profile,
        "profile_version": state.profile_version,
        "stage": state.stage,
        "category": state.category,
        "categories_before": state.categories_before,
        "request_type": state.request_type,
        "channel": state.channel,
        "unit": state.unit,
        "level": state.level,
        "pending_transfer": state.pending_transfer,
        "first_receiver": state.first_receiver,
        "first_receiver_deputy": current_deputy(case),
        "arrivals": [{"unit": a.unit, "since": instant(a.since), "at": instant(a.at)} for a in state.arrivals],
        "holders": _holders(case),
        "held_late": held_late(case),
        "applicant": state.applicant if full_applicant else masked(state.applicant),
        "proxy": state.proxy if full_applicant else masked(state.proxy),
        "sensitive": state.sensitive,
        "matter": state.matter,
        "narrative": state.narrative,
        "refused_by": state.refused_by,
        "diagnosis": state.diagnosis,
        "causes": state.diagnosis.get("causes", []),
        "complex": bool(state.diagnosis.get("complex")) or any(c.complex for c in state.consultations),
        "dead_loop": state.diagnosis.get("dead_loop", []),
        "dead_loop_told": state.diagnosis.get("dead_loop_told"),
        "group": {"parent": state.group_of, "children": around.children},
        "stamped": state.stamp_no is not None,
        "stamp_no": state.stamp_no,
        "stamps": [{**s.model_dump(exclude={"head"}), "at": instant(s.at)} for s in state.stamps],
        "source": state.source,
        "first_contact_at": instant(state.first_contact_at),
        "registered_at": instant(state.registered_at),
        "accepted_at": instant(state.accepted_at),
        "resolved_at": instant(state.resolved_at),
        "archived_at": instant(state.archived_at),
        "outcome": state.outcome,
        "merged_into": state.merged_into,
        "clock": clock_view(case, now),
        "limits": [
            {"kind": limit.kind, "ref": limit.ref, "holder": limit.holder, "due_at": instant(limit.due)}
            for limit in state.limits.values()
        ],
        "assignments": [_assignment(a, now) for a in state.assignments],
        "consultations": [_consultation(c) for c in state.consultations],
        "obligations": [
            {
                "id": o.id,
                "kind": o.kind,
                "unit": o.unit,
                "what": o.what,
                "state": o.state,
                "due_at": instant(o.due),
            }
            for o in state.obligations
        ],
        "supervisions": [{**s.model_dump(exclude={"due"}), "due_at": instant(s.due)} for s in state.supervisions],
        "checkpoints": [c.model_dump() for c in state.checkpoints],
        "three_checks": three_checks(case),
        "refusals": [{**r.model_dump(), "at": instant(r.at)} for r in state.refusals],
        "cards": [{**card.model_dump(), "at": instant(card.at)} for card in state.cards],
        "materials": _materials(case),
        "evaluation": state.evaluation,
        "rectification": _rectification(case),
        "look_backs": state.look_backs,
        "look_back_due": state.look_back_due,
        "publications": state.publications,
        "solutions": [
            *({**draft, "state": around.solution_stages.get(draft["id"], draft["state"])} for draft in state.solutions),
            *({**applied, "id": applied["solution_id"], "state": "applied"} for applied in state.applied),
        ],
        "differences": state.differences,
        "follow_up": _follow_up(case),
        "owner": state.owner,
        "specialist": state.specialist,
        "alternatives": state.alternatives,
        "suggestions": around.suggestions,
        "documents": [
            {"kind": d.kind, "no": d.no, "url": f"/api/cases/{state.case_no}/documents/{d.no}"} for d in state.documents
        ],
        "attachments": [attachment_view(state.case_no, each) for each in state.attachments],
        "links": [*state.links, *around.linked_from],
        "timeline_length": state.seq + sum(inquiry.state.seq for inquiry in around.inquiries or []),
        "ledger_head": state.head,
        **({"inquiries": [shown(inquiry) for inquiry in around.inquiries]} if around.inquiries is not None else {}),
    }


CITIZEN_FIELDS = (
    "case_no",
    "stage",
    "outcome",
    "category",
    "request_type",
    "channel",
    "unit",
    "level",
    "matter",
    "stamped",
    "stamp_no",
    "registered_at",
    "accepted_at",
    "resolved_at",
    "archived_at",
    "clock",
    "materials",
    "evaluation",
    "rectification",
    "documents",
)


def attachment_view(case_no: str, attachment: Attachment) -> dict[str, Any]:
    """A file of the case, as the view lists it."""
    said = attachment.model_dump(mode="json", exclude={"at"})
    url = f"/api/cases/{case_no}/attachments/{attachment.id}"
    return {**said, "at": instant(attachment.at), "url": url}


def citizen_view(case: Case, now: datetime) -> dict[str, Any]:
    """The case as its applicant reads it: where it is, with whom, until when; nothing of supervision or inquiry."""
    whole = view(case, now, full_applicant=False, around=Around())
    shown = {name: whole[name] for name in CITIZEN_FIELDS}
    shown["documents"] = [
        {**document, "url": document["url"].replace("/api/cases/", "/api/public/cases/", 1)}
        for document in whole["documents"]
        if KINDS[document["kind"]].for_applicant
    ]
    shown["attachments"] = [
        {**each, "url": each["url"].replace("/api/cases/", "/api/public/cases/", 1)}
        for each in whole["attachments"]
        if each["visibility"] == Visibility.APPLICANT
    ]
    return shown


def clock_view(case: Case, now: datetime) -> dict[str, Any]:
    """The clock as the contract shows it. While it is paused no date can be named, so `due_at` is null."""
    clock: Clock = case.state.clock
    shown_due = None if clock.state == case_clock.PAUSED else clock.due
    state = case_clock.shown_state(case)
    used = case_clock.used(clock, case.calendar, now)
    start = clock.start
    return {
        "state": state,
        "due_at": instant(shown_due),
        "promised_due_at": instant(clock.promised),
        "provisional": bool(start and shown_due and case.calendar.provisional(start, shown_due)),
        "limit_working_days": clock.limit if start else None,
        "used_working_days": used if start else None,
        "left_working_days": clock.limit - used if start else None,
        "overdue": case_clock.is_overdue(case, now),
        "paused_spans": [{"from": instant(s.since), "to": instant(s.until)} for s in clock.paused],
    }


def _assignment(assignment: Assignment, now: datetime) -> dict[str, Any]:
    with_department = assignment.state in ("sent", "signed", "returned")
    return {
        "id": assignment.id,
        "unit": assignment.unit,
        "role": assignment.role,
        "task": assignment.task,
        "state": assignment.state,
        "due_at": instant(assignment.due),
        "outside_duties": assignment.outside_duties,
        "overdue": assignment.overdue or (with_department and now >= assignment.due),
        "result": assignment.result,
        "delivery": assignment.delivery,
        "extensions": [extension.model_dump() for extension in assignment.extensions],
    }


def _consultation(consultation: Consultation) -> dict[str, Any]:
    shown = consultation.model_dump(mode="json", exclude={"due", "opened_at"})
    return {**shown, "opened_at": instant(consultation.opened_at), "due_at": instant(consultation.due)}


def _holders(case: Case) -> list[dict[str, Any]]:
    """Who held the case how long: the spans follow each other without a gap, so they add up to the case's own time.

    The span that still runs has no length yet: a view does not change by being looked at later.
    """
    return [
        {
            "unit": held.unit,
            "from": instant(held.since),
            "to": instant(held.until),
            "seconds": (held.until - held.since).total_seconds() if held.until else None,
            "working_days": case.calendar.closes(held.since, held.until, date.min) if held.until else None,
        }
        for held in case.state.held
    ]


def _follow_up(case: Case) -> dict[str, Any] | None:
    follow_up = case.state.follow_up
    if follow_up is None:
        return None
    shown = follow_up.model_dump(exclude={"reported_at", "reply_due"})
    return {**shown, "reported_at": instant(follow_up.reported_at), "reply_due_at": instant(follow_up.reply_due)}


def _materials(case: Case) -> dict[str, Any] | None:
    asked = case.state.materials
    if asked is None:
        return None
    limit = case.state.limits.get("materials")
    return {
        "items": asked.items,
        "asked_at": instant(asked.asked_at),
        "due_at": instant(limit.due if limit else None),
        "expired": asked.expired,
        "submitted": asked.submitted,
    }


def _rectification(case: Case) -> dict[str, Any] | None:
    rectification = case.state.rectification
    return rectification and {name: rectification[name] for name in ("state", "contact_due_at", "due_at")}
