"""A case told step by step (案件推演): commands that must succeed, and time that passes."""

from datetime import timedelta
from typing import Any, Self

from models.aggregate import By, Command, Facts
from models.codes import Role
from models.ledger import Entry
from tests.models.walk import UNITS, Walker

UNIT_OF = {"clerk": "village", "head": "village", "lead": "here-lead", "supervisor": "here-jw"}


class Story:
    """A case of a walk's world, registered so many minutes after a Monday's opening."""

    def __init__(self, profile: str = "zhangqiu", *, by: str = "", minutes: int = 0) -> None:
        self._walker = Walker(7, profile=profile, by=by, minutes=minutes)
        self.case = self._walker.case

    @property
    def entries(self) -> list[Entry]:
        """Everything recorded so far."""
        return self._walker.entries

    def give(
        self, name: str, role: str, *, unit: str | None = None, facts: dict[str, Any] | None = None, **body: Any
    ) -> list[Entry]:
        """Give a command; it must not be refused."""
        where = unit or UNIT_OF.get(role, "")
        by = By(actor=f"{where}.{role}", role=Role(role), unit=where)
        known = Facts(units=UNITS, **(facts or {}))
        recorded = self.case.run(Command(name=name, by=by, body=body, facts=known), self._walker.now)
        self._walker.entries += recorded
        return recorded

    def accepted(self) -> Self:
        """Accepted by the clerk."""
        self.give("accept", "clerk")
        return self

    def diagnosed(self) -> Self:
        """Diagnosed as difficult."""
        said = {"category": "difficult", "reason": "不能到场", "causes": ["process"]}
        self.give("diagnose", "clerk", **said, obstacles=["不能到场"], measures=["home_visit"])
        return self

    def hours(self, count: float) -> None:
        """Hours pass."""
        self.pass_to(self._walker.now + timedelta(hours=count))

    def working_days(self, count: int) -> None:
        """To a minute past close of business of the so-manieth working day after today."""
        self.pass_to(self.case.calendar.due(self._walker.now, count) + timedelta(minutes=1))

    def pass_to(self, at: Any) -> None:
        """Time passes, each wake-up at its own instant."""
        while (wakeup := self.case.next_wakeup()) and wakeup <= at:
            self._walker.now = wakeup
            self._walker.entries += self.case.catch_up(wakeup)
        self._walker.now = at
