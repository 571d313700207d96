"""预约页（窗口）: the appointments of a day, and what applicants wrote; a registration begins here."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity.dependencies import ServicesDep, require
from api.pages.render import VisitorDep, page
from api.services import Services
from models.access import WINDOW
from models.calendar import beijing_date

router = APIRouter(include_in_schema=False)

PURPOSE = "appointments"
"""Purpose of the key for an appointment's words."""


@router.get("/appointments")
async def listing(request: Request, services: ServicesDep, user: VisitorDep, day: date | None = None) -> HTMLResponse:
    """一天的预约，默认今天。"""
    require(user, *WINDOW)
    day = day or beijing_date(datetime.now(UTC))
    organisation = await services.organisation()
    rows = await services.queries.appointments.of_day(organisation.subtree(user.unit), day)
    items = [{"row": row, "words": opened(services, row), "unit": organisation.units[row.unit].name} for row in rows]
    return page(request, "appointments.html", user=user, day=day, items=items)


def sealed(services: Services, words: dict[str, Any], appointment_id: str) -> str:
    """An applicant's words, sealed with the ring's key."""
    key = services.personal.ring.current
    return f"{key.id}:{key.derived(PURPOSE).seal(orjson.dumps(words), appointment_id.encode()).hex()}"


def opened(services: Services, row: Any) -> dict[str, Any]:
    """An applicant's words, opened."""
    key_id, _, content = row.said.partition(":")
    key = services.personal.ring.key(key_id).derived(PURPOSE)
    words: dict[str, Any] = orjson.loads(key.open(bytes.fromhex(content), row.id.encode()))
    return words
