"""Looks at a case, as its applicant may know them (谁看过我的材料): unit and post, never a name."""

from api.identity.access_log import LOOKS
from api.services import Services
from models.codes import Role
from models.ledger import stamp_time
from models.views.base import Page
from models.views.citizen import Look


async def looks(services: Services, case_no: str, most: int, before: int | None) -> Page[Look]:
    """The newest looks, or the newest before that one; supervisors' and auditors' are not among them."""
    units = (await services.organisation()).units
    rows = await services.queries.office.accesses(case_no, most + 1, before)
    items = [
        Look(
            at=stamp_time(row.at),
            role=Role(row.role).label,
            unit=units[row.unit].name if row.unit in units else "",
            what=LOOKS.get(row.action, "查看案件"),
        )
        for row in rows[:most]
    ]
    return Page[Look](items=items, next=rows[most - 1].id if len(rows) > most else None)
