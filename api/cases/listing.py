"""The list of cases that somebody may read (案件列表), narrowed down by a filter, page by page."""

import base64
import binascii
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from api.http.errors import Problem
from api.identity.access_log import seen
from api.services import Services
from models.access import User, readable
from models.case.clock import RUNNING
from models.codes import Category, Channel, Stage
from models.ledger import BEIJING, stamp_time
from models.tables import CaseRow, CaseWordsRow
from models.views.base import Page, instant
from models.views.listing import CaseLine
from models.views.masking import masked

USUAL = 50
"""How many cases a page has by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions of a search (查询条件); None for those that are not set."""

    stage: Stage | None = None
    category: Category | None = None
    unit: str | None = None
    department: str | None = None
    overdue: bool | None = None
    channel: Channel | None = None
    follow_up: bool | None = None
    text: str | None = None
    """Words, each in the number, the matter or the narrative."""
    since: date | None = None
    until: date | None = None


async def listing(
    services: Services, user: User, wanted: Filter, cursor: str | None, address: str, limit: int = USUAL
) -> Page[CaseLine]:
    """A page of the cases in this user's sight, the newest registration first. Searches for words are logged."""
    if wanted.text:
        await seen(services, user, "search", "", address)
    condition = and_(readable(user, await services.organisation()), *_conditions(services, wanted))
    rows = await services.queries.cases.page(condition, limit + 1, _read_cursor(cursor))
    shown = rows[:limit]
    applicants = [row.state.get("applicant") for row in shown]
    applicants = await services.personal.opened(applicants, *(row.case_no for row in shown))
    items = [_line(row, applicant) for row, applicant in zip(shown, applicants, strict=True)]
    return Page[CaseLine](items=items, next=_cursor(shown[-1]) if len(rows) > limit else None)


def _conditions(services: Services, wanted: Filter) -> list[ColumnElement[bool]]:
    columns: Any = CaseRow
    conditions = [
        getattr(columns, name) == value
        for name in ("stage", "category", "unit", "channel")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.department is not None:
        conditions.append(columns.departments.contains([wanted.department]))
    if wanted.overdue is not None:
        late = or_(columns.overdue, and_(columns.clock_state == RUNNING, columns.due_at <= func.now()))
        conditions.append(late if wanted.overdue else ~late)
    if wanted.follow_up is not None:
        conditions.append(columns.follow_up if wanted.follow_up else ~columns.follow_up)
    conditions += [_says(services, word) for word in (wanted.text or "").split()]
    if wanted.since:
        conditions.append(columns.registered_at >= datetime.combine(wanted.since, time.min, BEIJING))
    if wanted.until:
        conditions.append(columns.registered_at <= datetime.combine(wanted.until, time.max, BEIJING))
    return conditions


def _says(services: Services, word: str) -> ColumnElement[bool]:
    """Whether the word is in number or matter, or all its pieces in the narrative, which is sealed."""
    columns: Any = CaseRow
    words: Any = CaseWordsRow
    narrated = select(words.case_no).where(words.pieces.contains(services.personal.wanted_pieces(word)))
    return or_(columns.search.icontains(word, autoescape=True), columns.case_no.in_(narrated))


def _line(row: Any, applicant: dict[str, Any] | None) -> CaseLine:
    running = row.clock_state == RUNNING
    return CaseLine(
        case_no=row.case_no,
        stage=row.stage,
        category=row.category,
        request_type=row.request_type,
        channel=row.channel,
        unit=row.unit,
        matter=row.matter,
        applicant=masked(applicant),
        registered_at=stamp_time(row.registered_at),
        due_at=instant(row.due_at) if running else None,
        overdue=row.overdue or bool(running and row.due_at and row.due_at <= datetime.now(BEIJING)),
        departments=row.departments,
        timeline_length=row.seq,
    )


def _cursor(row: Any) -> str:
    return base64.urlsafe_b64encode(f"{row.registered_at.isoformat()}|{row.case_no}".encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    if cursor is None:
        return None
    try:
        at, case_no = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        return datetime.fromisoformat(at), case_no
    except (ValueError, binascii.Error):
        raise Problem(422, "翻页标记无效，请从第一页重新查询") from None
