"""访问日志: looks into cases, and attempts that were refused (AU2, 个保法 51; domain.md 4).

Every look into a case by staff, every search, export and audit, and every refusal is one row. Rows are never changed;
once a minute the new ones are sealed by a chain of hashes (activities/access_seals.py). The applicant reads role and
unit of those who opened their file.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import Refusal
from models.inquiry import INQUIRY
from models.ledger import stamp_time
from models.views.accounts import Access

READ = "read"
"""The log's name for a look into a case."""

UNMASK = "unmask"
"""The log's name for a look at the applicant's full identity."""

ACTIONS_OF_INQUIRIES = tuple(sorted(INQUIRY.acts))
"""Acts that would tell an administrator that somebody is inquired into."""

LOOKS = {
    READ: "查看案件",
    "timeline": "查看台账",
    "document": "查看文书",
    "attachment": "打开附件",
    "search": "检索",
    "audit": "审计查看",
    "verify": "重放核对",
    "export": "导出卷宗",
    UNMASK: "查看完整身份",
}
"""Acts that are written down when they succeed, in words."""


async def seen(services: Services, user: User, action: str, case_no: str, address: str, reason: str = "") -> None:
    """Write down that somebody has looked, or has done something that is no case's; and why, where they said."""
    await services.queries.office.attempted(_row(user, action, case_no, address, 200, reason))


SAME_LOOK = timedelta(minutes=30)
"""An open page that shows changes by itself goes on with the look that opened it, for so long."""


async def looked_before(services: Services, user: User, case_no: str) -> bool:
    """Whether this person's look into the case is in the log already."""
    return await services.queries.office.looked(user.username, READ, case_no, datetime.now(UTC) - SAME_LOOK)


@asynccontextmanager
async def logged(services: Services, user: User, name: str, case_no: str, address: str) -> AsyncIterator[None]:
    """Write refusals raised in here into the access log."""
    try:
        yield
    except Refusal as refusal:
        await services.queries.office.attempted(_row(user, name, case_no, address, refusal.status, refusal.detail))
        raise


def access(row: AnyRow) -> Access:
    """A row of the log as the API gives it."""
    return Access(
        id=row.id,
        actor=row.actor,
        role=Role(row.role) if row.role else "",
        unit=row.unit,
        action=row.action,
        case_no=row.case_no,
        status=row.status,
        reason=row.reason,
        address=row.address,
        at=stamp_time(row.at),
    )


def _row(user: User, action: str, case_no: str, address: str, status: int, reason: str) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC),
        "actor": user.username,
        "role": user.role.value,
        "unit": user.unit,
        "action": action.replace("\0", ""),
        "case_no": case_no.replace("\0", ""),
        "status": status,
        "reason": reason,
        "address": address,
    }
