"""形成纪要: how a round ends, and what its resolution triggers (R55, R60, R61, CO1, CO4, CO6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Act, Ask, AtOnce, By, Choice, Draft, Need, Offers, Room
from models.aggregate.limits import settle
from models.case import clock
from models.case.aggregate import Case
from models.case.assignment import Task, assigned, disputed
from models.case.consultation import convened, find_consultation, open_consultation, still_open
from models.case.course import UNDER_WAY, require_nothing_waits
from models.case.explanation import AFTER_CONSULTATION
from models.case.follow_up import keep_informed, reported
from models.case.parts import Consultation
from models.case.registry import act, applies
from models.case.solution import Rule, proposed
from models.case.wording import Citations, Name, Text
from models.codes import AssignmentState, Category, ConsultationState, Outcome, Resolution, Role
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry


class Share(BaseModel):
    """A department's share of the responsibility for a joint decision (容错免责，责任共担; R92).

    `share` is what the minutes say: per cent, or in words.
    """

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    unit: Name
    share: float | Name | None = None


@act(CommandName.CONCLUDE, Role.LEAD, Role.HEAD)
class Conclude(Act):
    """形成纪要: by the lead, or by the head that convened."""

    needs = (Need.OPEN_CHILDREN, Need.UNIT_COMPETENCE)
    offers: ClassVar[Offers] = {"unit": Choice.DEPARTMENTS}
    room = Room.ENDING
    at_once = AtOnce.OPEN_SOLUTIONS

    consultation_id: str
    resolution: Resolution
    minutes: Text
    root_cause: Citations | Text | None = None
    assignments: Annotated[list[Task], Field(max_length=30)] = Field(default_factory=list)
    rule: Rule | None = None
    report: Text | None = None
    shares: Annotated[list[Share], Field(max_length=30)] = Field(default_factory=list)

    def units(self, case: Case) -> Iterable[str]:
        return [case.state.unit, *(task.unit for task in self.assignments)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("形成会诊纪要", *UNDER_WAY)
        running = open_consultation(case)
        if running is None:
            raise conflict("本案没有正在进行的会诊")
        if by.role == Role.HEAD and running.convened_by != by.unit:
            raise forbidden("会诊纪要由牵头单位或召集会诊的窗口负责人形成")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        consultation = still_open(find_consultation(case, self.consultation_id))
        detail = self.model_dump(mode="json", exclude_none=True, exclude={"assignments", "rule", "report"})
        detail["root_cause"] = self._root_cause(case)
        return [Draft(Action.CONCLUDED, detail), *self._sets_off(case, ask, consultation)]

    def _root_cause(self, case: Case) -> list[str]:
        """溯因 is never omitted: the diagnosis's causes apply where the minutes name none."""
        if self.root_cause is None:
            return list(case.state.diagnosis.get("causes", []))
        return [self.root_cause] if isinstance(self.root_cause, str) else self.root_cause

    def _sets_off(self, case: Case, ask: Ask, consultation: Consultation) -> list[Draft]:
        if self.resolution is Resolution.ADJOURN:
            return [self._next_round(case, consultation)]
        if self.resolution is Resolution.EXPLAIN_AND_REPORT:
            return self._report(case, ask)
        drafts = []
        if self.resolution is Resolution.NEW_RULE:
            if self.rule is None:
                raise invalid("建立机制须写明规则：名称、适用事项、步骤、材料和依据", "rule")
            drafts.append(proposed(case, self.rule, from_consultation=consultation.id))
        elif not self.assignments:
            raise invalid("明确分工须写明交办哪些部门、办什么", "assignments")
        return [*drafts, assigned(case, ask, self.assignments)] if self.assignments else drafts

    def _next_round(self, case: Case, consultation: Consultation) -> Draft:
        most = case.policy.setting("rounds")
        if consultation.round >= most:
            raise invalid(f"会诊最多 {most} 轮，须作出结论：交办、建立机制，或解释并上报工作建议", "resolution")
        extra = {name: getattr(consultation, name) for name in ("convened_by", "why", "place", "meets_at")}
        return convened(
            case,
            consultation.kind,
            consultation.departments,
            consultation.question,
            consultation.complex,
            extra,
            round_no=consultation.round + 1,
        )

    def _report(self, case: Case, ask: Ask) -> list[Draft]:
        require_nothing_waits(case, ask.facts.open_children)
        explanation: dict[str, Any] = {"text": self.minutes, "legal_basis": [], "alternatives": []}
        resolved = {"outcome": Outcome.REPORTED.value, "summary": self.minutes, "basis": ["会诊纪要"]}
        return [
            Draft(Action.EXPLAINED, {**explanation, "document": AFTER_CONSULTATION}),
            reported(case, ask, self.report or self.minutes),
            Draft(Action.RESOLVED, {**resolved, "document": "办结告知书"}, SYSTEM),
        ]


@applies(Action.CONCLUDED, leaves=("会诊纪要",))
def _concluded(case: Case, entry: Entry) -> None:
    detail = entry.detail
    consultation = find_consultation(case, detail["consultation_id"])
    consultation.resolution, consultation.minutes = Resolution(detail["resolution"]), detail["minutes"]
    consultation.root_cause, consultation.shares = detail["root_cause"], detail["shares"]
    for unit in consultation.departments:
        settle(case, "opinion", f"{consultation.id}/{unit}")
    if consultation.resolution is Resolution.ADJOURN:
        consultation.state = ConsultationState.ADJOURNED
        return
    consultation.state = ConsultationState.CONCLUDED
    for assignment in disputed(case):
        assignment.state = AssignmentState.WITHDRAWN
    if case.state.category is Category.DEFERRED:
        # 答复不是办结：反映人得到了答复，案件接着办，定期告知进展。
        clock.stop(case, entry.at)
        keep_informed(case, entry.at)
