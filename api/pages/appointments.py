"""预约页（窗口）: who comes today and tomorrow, what they wrote; from here a registration begins."""

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
"""What the words of an appointment are sealed for."""


@router.get("/appointments")
async def listing(request: Request, services: ServicesDep, user: VisitorDep, day: date | None = None) -> HTMLResponse:
    """一天的预约，默认今天。"""
    require(user, *WINDOW)
    day = day or beijing_date(datetime.now(UTC))
    organisation = await services.organisation()
    found = await services.queries.appointments.of_day(organisation.subtree(user.unit), day)
    items = [{"row": row, "said": said_of(services, row), "unit": organisation.units[row.unit].name} for row in found]
    return page(request, "appointments.html", user=user, day=day, items=items)


def sealed(services: Services, said: dict[str, Any], appointment_id: str) -> str:
    """What an applicant wrote, sealed with the ring's key."""
    key = services.personal.ring.current
    return f"{key.id}:{key.derived(PURPOSE).seal(orjson.dumps(said), appointment_id.encode()).hex()}"


def said_of(services: Services, row: Any) -> dict[str, Any]:
    """What an applicant wrote."""
    key_id, _, content = row.said.partition(":")
    key = services.personal.ring.key(key_id).derived(PURPOSE)
    said: dict[str, Any] = orjson.loads(key.open(bytes.fromhex(content), row.id.encode()))
    return said
