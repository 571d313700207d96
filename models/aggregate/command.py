"""Commands (指令): who gives one, with which facts, and what it records.

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
    """Whom a deputy stands in for, with their role and unit (代理); `actor` is always the deputy."""

    @property
    def people(self) -> frozenset[str]:
        """Everyone responsible for the act: the deputy and the person they stand in for. Neither reviews the other."""
        return frozenset({self.actor, self.acting_for} - {""})


SYSTEM = By(actor="system", role=Role.SYSTEM)


class UnitFact(BaseModel):
    """Facts about a unit that a command names."""

    kind: str
    level: str
    name: str = ""
    """Filled where the ledger records the name."""
    parent: str | None = None
    district: str = ""
    lead: str = ""
    discipline: str = ""
    """The lead bureau and discipline office of its district, where a hand-over may need them."""
    duties: list[str] | None = None
    """Its duty list's codes, where a return may have to cite one; None where no list is loaded."""
    competent: bool | None = None
    """Whether its duty list covers the matter; None where no list is loaded."""


class Facts(BaseModel):
    """Facts outside the case when the command was given (案外事实).

    The API gathers them; the history keeps them, so a replay decides alike.
    """

    units: dict[str, UnitFact] = Field(default_factory=dict)
    breaches: int = 0
    """Broken promises of this applicant in other cases (失信记录)."""
    specialists: dict[str, list[str]] = Field(default_factory=dict)
    """The district's experts and their skills (专员名册)."""
    respondent_named: bool = False
    """Whether a diagnosis of 不给办 named a respondent; the name itself goes to the inquiry alone."""
    after: int = 0
    """The case ledger's last entry then: it places an inquiry's entries in a merged timeline."""
    earlier_findings: int = 0
    """Closed inquiries that already found this person's attitude at fault (态度问题次数)."""
    items: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Cases named in the body, as a meeting's agenda shows them."""
    solution: dict[str, Any] | None = None
    """The version in force of the solution that the body names (生效的一类事)."""
    effect: dict[str, Any] | None = None
    """The solution's effect when it was reviewed (成效)."""
    same_answers: int = 0
    """How many earlier cases got this very answer (雷同答复)."""
    at_counter: bool = False
    """Whether the request comes from one of the counter's own network addresses (窗口地址)."""
    colleagues: list[str] = Field(default_factory=list)
    """Staff of the window that holds the case, and of the windows below it."""
    open_children: list[str] = Field(default_factory=list)
    cases: list[str] = Field(default_factory=list)
    """Case numbers named in the body that exist and that this person may read."""


class Message(BaseModel):
    """The payload sent to the workflow with a command's name and id; it stays in the history."""

    by: By
    body: dict[str, Any] = Field(default_factory=dict)
    facts: Facts = Field(default_factory=Facts)
    expects: str = ""
    """The ledger head that the sender saw (If-Match); empty where none was given."""
    at: str = ""
    """When it was signed (`stamp_time`)."""
    signature: str = ""
    """The signing key's name and the signature (签名; models/aggregate/envelope.py); empty while unsigned."""


class Command(Message):
    """One command."""

    name: str
    id: str = ""
    _sent: dict[str, Any] | None = PrivateAttr(default=None)
    """The message exactly as received: another release's signature covers what it sent."""

    @classmethod
    def received(cls, name: str, command_id: str, message: dict[str, Any]) -> Self:
        """The command in a received message. Raises ValidationError where there is none."""
        command = cls(name=name, id=command_id, **message)
        command._sent = message
        return command

    @property
    def content(self) -> dict[str, Any]:
        """The message without signature and defaults, to keep histories small."""
        if self._sent is not None:
            return {name: value for name, value in self._sent.items() if name != "signature"}
        aside = {"name", "id", "body", "signature"}
        content: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True, exclude=aside)
        return {**content, "body": self.body} if self.body else content

    @property
    def message(self) -> dict[str, Any]:
        """The message as sent; the update itself carries name and id."""
        return {**self.content, "signature": self.signature} if self.signature else self.content


OWN_ID = "~"
"""Prefix of ids that the system generated."""


class Draft(NamedTuple):
    """An entry before it is numbered and chained. `by` None: the person who gave the command."""

    action: Action
    detail: dict[str, Any]
    by: By | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A command being decided: its giver, its facts, and the time on the case's clock."""

    by: By
    facts: Facts
    now: datetime


class Act(BaseModel):
    """Base of all commands: the fields are the body's shape (contract.md, Commands)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    command: ClassVar[CommandName]
    roles: ClassVar[frozenset[Role]]
    """Roles that may give it. CITIZEN: the applicant, or a clerk on their behalf."""
    remote: ClassVar[bool] = False
    """Also open to former holders and the first receiver (they read, note and attach)."""
    reads_people: ClassVar[bool] = False
    """Its rule reads personal data (个人信息), which the case holds sealed: the API decides it too, on plain text."""
    after_merge: ClassVar[bool] = False
    """Also possible while the case is merged into another."""

    addressed: ClassVar[bool] = False
    """Also open to the unit that is to receive the case (待接收单位)."""
    to_the_accused: ClassVar[bool] = False
    """Open to units notified of an inquiry, even outside their scope."""

    needs: ClassVar[tuple[Need, ...]] = ()
    """Facts that its rule needs; the API gathers them into `Facts` first."""
    about: ClassVar[str] = ""
    """The field that those facts concern, if any."""
    offers: ClassVar[Offers] = {}
    """Choices for its form fields, where they differ from the usual."""
    room: ClassVar[Room] = Room.BESIDE
    """How far it may fill the case (件内容量)."""
    at_once: ClassVar[AtOnce | None] = None
    """Follow-up work done before the answer instead of later by followers."""
    sealed: ClassVar[frozenset[str]] = frozenset()
    """Fields removed before the case sees them; they go to an inquiry (密封)."""

    @classmethod
    def choices(cls) -> Offers:
        """Choices for its form fields, by field name."""
        return {**USUAL_CHOICES, **cls.offers}

    def alleges(self, aggregate: Any) -> Allegation | None:
        """The allegation that opens an inquiry (启动倒查), if any."""
        return None

    def units(self, aggregate: Any) -> Iterable[str]:
        """Units that this command's rules need to know; the API gathers them into `Facts` first."""
        return ()

    @classmethod
    def open(cls, aggregate: Any, by: By) -> None:
        """Raise a Refusal when the command is not possible at this stage (409) or not for this unit (403)."""

    def decide(self, aggregate: Any, ask: Ask) -> list[Draft]:
        """What the command records. Raises a Refusal when its content does not fit the case (422)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a command is possible now, and if not why (可办与否)."""

    name: str
    possible: bool
    why_not: str = ""
    schema: dict[str, Any] = field(default_factory=dict)
