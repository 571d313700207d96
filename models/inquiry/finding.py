"""认定责任: facts, the 三查 (A B C), the measure by the place's ladder, the remedy (R38, R64, R68, R69).

A joint decision made in good faith is exempt, with ground and shares (容错免责; R92). A dismissal is always a proposal
for people to decide (R89).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.actions import Action, CommandName
from models.aggregate import SYSTEM, Act, Ask, By, Draft
from models.aggregate.limits import Limit, arm
from models.case.conclusion import Share
from models.case.wording import Name, Text
from models.codes import Check, Conduct, Hole, InquiryStage, Measure, Role
from models.errors import invalid
from models.inquiry.aggregate import Inquiry
from models.inquiry.registry import act, applies, expires
from models.ledger import Entry, people_of


class Remedy(BaseModel):
    """What has to be made good, by whom, until when (补救): an obligation of the case, which does not say why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    what: Text
    unit: Name
    working_days: Annotated[int, Field(ge=1, le=250)]


class Exemption(BaseModel):
    """容错免责: the ground, and how the departments share the responsibility."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    ground: Text
    shares: Annotated[list[Share], Field(max_length=30)] = Field(default_factory=list)


class FoundHole(BaseModel):
    """漏洞: what let it happen, which unit has to close it; told to that unit without saying where it was found."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    what: Text
    kind: Hole
    unit: Name
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None


@act(CommandName.FIND, Role.SUPERVISOR)
class Find(Act):
    """认定: once; the respondent's unit may appeal within the profile's limit."""

    inquiry_id: Name
    check: Check
    code: Annotated[str, Field(pattern=r"^[ABC][12]$")] | None = None
    substantiated: bool
    facts: Text
    measure: Measure | None = None
    decision_no: Name | None = None
    remedy: Remedy | None = None
    exempt: Exemption | None = None
    why_not_ladder: Text | None = None
    hole: FoundHole | None = None

    @classmethod
    def open(cls, inquiry: Inquiry, by: By) -> None:
        inquiry.require("认定", InquiryStage.OPEN)

    def decide(self, inquiry: Inquiry, ask: Ask) -> list[Draft]:
        if self.code and not self.code.startswith(self.check.letter):
            raise invalid(f"“{self.check.label}”的发现代码以 {self.check.letter} 开头，请核对", "code")
        if self.measure and not self.substantiated:
            raise invalid("未查实的不能作出处理", "measure")
        if self.remedy and self.remedy.unit not in ask.facts.units:
            raise invalid(f"{self.remedy.unit} 不是本区的单位，不能责成补救", "remedy.unit")
        if self.hole and self.hole.unit not in ask.facts.units:
            raise invalid(f"{self.hole.unit} 不是本区的单位，不能责成堵塞漏洞", "hole.unit")
        detail = self.model_dump(mode="json", exclude_none=True, exclude={"inquiry_id"})
        detail["after"] = ask.facts.after
        if time := self._on_the_ladder(inquiry, ask):
            detail["time"] = time
        return [Draft(Action.FOUND, detail)]

    def _on_the_ladder(self, inquiry: Inquiry, ask: Ask) -> int:
        """The person's count of attitude findings, where a ladder applies; 422 for a measure off the ladder."""
        ladder: list[list[str]] = inquiry.policy.setting("attitude_ladder")
        if not ladder or inquiry.state.conduct is not Conduct.ATTITUDE or not self.substantiated:
            return 0
        time = ask.facts.earlier_findings + 1
        rung = ladder[min(time, len(ladder)) - 1]
        if self.measure not in rung and not self.exempt and not self.why_not_ladder:
            named = "、".join(Measure(measure).label for measure in rung)
            raise invalid(f"第 {time} 次态度问题按规定为：{named}；改用其他处理须说明理由", "why_not_ladder")
        return time


@applies(Action.FOUND)
def _found(inquiry: Inquiry, entry: Entry) -> None:
    state, detail = inquiry.state, entry.detail
    state.stage, state.found_by = InquiryStage.FOUND, people_of(entry)
    state.check, state.code, state.substantiated = Check(detail["check"]), detail.get("code"), detail["substantiated"]
    state.facts, state.decision_no = detail["facts"], detail.get("decision_no")
    state.measure = Measure(detail["measure"]) if "measure" in detail else None
    state.proposal = state.measure is Measure.DISMISSAL
    state.remedy, state.exempt, state.hole = detail.get("remedy"), detail.get("exempt"), detail.get("hole")
    arm(inquiry, "appeal", entry.at)


@expires("appeal", "申诉期", warns=False)
def _nobody_appealed(inquiry: Inquiry, limit: Limit, key: str) -> list[Draft]:
    return [closed("申诉期满")]


def closed(why: str) -> Draft:
    """The entry that closes an inquiry."""
    return Draft(Action.INQUIRY_CLOSED, {"why": why}, SYSTEM)


@applies(Action.INQUIRY_CLOSED)
def _inquiry_closed(inquiry: Inquiry, entry: Entry) -> None:
    inquiry.state.stage = InquiryStage.CLOSED
