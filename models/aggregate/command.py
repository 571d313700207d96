"""Commands (指令): who gives one, with which facts, and what it leaves.

One act of the office is one file beside its aggregate. It holds, for each command, an `Act` (the body's shape, who may
give it, when it is possible, what it records) and, for each recorded action, the function that applies the entry to
the state. `decide` never changes anything; `apply` never refuses anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from models.actions import Action, CommandName
from models.aggregate.declared import USUAL_CHOICES, Allegation, AtOnce, Need, Offers, Room
from models.codes import Role


class By(BaseModel):
    """Who gives a command (经办人): username, role, unit; filled from the token by the API, never from the body."""

    actor: str
    role: Role
    unit: str = ""
    on_behalf: bool = False
    """A clerk doing what is the citizen's to do (代为操作), noted as such."""
    acting_for: str = ""
    """For whom a deputy acts, with their role and unit (代理); `actor` is always who really sits there."""

    @property
    def people(self) -> frozenset[str]:
        """Who answers for what is done: the deputy and whom they act for. Neither rules on what the other did."""
        return frozenset({self.actor, self.acting_for} - {""})


SYSTEM = By(actor="system", role=Role.SYSTEM)


class UnitFact(BaseModel):
    """What a case has to know of a unit that a command names."""

    kind: str
    level: str
    name: str = ""
    """Filled where the ledger is to say it in words."""
    parent: str | None = None
    district: str = ""
    lead: str = ""
    discipline: str = ""
    """The lead bureau and the discipline office of its district, where a hand-over may need them."""
    duties: list[str] | None = None
    """The codes of its duty list, where a return may have to cite one; None where no list is loaded."""
    competent: bool | None = None
    """Whether its duty list covers the matter; None where no list is loaded."""


class Facts(BaseModel):
    """What the world outside the case looked like when the command was given.

    Gathered by the API and kept in the history, so that a replay decides alike.
    """

    units: dict[str, UnitFact] = Field(default_factory=dict)
    breaches: int = 0
    """Broken promises of this applicant in other cases (失信记录)."""
    specialists: dict[str, list[str]] = Field(default_factory=dict)
    """The district's experts and their skills (专员名册)."""
    respondent_named: bool = False
    """Whether a diagnosis of 不给办 named whom it is about: said to the inquiry alone."""
    after: int = 0
    """How far the case's ledger had come: where a merged timeline puts what an inquiry records."""
    earlier_findings: int = 0
    """Closed inquiries that found the same person's attitude at fault before (态度问题次数)."""
    items: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Cases named in the body as a meeting's agenda shows them."""
    solution: dict[str, Any] | None = None
    """The version in force of the solution that the body names (生效的一类事)."""
    effect: dict[str, Any] | None = None
    """What the solution changed, as it was when its effect was reviewed (成效)."""
    same_answers: int = 0
    """Earlier cases that were answered with these very words (雷同答复)."""
    at_counter: bool = False
    """Whether the applicant speaks from an address from which the counter works (窗口地址)."""
    colleagues: list[str] = Field(default_factory=list)
    """Who works at the windows that hold the case, or lie below them."""
    open_children: list[str] = Field(default_factory=list)
    cases: list[str] = Field(default_factory=list)
    """Case numbers named in the body that exist and that this person may read."""


class Message(BaseModel):
    """What travels to the workflow with a command's name and id, and stays in its history."""

    by: By
    body: dict[str, Any] = Field(default_factory=dict)
    facts: Facts = Field(default_factory=Facts)
    expects: str = ""
    """The ledger head that the sender saw (If-Match); empty where they did not say."""
    at: str = ""
    """When it was signed (`stamp_time`)."""
    signature: str = ""
    """Whose key vouches for it, and the signature (签名; models/aggregate/envelope.py); empty while nobody does."""


class Command(Message):
    """One command."""

    name: str
    id: str = ""
    _sent: dict[str, Any] | None = PrivateAttr(default=None)
    """The message to the letter as it came: signatures of other releases are taken over what was sent."""

    @classmethod
    def received(cls, name: str, command_id: str, message: dict[str, Any]) -> Self:
        """The command of a message that came. Raises ValidationError for what is none."""
        found = cls(name=name, id=command_id, **message)
        found._sent = message
        return found

    @property
    def content(self) -> dict[str, Any]:
        """The message without its signature, and without what is empty or usual: histories are kept for decades."""
        if self._sent is not None:
            return {name: said for name, said in self._sent.items() if name != "signature"}
        aside = {"name", "id", "body", "signature"}
        said: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True, exclude=aside)
        return {**said, "body": self.body} if self.body else said

    @property
    def message(self) -> dict[str, Any]:
        """What travels: name and id are the update's own."""
        return {**self.content, "signature": self.signature} if self.signature else self.content

    @property
    def keyed(self) -> bool:
        """Whether the sender chose the id, and may come again with it."""
        return not self.id.startswith(OWN_ID)


OWN_ID = "~"
"""How ids begin that the system made up itself."""


class Draft(NamedTuple):
    """An entry before it is numbered and chained. `by` None means whoever gave the command."""

    action: Action
    detail: dict[str, Any]
    by: By | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A command being decided: by whom, with which facts, at what time of the case's clock."""

    by: By
    facts: Facts
    now: datetime


class Act(BaseModel):
    """Base of all commands: the fields are the body's shape (contract.md, Commands)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    command: ClassVar[CommandName]
    roles: ClassVar[frozenset[Role]]
    """Who may give it. CITIZEN means the applicant, or a clerk on their behalf."""
    remote: ClassVar[bool] = False
    """Also open to units that held the case before, and to the first receiver (they read, note and attach)."""
    reads_people: ClassVar[bool] = False
    """Its rule looks at personal words (个人信息), sealed in the case: the door decides it too, on open ones."""
    after_merge: ClassVar[bool] = False
    """Also possible while the case is merged into another."""

    addressed: ClassVar[bool] = False
    """Also open to the unit to which the case is being passed (待接收单位)."""
    to_the_accused: ClassVar[bool] = False
    """Open to units that have the notice of an inquiry, whether or not the case is in their scope."""

    needs: ClassVar[tuple[Need, ...]] = ()
    """Which facts its rule asks for: gathered into `Facts` before it is given."""
    about: ClassVar[str] = ""
    """The field that those facts are about, where they are about one."""
    offers: ClassVar[Offers] = {}
    """What fields of its form offer, where that is not the usual."""
    room: ClassVar[Room] = Room.BESIDE
    """How far it may fill its case up."""
    at_once: ClassVar[AtOnce | None] = None
    """What is done before it is answered, though followers would do it in a moment."""
    sealed: ClassVar[frozenset[str]] = frozenset()
    """Fields that are taken out before the case sees them, and go to an inquiry (密封)."""

    @classmethod
    def choices(cls) -> Offers:
        """What fields of its form offer, by their names."""
        return {**USUAL_CHOICES, **cls.offers}

    def alleges(self, on: Any) -> Allegation | None:
        """What it sets an inquiry off with (启动倒查), if it does."""
        return None

    def units(self, on: Any) -> Iterable[str]:
        """The units that the rules of this command must know: gathered into `Facts` before it is given."""
        return ()

    @classmethod
    def open(cls, on: Any, by: By) -> None:
        """Raise a Refusal when the command is not possible at this stage (409) or not for this unit (403)."""

    def decide(self, on: Any, ask: Ask) -> list[Draft]:
        """What the command records. Raises a Refusal when its content does not fit the case (422)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a command is possible now, and if not why (可办与否)."""

    name: str
    possible: bool
    why_not: str = ""
    schema: dict[str, Any] = field(default_factory=dict)
