"""分类诊断: the category of the case and its causes (R31 to R40, CL1 to CL3).

Two axes: the category decides the branch (玄武, seed 003); the causes say why it got stuck (天津's six, seed 001).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Allegation, Ask, By, Choice, Draft, Need, Offers, Room
from models.aggregate.limits import Limit, settle
from models.case import clock
from models.case.aggregate import Case
from models.case.cards import red_card
from models.case.consultation import (
    check_departments,
    convened_by_itself,
    no_longer_convened,
    open_consultation,
    to_be_convened,
)
from models.case.course import UNDER_WAY, link_ends, link_has_ended
from models.case.loop import dead_loop, describe_loop
from models.case.registry import act, applies, expires
from models.case.wording import Citations, Name, Text
from models.codes import Category, Cause, Conduct, Issue, Link, MeasureKind, Role
from models.errors import conflict, invalid
from models.ledger import Entry, stamp_time


class KeyMaterial(BaseModel):
    """A key material that is missing, and how to get it (关键性支撑材料; R35)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Name
    how_to_obtain: Text


class Prerequisite(BaseModel):
    """One office's demand (前置条件): this matter at this unit requires that other one first."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    matter: Name
    unit: Name
    requires: Name


@act(CommandName.DIAGNOSE, Role.CLERK, Role.HEAD, Role.LEAD)
class Diagnose(Act):
    """分类诊断: exactly one category; again until resolved, then with `why_changed`."""

    needs = (Need.UNIT_NAMES,)
    offers: ClassVar[Offers] = {"unit": Choice.DEPARTMENTS}
    room = Room.ONWARD
    sealed = frozenset({"respondent_unit", "respondent_staff", "conduct"})

    category: Category
    reason: Text
    causes: Annotated[list[Cause], Field(min_length=1, max_length=6)]
    why_changed: Text | None = None

    legal_basis: Citations = Field(default_factory=list)
    missing_key_materials: Annotated[list[KeyMaterial], Field(max_length=50)] = Field(default_factory=list)

    missing_materials: Citations = Field(default_factory=list)
    obstacles: Citations = Field(default_factory=list)
    measures: list[MeasureKind] = Field(default_factory=list, max_length=10)

    # Sealed: the API passes them to the inquiry; the case never sees them (R38, R74).
    respondent_unit: Name | None = None
    respondent_staff: Name | None = None
    conduct: Conduct | None = None

    issue: Issue | None = None
    departments: Citations = Field(default_factory=list)
    complex: bool = False
    prerequisites: Annotated[list[Prerequisite], Field(max_length=50)] = Field(default_factory=list)

    def alleges(self, case: Case) -> Allegation | None:
        """不给办 with a respondent and the conduct opens an inquiry automatically."""
        if self.category is not Category.REFUSED or self.respondent_unit is None or self.conduct is None:
            return None
        staff = {"staff": self.respondent_staff} if self.respondent_staff else {}
        respondent = {"unit": self.respondent_unit, **staff}
        return Allegation([respondent], self.reason, self.conduct.value, own=True)

    def units(self, case: Case) -> Iterable[str]:
        return [*self.departments, *(prerequisite.unit for prerequisite in self.prerequisites)]

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        case.require_stage("诊断", *UNDER_WAY)
        if case.state.explanation and case.state.explanation["state"] == "objected":
            raise conflict("反映人的异议正在等待复核，请先复核")
        allowed = case.state.handled_at
        if allowed and case.state.level not in allowed:
            raise conflict(f"本事项由{'、'.join(level.label for level in allowed)}级办理，请先上报或下派，再诊断")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        if case.state.category and not self.why_changed:
            raise invalid("改变原诊断须说明理由", "why_changed")
        self._check_branch(case, ask)
        detail = self.model_dump(mode="json", exclude_defaults=True)
        detail["category"] = self.category.value
        drafts = [Draft(Action.DIAGNOSED, detail)]
        if loop := dead_loop(detail.get("prerequisites", [])):
            names = {code: unit.name for code, unit in ask.facts.units.items() if unit.name}
            detail.update(dead_loop=loop, dead_loop_told=describe_loop(loop, names))
            if self.category is Category.DEFERRED and not open_consultation(case):
                drafts.append(convened_by_itself(case, detail, "发现互为前置（死循环），立即召集", self.departments))
        detail.update(limit_working_days=case.policy.days(limit_kind(detail)), due_before=_due_text(case))
        return drafts

    def _check_branch(self, case: Case, ask: Ask) -> None:
        """Check the fields that each category requires (CL2)."""
        if self.category is Category.CANNOT and not (self.legal_basis or self.missing_key_materials):
            raise invalid("诊断为“不能办”须写明法律依据，或缺少的关键材料及获取办法，至少一项", "legal_basis")
        if self.category is Category.DIFFICULT:
            if not (self.missing_materials or self.obstacles):
                raise invalid("诊断为“不好办”须写明缺少的非关键材料或障碍，至少一项", "obstacles")
            if not self.measures:
                raise invalid("诊断为“不好办”须写明拟采取的便民措施", "measures")
        if self.category is Category.REFUSED and not ask.facts.respondent_named:
            raise invalid("诊断为“不给办”须写明被反映单位和作风类型", "respondent_unit")
        if self.category is Category.DEFERRED:
            self._check_deferred(case, ask)

    def _check_deferred(self, case: Case, ask: Ask) -> None:
        if self.issue is None:
            raise invalid("诊断为“暂时办不了”须写明争议类型", "issue")
        least = 1 if self.issue is Issue.CROSS_REGION else 2
        if len(set(self.departments)) < max(least, len(self.departments)):
            raise invalid(f"请列出涉及的部门，至少 {least} 个，不重复", "departments")
        check_departments(case, ask, self.departments, self.issue)


def limit_kind(diagnosis: Mapping[str, Any]) -> str:
    """The profile's limit that a diagnosis sets for the reply."""
    longer = diagnosis["category"] == Category.DEFERRED and diagnosis.get("complex")
    return "deferred_complex" if longer else str(diagnosis["category"])


def _due_text(case: Case) -> str | None:
    due = case.state.clock.due
    return stamp_time(due) if due else None


@applies(Action.DIAGNOSED, leaves=("分类诊断单",))
def _diagnosed(case: Case, entry: Entry) -> None:
    state, detail = case.state, entry.detail
    if state.category is not None:
        state.categories_before.append(state.category)
    state.category = Category(detail["category"])
    state.diagnosis = detail
    settle(case, "diagnose")
    if not link_has_ended(case, Link.ACCEPT):
        link_ends(case, Link.ACCEPT, entry.at)
    _withdraw_reply(case, entry)
    if state.category is Category.DEFERRED:
        to_be_convened(case, entry.at)
    else:
        no_longer_convened(case)
        clock.relimit(case, detail["limit_working_days"], entry.at)


def _withdraw_reply(case: Case, entry: Entry) -> None:
    """A new diagnosis withdraws the reply, explanation or conclusion; the applicant waits for a new one."""
    settle(case, "objection")
    settle(case, "progress")
    clock.run_on(case, entry.at)
    case.state.explanation = None


@expires("diagnose", "分类诊断时限", warns=True)
def _diagnose_late(case: Case, limit: Limit, key: str) -> list[Draft]:
    return [red_card(limit.holder, "超过分类诊断时限")]


def missing_key_materials(case: Case) -> list[dict[str, Any]]:
    """The missing key materials named by the diagnosis in force."""
    return list(case.state.diagnosis.get("missing_key_materials", []))
