"""Building the view of a case (案件视图): for one reader at one time.

Everything that depends on time is computed here from the state and the time of the case's own clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from models.case import Case
from models.case.checkpoints import three_checks
from models.case.first_responsibility import current_deputy
from models.case.holding import held_late
from models.case.papers import KINDS
from models.case.parts import Attachment
from models.case.records import may_open
from models.codes import Role
from models.inquiry import Inquiry
from models.ledger import stamp_time
from models.views.base import instant
from models.views.case import CaseView
from models.views.citizen import CitizenView
from models.views.course import (
    ArrivalView,
    GroupView,
    LimitView,
    LinkFromThere,
    StampView,
)
from models.views.handling import (
    ObligationView,
)
from models.views.kept import OwnLink
from models.views.masking import masked
from models.views.parts import (
    CITIZEN_PATH,
    STAFF_PATH,
    assignment_view,
    attachment_view,
    clock_view,
    consultation_view,
    document_view,
    follow_up_view,
    held_spans,
    inquiry_view,
    materials_view,
    rectification_view,
    solution_views,
)
from models.views.suggestions import Suggestion
from models.views.watched import (
    CardView,
    CaseRefusal,
    CheckpointView,
    SupervisionView,
)

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
        holders=held_spans(case),
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
        assignments=[assignment_view(each, now) for each in state.assignments],
        consultations=[consultation_view(each) for each in state.consultations],
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
        materials=materials_view(case),
        evaluation=state.evaluation,
        rectification=rectification_view(case),
        look_backs=state.look_backs,
        look_back_due=state.look_back_due,
        publications=state.publications,
        solutions=solution_views(case, around.solution_stages),
        differences=state.differences,
        follow_up=follow_up_view(case),
        owner=state.owner,
        specialist=state.specialist,
        alternatives=state.alternatives,
        suggestions=around.suggestions,
        documents=[document_view(state.case_no, each, STAFF_PATH) for each in state.documents],
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
        materials=materials_view(case),
        evaluation=state.evaluation,
        rectification=rectification_view(case),
        documents=[
            document_view(state.case_no, each, CITIZEN_PATH)
            for each in state.documents
            if KINDS[each.kind].for_applicant
        ],
        attachments=[attachment_view(state.case_no, each, CITIZEN_PATH) for each in state.attachments if opens(each)],
    )
