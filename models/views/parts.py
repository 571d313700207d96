"""Building the parts of a case's view (案件视图各部分): each from the state, and the time of the case's own clock."""

from collections.abc import Mapping
from datetime import date, datetime

from models.case import Case
from models.case import clock as case_clock
from models.case.parts import Assignment, Attachment, Consultation, Document
from models.codes import AssignmentState
from models.inquiry import Inquiry
from models.ledger import stamp_time
from models.views.base import instant
from models.views.course import (
    ClockView,
    HeldSpan,
    PausedSpan,
)
from models.views.files import AttachmentView, DocumentView
from models.views.handling import (
    AppliedSolution,
    AssignmentView,
    ConsultationView,
    DraftedSolution,
    FollowUpView,
    MaterialsView,
)
from models.views.inquiries import InquiryView, RespondentView
from models.views.watched import (
    RectificationView,
)

STAFF_PATH, CITIZEN_PATH = "/api/cases", "/api/public/cases"
"""Where papers and files of a case are opened."""

WITH_DEPARTMENT = (AssignmentState.SENT, AssignmentState.SIGNED, AssignmentState.RETURNED)


def clock_view(case: Case, now: datetime) -> ClockView:
    """The clock as the contract shows it. While it is paused no date can be named, so `due_at` is null."""
    clock = case.state.clock
    due = None if clock.state == case_clock.PAUSED else clock.due
    used = case_clock.used(clock, case.calendar, now)
    start = clock.start
    return ClockView(
        state=case_clock.shown_state(case),
        due_at=instant(due),
        promised_due_at=instant(clock.promised),
        provisional=bool(start and due and case.calendar.provisional(start, due)),
        limit_working_days=clock.limit if start else None,
        used_working_days=used if start else None,
        left_working_days=clock.limit - used if start else None,
        overdue=case_clock.is_overdue(case, now),
        paused_spans=[PausedSpan(since=stamp_time(s.since), until=instant(s.until)) for s in clock.paused],
    )


def attachment_view(case_no: str, attachment: Attachment, path: str = STAFF_PATH) -> AttachmentView:
    """A file of the case, as its view lists it."""
    return AttachmentView(
        id=attachment.id,
        name=attachment.name,
        sha256=attachment.sha256,
        media_type=attachment.media_type,
        size=attachment.size,
        visibility=attachment.visibility,
        unit=attachment.unit,
        seq=attachment.seq,
        at=stamp_time(attachment.at),
        url=f"{path}/{case_no}/attachments/{attachment.id}",
    )


def inquiry_view(inquiry: Inquiry) -> InquiryView:
    """An inquiry as supervisors and auditors read it."""
    state = inquiry.state
    return InquiryView(
        id=state.case_no,
        state=state.stage,
        respondents=[RespondentView(unit=each.unit, staff=each.staff) for each in state.respondents],
        allegation=state.allegation,
        conduct=state.conduct,
        handed_over=state.handed_over,
        check=state.check,
        code=state.code,
        substantiated=state.substantiated,
        facts=state.facts,
        measure=state.measure,
        proposal=state.proposal,
        decision_no=state.decision_no,
        remedy=state.remedy,
        exempt=state.exempt,
        hole=state.hole,
        appeal=state.appeal,
    )


def document_view(case_no: str, document: Document, path: str) -> DocumentView:
    """A paper, with where it is opened."""
    return DocumentView(kind=document.kind, no=document.no, url=f"{path}/{case_no}/documents/{document.no}")


def assignment_view(assignment: Assignment, now: datetime) -> AssignmentView:
    """A task as it stands now."""
    return AssignmentView(
        id=assignment.id,
        unit=assignment.unit,
        role=assignment.role,
        task=assignment.task,
        state=assignment.state,
        due_at=stamp_time(assignment.due),
        outside_duties=assignment.outside_duties,
        overdue=assignment.overdue or (assignment.state in WITH_DEPARTMENT and now >= assignment.due),
        result=assignment.result,
        delivery=assignment.delivery,
        extensions=assignment.extensions,
    )


def consultation_view(consultation: Consultation) -> ConsultationView:
    """A round as it stands."""
    kept = {name: value for name, value in consultation if name not in ("due", "opened_at")}
    return ConsultationView(**kept, opened_at=stamp_time(consultation.opened_at), due_at=stamp_time(consultation.due))


def held_spans(case: Case) -> list[HeldSpan]:
    """Who held the case how long: the spans follow each other without a gap, so they add up to the case's own time.

    The span that still runs has no length yet: a view does not change by being looked at later.
    """
    return [
        HeldSpan(
            unit=held.unit,
            since=stamp_time(held.since),
            until=instant(held.until),
            seconds=(held.until - held.since).total_seconds() if held.until else None,
            working_days=case.calendar.closes(held.since, held.until, date.min) if held.until else None,
        )
        for held in case.state.held
    ]


def solution_views(case: Case, stages: Mapping[str, str]) -> list[DraftedSolution | AppliedSolution]:
    """What grew from this case, as far as it has come since (`stages`, by number), and what was applied in it."""
    state = case.state
    drafted = [
        DraftedSolution(**{**draft, "state": stages.get(draft["id"], draft["state"])}) for draft in state.solutions
    ]
    return [*drafted, *(AppliedSolution(**each, id=each["solution_id"], state="applied") for each in state.applied)]


def follow_up_view(case: Case) -> FollowUpView | None:
    """What is on the follow-up list, if anything is."""
    follow_up = case.state.follow_up
    if follow_up is None:
        return None
    return FollowUpView(
        report=follow_up.report,
        to=follow_up.to,
        reply=follow_up.reply,
        reviews=follow_up.reviews,
        closed=follow_up.closed,
        reported_at=stamp_time(follow_up.reported_at),
        reply_due_at=stamp_time(follow_up.reply_due),
    )


def materials_view(case: Case) -> MaterialsView | None:
    """The request for materials, if there was one."""
    asked = case.state.materials
    if asked is None:
        return None
    limit = case.state.limits.get("materials")
    return MaterialsView(
        items=asked.items,
        asked_at=stamp_time(asked.asked_at),
        due_at=instant(limit.due if limit else None),
        expired=asked.expired,
        submitted=asked.submitted,
    )


def rectification_view(case: Case) -> RectificationView | None:
    """What a poor score set off, if one did."""
    rectification = case.state.rectification
    if rectification is None:
        return None
    return RectificationView(
        state=rectification["state"],
        contact_due_at=rectification["contact_due_at"],
        due_at=rectification["due_at"],
    )
