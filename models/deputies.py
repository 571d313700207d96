"""代理: who stands in for whom, on which days (R26; issue 4: with dates, loop-free; tasks move, clocks run).

A deputy acts under their own name with the principal's role and unit; every entry says both. Limits run on, and neither
of the two reviews what the other did.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from models.codes import Role, UnitKind
from models.errors import FieldError, Refusal, conflict
from models.organisation import Organisation

LONGEST = timedelta(days=366)
"""For a longer absence the administrator reassigns the post."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an account; the fields that deputising needs."""

    username: str
    role: Role
    unit: str


@dataclass(frozen=True, slots=True)
class Deputation:
    """One person stands in for another, both days included (代理期)."""

    principal: str
    deputy: str
    since: date
    until: date

    def covers(self, day: date) -> bool:
        """Whether it holds on that day."""
        return self.since <= day <= self.until

    def overlaps(self, other: "Deputation") -> bool:
        """Whether both hold on some day."""
        return self.since <= other.until and other.since <= self.until


def check(
    new: Deputation, principal: Person, deputy: Person, standing: Iterable[Deputation], today: date, org: Organisation
) -> None:
    """Raise a Refusal (422 or 409) unless this deputation is valid beside the existing ones."""
    if new.until < new.since or new.until < today:
        raise _refused("until", "结束日期不能早于开始日期，也不能早于今天")
    if new.until - new.since > LONGEST:
        raise _refused("until", "代理最长一年；长期离岗的，请管理员调整岗位")
    if new.deputy == new.principal:
        raise _refused("deputy", "不能由本人代理自己")
    if not _may_stand_in(principal, deputy, org):
        raise _refused("deputy", "代理人须是同一单位的人员；窗口也可由上级或下级窗口的人员代理")
    others = [each for each in standing if each.overlaps(new)]
    if any(each.principal == new.principal for each in others):
        raise conflict(f"{new.principal} 在这段时间已经有代理人，请先撤销")
    if chain := _loop(new, others):
        raise conflict(f"代理成环：{' → '.join(chain)}，请改选他人或错开日期")


def _may_stand_in(principal: Person, deputy: Person, org: Organisation) -> bool:
    if principal.role not in _DEPUTISED or deputy.role not in _DEPUTISED:
        return False
    if principal.unit == deputy.unit:
        return True
    kinds = {org.units[unit].kind for unit in (principal.unit, deputy.unit) if unit in org.units}
    line = deputy.unit in org.ancestors(principal.unit) or principal.unit in org.ancestors(deputy.unit)
    return kinds == {UnitKind.WINDOW} and line


_DEPUTISED = frozenset({Role.CLERK, Role.HEAD, Role.LIAISON, Role.LEAD, Role.SUPERVISOR})
"""Auditors and administrators have no deputies: their roles exclude all others."""


def _loop(new: Deputation, others: list[Deputation]) -> list[str]:
    """The loop that the new deputation would close on some day, or an empty list.

    `others` overlap the new one; a loop needs a day that all its members share.
    """
    days = sorted({new.since, *(each.since for each in others if each.since > new.since)})
    for day in days:
        stands_in = {each.principal: each.deputy for each in others if each.covers(day)}
        chain = [new.principal, new.deputy]
        while (following := stands_in.get(chain[-1])) and following not in chain[1:]:
            chain.append(following)
            if following == new.principal:
                return chain
    return []


def standing_in(username: str, day: date, deputations: Iterable[Deputation]) -> str:
    """Who does this person's work on that day: the last deputy of the chain, or the person."""
    deputy_of = {each.principal: each.deputy for each in deputations if each.covers(day)}
    at, seen = username, {username}
    while (following := deputy_of.get(at)) and following not in seen:
        at = following
        seen.add(at)
    return at


def _refused(name: str, reason: str) -> Refusal:
    return Refusal(422, reason, [FieldError(name, reason)])
