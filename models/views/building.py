"""Building the view of a case (案件视图): for one reader at one time.

Everything that depends on time is computed here from the state and the time of the case's own clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from models.case import Case
from models.case import clock as case_clock
from models.case.checkpoints import three_checks
from models.case.first_responsibility import current_deputy
from models.case.holding import held_late
from models.case.papers import KINDS
from models.case.parts import Assignment, Attachment, Consultation, Document
from models.case.records import may_open
from models.codes import AssignmentState, Role
from models.inquiry import Inquiry
from models.ledger import stamp_time
from models.views.base import instant
from models.views.case import CaseView
from models.views.citizen import CitizenView
from models.views.course import (
    ArrivalView,
    ClockView,
    GroupView,
    HeldSpan,
    LimitView,
    LinkFromThere,
    PausedSpan,
    StampView,
)
from models.views.files import AttachmentView, DocumentView
from models.views.handling import (
    AppliedSolution,
    AssignmentView,
    ConsultationView,
    DraftedSolution,
    FollowUpView,
    MaterialsView,
    ObligationView,
)
from models.views.inquiries import InquiryView, RespondentView
from models.views.kept import OwnLink
from models.views.masking import masked
from models.views.suggestions import Suggestion
from models.views.watched import (
    CardView,
    CaseRefusal,
    CheckpointView,
    RectificationView,
    SupervisionView,
)

STAFF_PATH, CITIZEN_PATH = "/api/cases", "/api/public/cases"
"""Where papers and files of a case are opened."""

WITH_DEPARTMENT = (AssignmentState.SENT, AssignmentState.SIGNED, AssignmentState.RETURNED)

Opens = Callable[[Attachment], bool]
"""Which files a reader may open."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the case in the register when it is read (案外信息)."""

    children: list[str] = field(default_factory=list)
    linked_from: list[LinkFromThere] = field(default_factory=list)
    solution_stages: dict[str, str] = field(default_factory=dict)
    """How far the solutions have come that grew from this case."""
    suggestions: list[Suggestion] = field(default_factory=list)
    """What was done before in cases like this one (办法建议)."""
    inquiries: list[Inquiry] | None = None
    """For supervisors and auditors; None for everyone else, who learns nothing of them."""


def case_view(
    case: Case, now: datetime, *, full_applicant: bool, around: Around, opens: Opens = lambda file: True
) -> CaseView:
    """The case as staff read it; `full_applicant` shows the applicant unmasked, `opens` says which files are listed."""
    state, diagnosis = case.state, case.state.diagnosis
    return CaseView(
        case_no=state.case_no,
        profile=state.profile,
        profile_version=state.profile_version,
        stage=state.stage,
        category=state.category,
        categories_before=state.categories_before,
        request_type=state.request_type,
        channel=state.channel,
        unit=state.unit,
        level=state.level,
        pending_transfer=state.pending_transfer,
        first_receiver=state.first_receiver,
        first_receiver_deputy=current_deputy(case),
        arrivals=[ArrivalView(unit=a.unit, since=stamp_time(a.since), at=instant(a.at)) for a in state.arrivals],
        holders=_holders(case),
        held_late=held_late(case),
        applicant=state.applicant if full_applicant else masked(state.applicant),
        proxy=state.proxy if full_applicant else masked(state.proxy),
        sensitive=state.sensitive,
        matter=state.matter,
        narrative=state.narrative,
        refused_by=state.refused_by,
        diagnosis=diagnosis,
        causes=diagnosis.get("causes", []),
        complex=bool(diagnosis.get("complex")) or any(c.complex for c in state.consultations),
        dead_loop=diagnosis.get("dead_loop", []),
        dead_loop_told=diagnosis.get("dead_loop_told"),
        group=GroupView(parent=state.group_of, children=around.children),
        stamped=state.stamp_no is not None,
        stamp_no=state.stamp_no,
        stamps=[StampView(no=s.no, code=s.code, at=stamp_time(s.at), record_no=s.record_no) for s in state.stamps],
        source=state.source,
        first_contact_at=instant(state.first_contact_at),
        registered_at=instant(state.registered_at),
        accepted_at=instant(state.accepted_at),
        resolved_at=instant(state.resolved_at),
        archived_at=instant(state.archived_at),
        outcome=state.outcome,
        merged_into=state.merged_into,
        clock=clock_view(case, now),
        limits=[
            LimitView(kind=limit.kind, ref=limit.ref, holder=limit.holder, due_at=stamp_time(limit.due))
            for limit in state.limits.values()
        ],
        assignments=[_assignment(each, now) for each in state.assignments],
        consultations=[_consultation(each) for each in state.consultations],
        obligations=[
            ObligationView(id=o.id, kind=o.kind, unit=o.unit, what=o.what, state=o.state, due_at=stamp_time(o.due))
            for o in state.obligations
        ],
        supervisions=[
            SupervisionView(
                id=s.id, to_unit=s.to_unit, requirement=s.requirement, answer=s.answer, due_at=stamp_time(s.due)
            )
            for s in state.supervisions
        ],
        checkpoints=[
            CheckpointView(link=c.link, state=c.state, findings=c.findings, signs=c.signs) for c in state.checkpoints
        ],
        three_checks=three_checks(case),
        refusals=[
            CaseRefusal(
                seq=r.seq,
                kind=r.kind,
                by=r.by,
                unit=r.unit,
                at=stamp_time(r.at),
                ref=r.ref,
                basis=r.basis,
                review=r.review,
            )
            for r in state.refusals
        ],
        cards=[CardView(colour=c.colour, unit=c.unit, reason=c.reason, at=stamp_time(c.at)) for c in state.cards],
        materials=_materials(case),
        evaluation=state.evaluation,
        rectification=_rectification(case),
        look_backs=state.look_backs,
        look_back_due=state.look_back_due,
        publications=state.publications,
        solutions=_solutions(case, around),
        differences=state.differences,
        follow_up=_follow_up(case),
        owner=state.owner,
        specialist=state.specialist,
        alternatives=state.alternatives,
        suggestions=around.suggestions,
        documents=[_document(state.case_no, each, STAFF_PATH) for each in state.documents],
        attachments=[attachment_view(state.case_no, each) for each in state.attachments if opens(each)],
        links=[*map(OwnLink.model_validate, state.links), *around.linked_from],
        timeline_length=state.seq + sum(inquiry.state.seq for inquiry in around.inquiries or []),
        ledger_head=state.head,
        inquiries=None if around.inquiries is None else [inquiry_view(each) for each in around.inquiries],
    )


def citizen_view(case: Case, now: datetime) -> CitizenView:
    """The case as its applicant reads it: where it is, with whom, until when; nothing of supervision or inquiry."""
    state = case.state
    opens = partial(may_open, role=Role.CITIZEN, unit="")
    return CitizenView(
        case_no=state.case_no,
        stage=state.stage,
        outcome=state.outcome,
        category=state.category,
        request_type=state.request_type,
        channel=state.channel,
        unit=state.unit,
        level=state.level,
        matter=state.matter,
        stamped=state.stamp_no is not None,
        stamp_no=state.stamp_no,
        registered_at=instant(state.registered_at),
        accepted_at=instant(state.accepted_at),
        resolved_at=instant(state.resolved_at),
        archived_at=instant(state.archived_at),
        clock=clock_view(case, now),
        materials=_materials(case),
        evaluation=state.evaluation,
        rectification=_rectification(case),
        documents=[
            _document(state.case_no, each, CITIZEN_PATH) for each in state.documents if KINDS[each.kind].for_applicant
        ],
        attachments=[attachment_view(state.case_no, each, CITIZEN_PATH) for each in state.attachments if opens(each)],
    )


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


def _document(case_no: str, document: Document, path: str) -> DocumentView:
    return DocumentView(kind=document.kind, no=document.no, url=f"{path}/{case_no}/documents/{document.no}")


def _assignment(assignment: Assignment, now: datetime) -> AssignmentView:
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


def _consultation(consultation: Consultation) -> ConsultationView:
    kept = {name: value for name, value in consultation if name not in ("due", "opened_at")}
    return ConsultationView(**kept, opened_at=stamp_time(consultation.opened_at), due_at=stamp_time(consultation.due))


def _holders(case: Case) -> list[HeldSpan]:
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


def _solutions(case: Case, around: Around) -> list[DraftedSolution | AppliedSolution]:
    """What grew from this case, as far as it has come since, and what was applied in it."""
    stages, state = around.solution_stages, case.state
    drafted = [
        DraftedSolution(**{**draft, "state": stages.get(draft["id"], draft["state"])}) for draft in state.solutions
    ]
    return [*drafted, *(AppliedSolution(**each, id=each["solution_id"], state="applied") for each in state.applied)]


def _follow_up(case: Case) -> FollowUpView | None:
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


def _materials(case: Case) -> MaterialsView | None:
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


def _rectification(case: Case) -> RectificationView | None:
    rectification = case.state.rectification
    if rectification is None:
        return None
    return RectificationView(
        state=rectification["state"],
        contact_due_at=rectification["contact_due_at"],
        due_at=rectification["due_at"],
    )
