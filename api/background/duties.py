"""The duties of this floor (定时事务): going on with work that a crash interrupted, and upkeep.

Each may be repeated, at any moment, by any process (workflows/hosting/schedules.py says how often).
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio import activity

from activities.platform.heartbeat import beating
from api.cases import registration
from api.commands.personal import AT_ONCE
from api.services import Services
from api.solutions import amended, opening
from api.supervision import draws, inquiries, task_opening

logger = logging.getLogger("bancheng.duties")


class UnfinishedError(RuntimeError):
    """Some steps of a duty failed (未办完); the message names them."""


@dataclass(frozen=True)
class Duties:
    """The scheduled work of the process `followers` with the API's services."""

    services: Services

    @activity.defn(name="resume")
    async def resume(self) -> str:
        """Go on with interrupted work (补启动): cases, inquiries, tasks, solutions, calendars.

        One that fails does not keep the others. Raises UnfinishedError at the end.
        """
        steps: dict[str, Callable[[Services], Awaitable[None]]] = {
            "登记": registration.sweep,
            "倒查": inquiries.sweep,
            "督导事项": _tasks,
            "一类事索引": opening.index,
            "依据修改": amended.sweep,
            "日历变更": _calendar,
        }
        failed: dict[str, Exception] = {}
        async with beating():
            for title, step in steps.items():
                try:
                    await step(self.services)
                except Exception as error:  # engine or database away: what is not carried on stays listed
                    logger.warning("补启动（%s）未完成，稍后重试：%s", title, error)
                    failed[title] = error
        if failed:
            [first, *_] = failed.values()
            raise UnfinishedError(f"补启动未完成：{'、'.join(failed)}") from first
        return "已补启动"

    @activity.defn(name="look_after")
    async def look_after(self) -> str:
        """Seal keys of cases anew after a rotation, commit to the draws' seeds and settle the months that are over."""
        rewrapped = 0
        async with beating():
            while count := await self.services.personal.rewrap_some():
                rewrapped += count
                if count < AT_ONCE:
                    break
            await draws.sweep(self.services, datetime.now(UTC), draws.sampling())
        return f"换封 {rewrapped} 件案件的密钥"


async def _tasks(services: Services) -> None:
    await task_opening.sweep(services, registration.SWEEP_AFTER)


async def _calendar(services: Services) -> None:
    newest = await services.queries.office.newest_calendar()
    if newest is not None and await services.queries.cases.before_calendar(newest):
        await services.gateway.spread_calendar(newest)
