"""The services of a process (服务): connections and caches, no state."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.reports import ReportFigures
from api.attachments.scanner import Scanner
from api.attachments.store import Store
from api.commands.gateway import Gateway
from api.commands.personal import PersonalData
from api.commands.sealed_gateway import SealedGateway
from api.http.live import Feed
from api.identity.second_factor import SecondFactors
from api.identity.sessions import Sessions
from api.identity.tokens import Tokens
from api.queries import Queries, calendar_from
from models.access import WINDOW, User
from models.calendar import BusinessCalendar, beijing_date
from models.directory import Directories
from models.ledger import BEIJING
from models.organisation import Organisation
from models.rules import in_force, policy
from models.views.suggestions import Suggestion

CALENDAR_YEARS = 3
"""A ledger carries the calendar of its year and the two that follow."""

ORGANISATION_SECONDS = 10
"""How old the organisation may be that a process decides by."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """Suggestions that somebody was shown for a case (办法建议)."""

    digest: bytes
    """A digest of the case's own words then."""
    at: float
    suggestions: list[Suggestion]


@dataclass
class Services:
    """The services of one process of the API."""

    engine: AsyncEngine
    queries: Queries
    gateway: Gateway
    sealed: SealedGateway
    oversight: SealedGateway
    tokens: Tokens
    secret: bytes = field(repr=False)
    """The secret from which keys of systems are derived (see models/signing.py)."""
    personal: PersonalData
    sessions: Sessions
    factors: SecondFactors
    second_factor: bool
    """Whether supervisors and administrators must have one."""
    heads: Path
    """Where the day's heads are sealed into files."""
    attachments: Store
    scanner: Scanner
    feed: Feed
    """Tells open pages of changes."""
    reports: ReportFigures
    """Counts months that are not frozen yet."""
    suggested: dict[tuple[User, str], Suggested] = field(default_factory=dict)
    _organisation: Organisation | None = None
    _directories: Directories = field(default_factory=Directories)
    _disabled: frozenset[str] = frozenset()
    _calendar: BusinessCalendar | None = None
    _calendar_of: tuple[int, int | None] = (0, None)
    _counters: set[tuple[str, str, date]] = field(default_factory=set)
    _read_at: float = field(default=0.0)

    async def organisation(self) -> Organisation:
        """The organisation, read anew every few seconds."""
        if self._organisation is None or time.monotonic() - self._read_at > ORGANISATION_SECONDS:
            self._organisation = await self.queries.office.organisation()
            self._directories = await self.queries.directories.all()
            self._disabled = await self.queries.accounts.disabled()
            self._read_at = time.monotonic()
        return self._organisation

    async def calendar(self, profile: str, changes: int | None = None) -> BusinessCalendar:
        """The business calendar of this year and the next ones, with the profile's close of business.

        `changes` says how many changes of it there are: while they are as many as last time, none is read again.
        """
        year = datetime.now(BEIJING).year
        if self._calendar is None or self._calendar_of != (year, changes) or changes is None:
            overlays = await self.queries.office.overlays()
            self._calendar = calendar_from(overlays, range(year, year + CALENDAR_YEARS))
            self._calendar_of = (year, changes)
        return self._calendar.with_close(policy(profile).close_of_business)

    async def rules_in(self, district: str) -> dict[str, Any]:
        """The rules in force in a district, as fields of the command that opens a ledger there."""
        calendar = (await self.calendar(district)).encode()
        return {"district": district, **in_force(district).reference, "calendar": calendar}

    async def directories(self) -> Directories:
        """Duty lists, rosters and levels, as old as the organisation."""
        await self.organisation()
        return self._directories

    async def disabled(self) -> frozenset[str]:
        """Accounts that may not be used any more, as old as the organisation: also with a token of before."""
        await self.organisation()
        return self._disabled

    async def note_counter(self, user: User, address: str) -> None:
        """Keep from where a window works, once a day: an evaluation from there is shown as such (窗口地址)."""
        seen = (address, user.unit, beijing_date(datetime.now(UTC)))
        if user.role in WINDOW and address and seen not in self._counters:
            await self.queries.office.note_counter(address, user.unit)
            self._counters.add(seen)

    def forget_organisation(self) -> None:
        """Read organisation and directories anew at the next question: this process has just changed them."""
        self._organisation = None
