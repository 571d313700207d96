"""期满销毁: two administrators destroy a case's key, and its personal words are unreadable everywhere (AU5, AU6).

The 安全管理员 asks, the 审计管理员 carries out. Neither sees the case. The ledger, the histories and their verification
stay as they are.
"""

from datetime import UTC, datetime

from api.http.errors import Problem, no_such_case
from api.identity.access_log import logged, seen
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import conflict
from models.ledger import stamp_time
from models.retention import ORDINARY_YEARS, kept_until
from models.views.base import instant
from models.views.retention import CaseKey, Destruction, Expired

BOTH = (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
MOST = 200


async def due(services: Services) -> list[Expired]:
    """Cases whose time is over and whose words are still there: numbers and dates only."""
    now, expired = datetime.now(UTC), []
    for case in await services.queries.retention.archived_before(
        now.replace(year=now.year - ORDINARY_YEARS, day=1), MOST
    ):
        until = kept_until(case)
        if until and until <= now:
            expired.append(Expired(case_no=case.state.case_no, kept_until=stamp_time(until)))
    return expired


async def ask(services: Services, user: User, case_no: str, why: str, address: str) -> Destruction:
    """Ask for the destruction. 409 while the time is not over."""
    async with logged(services, user, "ask_destruction", case_no, address):
        row = await services.queries.cases.case(case_no)
        if row is None:
            raise no_such_case(case_no)
        until = kept_until(row.case)
        if until is None or until > datetime.now(UTC):
            raise conflict("法定保存期未满，只能继续保存，不能销毁（个人信息保护法第四十七条）")
        if not await services.queries.retention.ask(case_no, user.username, why):
            raise conflict("已经有人申请销毁，请由审计管理员办理")
    await seen(services, user, "ask_destruction", case_no, address)
    return await shown(services, case_no)


async def carry_out(services: Services, user: User, case_no: str, address: str) -> Destruction:
    """Destroy the keys as asked. Done again it changes nothing."""
    async with logged(services, user, "destroy", case_no, address):
        asked = await services.queries.retention.one(case_no)
        if asked is None:
            raise conflict("没有人申请销毁本案个人信息，须先由安全管理员申请")
        await services.queries.keys.destroy(case_no, f"{asked.asked_by}+{user.username}", asked.why)
        await services.queries.retention.done(case_no, user.username)
    await seen(services, user, "destroy", case_no, address)
    return await shown(services, case_no)


async def shown(services: Services, case_no: str) -> Destruction:
    """The proof of destruction: who asked and who carried it out. 404 where nothing was asked."""
    row = await services.queries.retention.one(case_no)
    if row is None:
        raise Problem(404, "没有本案的销毁记录，请核对编号")
    keys = await services.queries.keys.of_case(case_no)
    return Destruction(
        case_no=row.case_no,
        asked_by=row.asked_by,
        asked_at=stamp_time(row.asked_at),
        why=row.why,
        done_by=row.done_by,
        done_at=instant(row.done_at),
        keys=[CaseKey(key_id=key.key_id, destroyed_at=instant(key.destroyed_at)) for key in keys],
    )
