"""启动倒查: automatic for 不给办 and after a look-back that finds sham rectification, or by hand (R39, R72 to R74)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.case.wording import Text
from models.codes import Conduct, Role
from models.errors import conflict
from models.inquiry.aggregate import Inquiry
from models.inquiry.registry import act, applies
from models.inquiry.state import Respondent
from models.ledger import Entry


class Origin(BaseModel):
    """What the API adds: the case, how far its ledger had come, the rules and calendar in force, and for whom."""

    of_case: str
    after: int
    rules: str
    profile: str
    profile_version: int
    calendar: str
    district: str
    discipline: str
    own: bool = False


@act(CommandName.OPEN_INQUIRY, Role.SUPERVISOR, Role.LEAD, Role.SYSTEM)
class OpenInquiry(Act):
    """启动倒查: runs beside the handling, which goes on."""

    respondents: Annotated[list[Respondent], Field(min_length=1, max_length=20)]
    allegation: Text
    conduct: Conduct | None = None
    origin: Origin

    @classmethod
    def open(cls, inquiry: Inquiry, by: By) -> None:
        if inquiry.state.seq:
            raise conflict("该倒查已经启动")

    def decide(self, inquiry: Inquiry, ask: Ask) -> list[Draft]:
        return [Draft(Action.INQUIRY_OPENED, self.model_dump(mode="json", exclude_none=True))]


@applies(Action.INQUIRY_OPENED)
def _inquiry_opened(inquiry: Inquiry, entry: Entry) -> None:
    state, detail = inquiry.state, entry.detail
    for name, value in Origin.model_validate(detail["origin"]).model_dump().items():
        setattr(state, name, value)
    state.respondents = [Respondent.model_validate(each) for each in detail["respondents"]]
    state.allegation, state.opened_by = detail["allegation"], entry.actor
    state.conduct = Conduct(detail["conduct"]) if "conduct" in detail else None
    state.handed_over = state.conduct is Conduct.RENT_SEEKING
