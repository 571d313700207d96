"""Commands as forms (办理表单): for a case, a task of supervision, a meeting alike."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from starlette.datastructures import FormData
from starlette.requests import Request

from api.http.bodies import Body
from api.pages.forms import Choices, Field, body_of, fields_of, typed_of
from models.access import User
from models.actions import COMMANDS
from models.aggregate import Aggregate
from models.errors import Refusal

KEY = "key"
ASIDE = (KEY, "if_match", "csrf")
"""Fields of a form that are no part of the command."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was sent (提交的表单)."""

    command: str
    body: Body
    key: str | None
    typed: Mapping[str, Any]
    """The typed values, to be shown again."""

    @classmethod
    def of(cls, command: str, schema: Mapping[str, Any], form: FormData, **extra: Any) -> Self:
        """A form of a command whose body has this schema; `extra` is added to the body."""
        body, typed = typed_in(schema, form)
        return cls(command, Body.of({**body, **extra}), str(form.get(KEY, "")) or None, typed)


async def form_of(request: Request, kind: type[Aggregate[Any]], command: str) -> Sent:
    """The form of a command on something that is no case."""
    act = kind.registry.acts.get(command)
    return Sent.of(command, act.model_json_schema() if act else {}, await request.form())


@dataclass(frozen=True, slots=True)
class Offered:
    """A command, whether somebody may give it now, and the fields of its form (可办的事)."""

    command: str
    title: str
    possible: bool
    why_not: str
    schema: Mapping[str, Any]
    on_behalf: bool = False
    fields: Sequence[Field] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """The result of the last form (上次提交): a command was done, or one was tried and refused."""

    done: str = ""
    tried: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None

    @classmethod
    def refused(cls, form: Sent, refusal: Refusal) -> Self:
        """A refused form: shown again, with its typed values and the errors."""
        return cls(tried=form.command, typed=form.typed, refusal=refusal)

    def shown(self, offers: Iterable[Offered]) -> dict[str, Any]:
        """The page's values for it, with the commands and their forms."""
        listed = list(offers)
        return {
            "status": self.refusal.status if self.refusal else 200,
            "possible": [offer for offer in listed if offer.possible],
            "impossible": [offer for offer in listed if not offer.possible],
            KEY: secrets.token_urlsafe(12),
            "done": COMMANDS.get(self.done, ""),
            "tried": self.tried,
            "refusal": self.refusal,
        }


def offered(ledger: Aggregate[Any], user: User, but: Iterable[str] = ()) -> list[Offered]:
    """Commands of something that is no case, without those that its page has no form for."""
    offers = []
    for name in ledger.registry.acts:
        if name == ledger.opened_by or name in but:
            continue
        answer = ledger.availability(name, user.by())
        offers.append(Offered(name, COMMANDS[name], answer.possible, answer.why_not, answer.schema))
    return offers


def with_fields(offers: Iterable[Offered], choices: Mapping[str, Choices], last: Last) -> list[Offered]:
    """Each command with the fields of its form; one that was refused keeps its typed values, with the errors."""
    errors = {error.field: error.reason for error in last.refusal.errors} if last.refusal else {}
    forms = []
    for offer in offers:
        name, mine = offer.command, offer.command == last.tried
        options = choices.get(name, choices.get("", {}))
        fields = fields_of(name, offer.schema, options, last.typed if mine else None, errors if mine else None)
        forms.append(replace(offer, fields=fields))
    return forms


def typed_in(schema: Mapping[str, Any], form: FormData) -> tuple[dict[str, Any], dict[str, Any]]:
    """The typed values, as a body, and to be shown again."""
    values = {name: [str(value) for value in form.getlist(name)] for name in form if name not in ASIDE}
    return body_of(schema, values), {**typed_of(values), KEY: str(form.get(KEY, ""))}
