"""Scope (权限范围): who may see and do what, as a pure rule and as an SQL predicate for lists.

contract.md, "Signing in and scope": window users act on cases whose unit is theirs or lies below it; lead and
supervisor on every case of their district; a liaison where its department has or had a part. Former holders, the
first receiver and their deputy read, note and attach. Auditors read all cases, administrators none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, false, or_, true

from models.aggregate import By
from models.codes import Role
from models.organisation import Organisation
from models.tables import CaseRow
from models.worklist import post_of


@dataclass(frozen=True, slots=True)
class User:
    """The signed-in user (登录人). A citizen has neither unit nor district."""

    username: str
    role: Role
    unit: str
    district: str
    acting_for: str = ""
    """Whom a deputy stands in for, with their role and unit (代理)."""
    enrolling: bool = False
    """Signed in only to set up a second factor."""

    def by(self, *, on_behalf: bool = False) -> By:
        """The user as a command's giver; `on_behalf` of the citizen (代为操作)."""
        return By(actor=self.username, role=self.role, unit=self.unit, on_behalf=on_behalf, acting_for=self.acting_for)


class CaseScope(Protocol):
    """The facts of a case that the rule needs."""

    @property
    def district(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def readers(self) -> Sequence[str]: ...
    @property
    def departments(self) -> Sequence[str]: ...
    @property
    def first_receiver(self) -> str: ...
    @property
    def first_receiver_deputy(self) -> str | None: ...


WINDOW = (Role.CLERK, Role.HEAD)
DISTRICT = (Role.LEAD, Role.SUPERVISOR)


def own_units(user: User, organisation: Organisation) -> list[str]:
    """Units whose cases this user reads: their own and those below, or the whole district."""
    if user.role in WINDOW:
        return organisation.subtree(user.unit)
    if user.role in DISTRICT:
        return [unit.code for unit in organisation.units.values() if unit.district == user.district]
    return [user.unit]


def may_read(user: User, case: CaseScope, organisation: Organisation) -> bool:
    """Whether this user may see the case at all."""
    if user.role == Role.AUDITOR:
        return True
    if user.role not in (*WINDOW, *DISTRICT, Role.LIAISON):
        return False
    if user.username in (case.first_receiver, case.first_receiver_deputy):
        return True
    return not set(own_units(user, organisation)).isdisjoint(case.readers)


def may_act(
    user: User,
    case: CaseScope,
    organisation: Organisation,
    *,
    remote: bool = False,
    receives: str | None = None,
) -> bool:
    """Whether this user's unit may give commands on the case.

    `remote` commands (note, attach) are open to every reader; `receives` is the unit that is to receive a transfer.
    """
    if user.role in DISTRICT:
        acts = case.district == user.district
        return acts or _of_district(receives, user, organisation) or (remote and may_read(user, case, organisation))
    if user.role in WINDOW:
        subtree = organisation.subtree(user.unit)
        return case.unit in subtree or receives in subtree or (remote and may_read(user, case, organisation))
    if user.role == Role.LIAISON:
        return user.unit in case.departments or (remote and may_read(user, case, organisation))
    return False


def _of_district(unit: str | None, user: User, organisation: Organisation) -> bool:
    return unit is not None and unit in organisation.units and organisation.units[unit].district == user.district


def readable(user: User, organisation: Organisation) -> ColumnElement[bool]:
    """`may_read` as a predicate on `cases`, for lists and counts."""
    if user.role == Role.AUDITOR:
        return true()
    if user.role not in (*WINDOW, *DISTRICT, Role.LIAISON):
        return false()
    readers: Any = CaseRow.readers
    first: Any = CaseRow.first_receiver
    deputy: Any = CaseRow.first_receiver_deputy
    return or_(readers.overlap(own_units(user, organisation)), first == user.username, deputy == user.username)


def posts_of(user: User, organisation: Organisation) -> list[str]:
    """The user's posts (岗位)."""
    if user.role in WINDOW:
        return [post_of(user.role, unit) for unit in organisation.subtree(user.unit)]
    if user.role is Role.LIAISON:
        return [post_of(user.role, user.unit)]
    return [post_of(user.role, user.district)] if user.role in (Role.LEAD, Role.SUPERVISOR) else []


def sees_applicant(user: User, case: CaseScope, organisation: Organisation) -> bool:
    """Whether this user sees the applicant's full identity: only handlers do (个保法 6: least impact)."""
    return may_act(user, case, organisation)
