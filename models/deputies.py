"""代理: who stands in for whom, from which day to which (R26; issue 4: with dates, loop-free; tasks move, clocks run).

A deputy acts with the role and the unit of whom they stand in for, under their own name: every entry says both. Nothing
else moves: limits run on, and what one of the two did the other does not rule on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from models.codes import Role, UnitKind
from models.errors import FieldError, Refusal, conflict
from models.organisation import Organisation

LONGEST = timedelta(days=366)
"""Who is away for longer has left: the administrator gives the post to somebody else."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, as far as deputising asks."""

    username: str
    role: Role
    unit: str


@dataclass(frozen=True, slots=True)
class Deputation:
    """One stands in for another, both days included (代理期)."""

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
    """Raise a Refusal (422 or 409) unless this deputation may be made beside those that stand."""
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
"""Auditors and administrators have no deputies: nobody is to be both one of them and something else."""


def _loop(new: Deputation, others: list[Deputation]) -> list[str]:
    """The ring that the new one would close on some day, or nothing.

    Each deputation has one day in common with the new one at least; a ring needs a day that all of it share.
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
    """Who does the work of this person on that day: the last deputy of the chain, or they themselves."""
    found = {each.principal: each.deputy for each in deputations if each.covers(day)}
    at, seen = username, {username}
    while (following := found.get(at)) and following not in seen:
        at = following
        seen.add(at)
    return at


def _refused(name: str, reason: str) -> Refusal:
    return Refusal(422, reason, [FieldError(name, reason)])
