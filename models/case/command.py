"""Commands (指令) and how the acts of the office register their rules.

One act of the office is one file beside this one. It holds, for each command, an `Act` (the body's shape, who
may give it, when it is possible, what it records) and, for each recorded action, the function that applies
the entry to the state. `decide` never changes anything; `apply` never refuses anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.codes import Role
from models.errors import BAD_CONTENT, FieldError, Refusal
from models.ledger import Entry

if TYPE_CHECKING:
    from models.case.aggregate import Case
    from models.case.parts import Limit


class By(BaseModel):
    """Who gives a command (经办人): username, role, unit; filled from the token by the API, never from the body."""

    actor: str
    role: Role
    unit: str = ""
    on_behalf: bool = False
    """A clerk doing what is the citizen's to do (代为操作), noted as such."""


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

    def short(self) -> dict[str, Any]:
        """The message without what is empty or usual: histories are kept for decades."""
        said: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True, exclude={"body"})
        return {**said, "body": self.body} if self.body else said


class Command(Message):
    """One command."""

    name: str
    id: str = ""

    @property
    def message(self) -> dict[str, Any]:
        """What travels: name and id are the update's own."""
        return Message(by=self.by, body=self.body, facts=self.facts, expects=self.expects).short()

    @property
    def keyed(self) -> bool:
        """Whether the sender chose the id, and may come again with it."""
        return not self.id.startswith(OWN_ID)


OWN_ID = "~"
"""How ids begin that the system made up itself."""


class Draft(NamedTuple):
    """An entry before it is numbered and chained. `by` None means whoever gave the command."""

    action: str
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

    command: ClassVar[str]
    roles: ClassVar[frozenset[Role]]
    """Who may give it. CITIZEN means the applicant, or a clerk on their behalf."""
    remote: ClassVar[bool] = False
    """Also open to units that held the case before, and to the first receiver (they read, note and attach)."""
    after_merge: ClassVar[bool] = False
    """Also possible while the case is merged into another."""

    def units(self, case: Case) -> Iterable[str]:
        """The units that the rules of this command must know: gathered into `Facts` before it is given."""
        return ()

    @classmethod
    def open(cls, case: Case, by: By) -> None:
        """Raise a Refusal when the command is not possible at this stage (409) or not for this unit (403)."""

    def decide(self, case: Case, ask: Ask) -> list[Draft]:
        """What the command records. Raises a Refusal when its content does not fit the case (422)."""
        raise NotImplementedError


ACTS: dict[str, type[Act]] = {}
Applier = Callable[["Case", Entry], None]
APPLIERS: dict[str, Applier] = {}
Expiry = Callable[["Case", "Limit", str], list[Draft]]


@dataclass(frozen=True, slots=True)
class LimitRule:
    """What a kind of limit means: its Chinese name, whether its holder is warned, what its passing records."""

    title: str
    warns: bool
    expire: Expiry


LIMIT_RULES: dict[str, LimitRule] = {}
Consequence = Callable[["Case"], list[Draft]]
CONSEQUENCES: list[Consequence] = []
"""What follows by itself from a state, without a limit: asked after every entry."""


def act(name: str, *roles: Role, remote: bool = False, after_merge: bool = False) -> Callable[[type[Act]], type[Act]]:
    """Register a command under its name in contract.md, with the roles that may give it."""

    def register(cls: type[Act]) -> type[Act]:
        cls.command, cls.roles, cls.remote, cls.after_merge = name, frozenset(roles), remote, after_merge
        ACTS[name] = cls
        return cls

    return register


def applies(action: str) -> Callable[[Applier], Applier]:
    """Register how an entry of this action changes the state."""

    def register(function: Applier) -> Applier:
        APPLIERS[action] = function
        return function

    return register


def expires(kind: str, title: str, *, warns: bool) -> Callable[[Expiry], Expiry]:
    """Register what is recorded when a limit of this kind passes unmet."""

    def register(function: Expiry) -> Expiry:
        LIMIT_RULES[kind] = LimitRule(title, warns, function)
        return function

    return register


def parse(name: str, body: dict[str, Any]) -> Act:
    """The body as its command's model. Raises Refusal 422 with one error a field."""
    check_text(body)
    try:
        return ACTS[name].model_validate(body)
    except ValidationError as error:
        raise Refusal(
            BAD_CONTENT, "提交的内容不符合要求，请按提示修改后重新提交", field_errors(error.errors())
        ) from None


UNREADABLE = "内容中有无法保存的字符，请删除后重新提交"


def check_text(body: dict[str, Any]) -> None:
    """Refuse (422) a body with characters that cannot be kept."""
    if not _is_text(body):
        raise Refusal(BAD_CONTENT, UNREADABLE)


def _is_text(value: Any) -> bool:
    """Whether every string in it can be kept: no NUL, which PostgreSQL refuses, and no half of a character."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_is_text(key) and _is_text(item) for key, item in value.items())
    return all(_is_text(item) for item in value) if isinstance(value, list) else True


_REASONS = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段，请核对字段名",
    "string_too_short": "不能为空",
    "too_short": "至少填写一项",
    "list_type": "应为列表",
    "string_type": "应为文字",
    "bool_type": "应为是或否",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
}


def field_errors(errors: Iterable[Any]) -> list[FieldError]:
    """Pydantic's errors in Chinese, one a field."""
    found = []
    for error in errors:
        kind, context = error["type"], error.get("ctx", {})
        where = ".".join(str(part) for part in error["loc"] if part != "body")
        if kind in _REASONS:
            reason = _REASONS[kind]
        elif kind in {"enum", "literal_error"}:
            reason = f"只能是：{context.get('expected', '')}".replace(" or ", "、").replace(", ", "、")
        elif kind in {"greater_than_equal", "less_than_equal"}:
            reason = f"应不小于 {context['ge']}" if "ge" in context else f"应不大于 {context['le']}"
        elif kind in {"string_too_long", "too_long"}:
            reason = f"过长，最多 {context.get('max_length')}"
        elif kind == "value_error":
            reason = str(context.get("error", error["msg"]))
        else:
            reason = f"格式不正确（{kind}）"
        found.append(FieldError(where, reason))
    return found


def consequence(function: Consequence) -> Consequence:
    """Register what follows by itself as soon as the state allows it."""
    CONSEQUENCES.append(function)
    return function


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a command is possible now, and if not why (可办与否)."""

    name: str
    possible: bool
    why_not: str = ""
    schema: dict[str, Any] = field(default_factory=dict)
