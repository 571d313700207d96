"""Two persons (双人): one administrator proposes, and it holds when another confirms it."""

from collections.abc import Awaitable, Callable

from api.audit.mending import Proposal as Agreed
from api.audit.mending import carry_out
from api.http.errors import Problem
from api.identity.access_log import logged, seen
from api.office import calendar_changes
from api.office.calendar_changes import YearChange
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.aggregate.mending import Mended
from models.codes import Role
from models.errors import Refusal
from models.ledger import stamp_time
from models.views.base import instant
from models.views.proposals import Proposal

PROPOSE, CONFIRM = (Role.ADMIN,), (Role.ADMIN, Role.SECURITY_ADMIN)

CALENDAR, TAKE_UP, REBUILD = "calendar", "take_up", "rebuild"
TITLES = {CALENDAR: "日历变更", TAKE_UP: "恢复办理", REBUILD: "台账重建"}
ALL = ""
"""The subject of a proposal about all ledgers: carried out by a command, not at the door."""

MENDS = {TAKE_UP: Mended.TAKEN_UP, REBUILD: Mended.REBUILT}


async def propose(services: Services, user: User, what: str, about: str) -> Proposal:
    """Propose to mend a ledger, or all. The same thing is proposed once."""
    same = await services.queries.proposals.same(what, about)
    return shown(same or await services.queries.proposals.ask(what, about, {}, user.username))


async def find(services: Services, proposal_id: str) -> AnyRow:
    """The proposal of that id; Problem 404 for none."""
    proposal = await services.queries.proposals.one(proposal_id)
    if proposal is None:
        raise Problem(404, "没有这项申请，请刷新页面")
    return proposal


async def unfinished(services: Services) -> list[Proposal]:
    """Proposals that nobody has settled, or that are confirmed and not carried out; the oldest first."""
    return [shown(row) for row in await services.queries.proposals.unfinished()]


async def decide(services: Services, user: User, proposal_id: str, decision: str, address: str) -> Proposal:
    """Take one of `DECISIONS` on a proposal, and write it down; the proposal afterwards, with its outcome."""
    action = f"{decision} proposal"
    async with logged(services, user, action, "", address):
        proposal = await find(services, proposal_id)
        outcome = await DECISIONS[decision](services, user, proposal)
    ledger = proposal.about if proposal.what != CALENDAR else ""
    await seen(services, user, action, ledger, address, outcome[:200])
    return shown(await find(services, proposal_id)).model_copy(update={"told": outcome})


async def confirm(services: Services, user: User, proposal: AnyRow) -> str:
    """Confirm another administrator's proposal, and carry it out; the outcome in words.

    403 for one's own, 409 for one that is settled or does not pass its checks. Where engine or database failed in the
    middle, the same person may confirm again. A proposal about all ledgers waits for its command.
    """
    if proposal.asked_by == user.username:
        raise Problem(403, "自己提出的，须由另一位管理员复核")
    if not await services.queries.proposals.settle(proposal.id, user.username, agreed=True):
        raise Problem(409, "这项申请已经有人处理，请刷新页面")
    if proposal.what != CALENDAR and proposal.about == ALL:
        return f"已确认：请在服务器上执行 make {COMMANDS[proposal.what]} PROPOSAL={proposal.id}"
    try:
        outcome = await _CARRIED_OUT[proposal.what](services, user, proposal)
    except Refusal as refusal:
        await services.queries.proposals.done(proposal.id, f"未办成：{refusal.detail}")
        raise
    await services.queries.proposals.done(proposal.id, outcome)
    return outcome


async def refuse(services: Services, user: User, proposal: AnyRow) -> str:
    """Refuse a proposal, also one's own. 409 for one that is settled."""
    if not await services.queries.proposals.settle(proposal.id, user.username, agreed=False):
        raise Problem(409, "这项申请已经有人处理，请刷新页面")
    return "已作废"


DECISIONS = {"confirm": confirm, "refuse": refuse}
"""Decisions on a proposal, by their names in the address."""


def shown(row: AnyRow) -> Proposal:
    """A proposal as the API gives it."""
    return Proposal(
        id=row.id,
        what=row.what,
        title=TITLES[row.what],
        about=row.about or None,
        asked_by=row.asked_by,
        asked_at=stamp_time(row.asked_at),
        settled_by=row.settled_by,
        settled_at=instant(row.settled_at),
        agreed=row.agreed,
        done_at=instant(row.done_at),
        told=row.told or None,
    )


COMMANDS = {TAKE_UP: "takeup", REBUILD: "rebuild"}
"""The command that carries out a proposal about all ledgers."""


async def _change_calendar(services: Services, user: User, proposal: AnyRow) -> str:
    change = YearChange.model_validate(proposal.said)
    await calendar_changes.put_in_force(services, int(proposal.about), change, proposal.asked_by)
    return "已生效，在办案件正在重算期限"


async def _mend(services: Services, user: User, proposal: AnyRow) -> str:
    agreed = Agreed(proposal.id, proposal.asked_by, user.username)
    return await carry_out(services, MENDS[proposal.what], proposal.about, agreed)


_CARRIED_OUT: dict[str, Callable[[Services, User, AnyRow], Awaitable[str]]] = {
    CALENDAR: _change_calendar,
    TAKE_UP: _mend,
    REBUILD: _mend,
}
