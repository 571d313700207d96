"""通报: publication of sham rectification found at the look-back (R72: 查处、通报曝光)."""

from __future__ import annotations

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.case.aggregate import Case
from models.case.registry import act, applies
from models.case.wording import Name, Text
from models.codes import LookBackResult, Role
from models.errors import conflict, invalid
from models.ledger import Entry, stamp_time


@act(CommandName.PUBLICISE, Role.SUPERVISOR)
class Publicise(Act):
    """通报: what was found at the look-back, in words that name nobody of the public."""

    reads_people = True

    title: Name
    text: Text

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        if all(look_back["result"] == LookBackResult.GENUINE for look_back in case.state.look_backs):
            raise conflict("回头看没有发现纸面整改或反弹，不能通报")

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        for person in (case.state.applicant, case.state.proxy):
            for name in ("name", "id_no", "phone"):
                value = str((person or {}).get(name) or "")
                if value and value in self.title + self.text:
                    raise invalid("通报中不得出现反映人的姓名、证件号码和电话，请改写后再发布", "text")
        return [Draft(Action.PUBLICISED, self.model_dump())]


@applies(Action.PUBLICISED)
def _publicised(case: Case, entry: Entry) -> None:
    case.state.publications.append({**entry.detail, "by": entry.unit, "at": stamp_time(entry.at)})
