"""告警 at the door: work that stands still, and proposals to mend it."""

from api.identity.access_log import logged, seen
from api.identity.dependencies import require
from api.office import proposals
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.alarms import REBUILT_FOR, TAKEN_UP_FOR, AlarmKind
from models.errors import conflict
from models.ledger import stamp_time
from models.views.alarms import Alarm
from models.views.base import instant
from models.views.proposals import Proposal

MENDED_BY = {proposals.TAKE_UP: TAKEN_UP_FOR, proposals.REBUILD: REBUILT_FOR}
"""The alarms that each way of mending is for."""


async def listed(services: Services, limit: int, *, only_open: bool) -> list[Alarm]:
    """Alarms, those that are not over first."""
    return [_shown(row) for row in await services.queries.alarms.alarms(limit, only_open=only_open)]


def _shown(row: AnyRow) -> Alarm:
    kind = AlarmKind(row.kind)
    return Alarm(
        case_no=row.ledger,
        ledger_kind=row.ledger_kind,
        kind=kind,
        title=kind.label,
        status=row.status or None,
        reason=row.reason,
        what_to_do=kind.advice,
        mended_by_proposing="take_up" if kind in TAKEN_UP_FOR else "rebuild" if kind in REBUILT_FOR else None,
        since=stamp_time(row.since),
        raised_at=stamp_time(row.raised_at),
        settled_at=instant(row.settled_at),
        mended_by=row.mended_by,
    )


async def propose(services: Services, user: User, mend: str, ledger: str, address: str) -> Proposal:
    """Propose to mend the ledger of an alarm. 409 where no such alarm is open."""
    require(user, *proposals.PROPOSE)
    async with logged(services, user, mend, ledger, address):
        if not await services.queries.alarms.about(ledger) & set(MENDED_BY[mend]):
            raise conflict(f"没有要用“{proposals.TITLES[mend]}”处理的告警，请刷新")
        proposal = await proposals.propose(services, user, mend, ledger)
    await seen(services, user, mend, ledger, address)
    return proposal
