"""可办事项: every command of a case, whether somebody may give it now, and the schema of its body."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson

from api.queries import CaseRecord
from api.services import Services
from api.supervision import inquiries
from models.access import User, may_act
from models.actions import COMMANDS
from models.aggregate import Act
from models.aggregate.aggregate import schema_of
from models.case import CASE, Case
from models.codes import Role
from models.inquiry import INQUIRY
from models.organisation import Organisation
from models.views.offers import CaseOffer

_ACTS: dict[str, type[Act]] = {**CASE.acts, **INQUIRY.acts}
OFFERED = [name for name in COMMANDS if name in _ACTS and name != Case.opened_by]
"""The commands of a case and of its inquiries, but that which begins it."""

OUT_OF_SCOPE = "本案不在您单位的办理范围内"


async def of(services: Services, user: User, record: CaseRecord) -> list[CaseOffer]:
    """Every command, and whether this user may give it on the case now."""
    organisation = await services.organisation()
    items = []
    for name in OFFERED:
        act_class = CASE.acts.get(name)
        for_citizen = act_class is not None and Role.CITIZEN in act_class.roles and user.role == Role.CLERK
        by = user.by(on_behalf=for_citizen)
        if name in INQUIRY.acts:
            answer = await inquiries.availability(services, user, record, name, by)
        else:
            answer = record.case.availability(name, by)
        possible, why_not = answer.possible, answer.why_not
        of_the_case = act_class is not None and name not in INQUIRY.acts
        if possible and of_the_case and not in_scope(user, record, act_of(name), organisation):
            possible, why_not = False, OUT_OF_SCOPE
        items.append(
            CaseOffer(
                command=name, title=COMMANDS[name], possible=possible, why_not=why_not or None, on_behalf=for_citizen
            )
        )
    return items


def in_scope(user: User, record: CaseRecord, act: type[Act], organisation: Organisation) -> bool:
    """Whether this user's unit may act so on the case (办理范围)."""
    receives = record.case.state.pending_transfer if act.addressed else None
    return may_act(user, record, organisation, remote=act.remote, receives=receives)


def act_of(name: str) -> type[Act]:
    """The act of that name."""
    return _ACTS[name]


def schema(name: str) -> dict[str, Any]:
    """The schema of a command's body."""
    return schema_of(_ACTS[name])


@cache
def written_schema(name: str) -> orjson.Fragment:
    """The schema as JSON: the same for everybody, so it is written once a process."""
    return orjson.Fragment(orjson.dumps(schema(name)))


def version(offered: Sequence[CaseOffer]) -> str:
    """A version that changes whenever these offers, or any command's body, change."""
    written = b"".join(offer.model_dump_json().encode() for offer in offered)
    return hashlib.sha256(_schemas() + written).hexdigest()[:32]


@cache
def _schemas() -> bytes:
    return hashlib.sha256(orjson.dumps([schema(name) for name in OFFERED])).digest()
