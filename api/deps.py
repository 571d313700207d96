"""What routes ask for (依赖): the services of this process, and who is signed in."""

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.reports import ReportFigures
from api.attachments.scanner import Scanner
from api.attachments.store import Store
from api.errors import Problem, not_signed_in
from api.gateway import Gateway
from api.live import Feed
from api.personal import PersonalData
from api.queries import Queries, calendar_from
from api.sealed_gateway import SealedGateway
from api.second_factor import SecondFactors
from api.sessions import CSRF_HEADER, Sessions
from api.token import Tokens
from models.access import WINDOW, User
from models.calendar import BusinessCalendar, beijing_date
from models.codes import Role
from models.directory import Directories
from models.ledger import BEIJING
from models.organisation import Organisation
from models.rules import in_force, policy

CALENDAR_YEARS = 3
"""A ledger carries the calendar of its year and the two that follow."""

ORGANISATION_SECONDS = 10
"""How old the organisation may be that a process decides by."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What somebody was shown of a case as done before (办法建议)."""

    told: bytes
    """A digest of the case's own words then."""
    at: float
    found: list[dict[str, Any]]


@dataclass
class Services:
    """What a process of the API holds: connections and caches, no state."""

    engine: AsyncEngine
    queries: Queries
    gateway: Gateway
    sealed: SealedGateway
    oversight: SealedGateway
    tokens: Tokens
    secret: bytes = field(repr=False)
    """What keys of systems are derived from (see models/signing.py)."""
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
    """Counts what is not frozen yet."""
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
        """What holds in a district, as the command that begins something there says it."""
        calendar = (await self.calendar(district)).encode()
        return {"district": district, **in_force(district).said, "calendar": calendar}

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


async def services(request: Request) -> Services:
    """The services of this process."""
    found: Services = request.app.state.services
    return found


ServicesDep = Annotated[Services, Depends(services)]
_bearer = OAuth2PasswordBearer(tokenUrl="/api/token", auto_error=False)
TokenDep = Annotated[str | None, Depends(_bearer)]


async def signed_in(request: Request, wired: ServicesDep, token: TokenDep) -> User:
    """The user of the token, or of the browser's session; 401 without either."""
    user = await reading(request, wired, token)
    if token is None:
        wired.sessions.check_meant(request, request.headers.get(CSRF_HEADER))
    return user


async def reading(request: Request, wired: ServicesDep, token: TokenDep) -> User:
    """The same for what changes nothing: also another origin's page may ask, whom the answer's headers let read it."""
    user = wired.tokens.read(token) if token else await of_session(request, wired)
    if user is None or user.username in await wired.disabled():
        raise not_signed_in()
    if user.acting_for and not await wired.queries.deputies.stands_in(user.username, user.acting_for):
        raise Problem(401, "代理已经到期或撤销，请以本人身份重新登录")
    return user


async def of_session(request: Request, wired: Services) -> User | None:
    """The user of the browser that sent this, or None."""
    row = await wired.sessions.account(request)
    if row is None:
        return None
    return await user_of(wired, row, enrolling=row.enrolling)


async def user_of(wired: Services, account: Any, *, enrolling: bool) -> User:
    """A local account as the rules know it."""
    units = (await wired.organisation()).units
    district = units[account.unit].district if account.unit else ""
    return User(account.username, Role(account.role), account.unit or "", district, enrolling=enrolling)


async def fully_signed_in(user: Annotated[User, Depends(signed_in)]) -> User:
    """The same; 403 for who has still to set up a second factor."""
    if user.enrolling:
        raise Problem(403, "本账号须先绑定动态口令：POST /api/me/second-factor，确认后重新登录")
    return user


UserDep = Annotated[User, Depends(fully_signed_in)]
EnrollingDep = Annotated[User, Depends(signed_in)]
SessionDep = Annotated[User, Depends(reading)]


def address(request: Request) -> str:
    """Where the request came from."""
    return request.client.host if request.client else ""


def require(user: User, *roles: Role) -> None:
    """403 unless the user has one of these roles."""
    if user.role not in roles:
        raise Problem(403, f"此功能不对{user.role.label}开放")
