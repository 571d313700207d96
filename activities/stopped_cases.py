"""流程中止告警: a case whose workflow was terminated, cancelled or failed while the case is not over raises an alarm.

Who may stop a workflow in the Web UI could otherwise stop a case's clock without a trace. A duty looks
(workflows/schedules.py); an alarm is raised once for each run that ended, and settled when a workflow is at work for
the case again.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.heartbeat import beating

LOOK_BACK = timedelta(days=2)
"""So far back it looks each time: longer than all workers are ever away."""

STOPPED = "WorkflowType = 'CaseWorkflow' AND ExecutionStatus IN ('Terminated', 'Failed', 'Canceled', 'TimedOut')"

_OPEN = "SELECT 1 FROM cases WHERE case_no = %s AND NOT finished"
_KNOWN = "SELECT 1 FROM alarms WHERE run_id = %s"
_RAISE = """
INSERT INTO alarms (run_id, case_no, status, reason, ended_at, raised_at) VALUES (%s, %s, %s, %s, %s, now())
ON CONFLICT DO NOTHING
"""
_UNSETTLED = "SELECT DISTINCT case_no FROM alarms WHERE settled_at IS NULL"
_SETTLE = "UPDATE alarms SET settled_at = now() WHERE case_no = %s AND settled_at IS NULL"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoppedCases:
    """Raises and settles alarms."""

    pool: AsyncConnectionPool
    client: Client
    all_of_it: bool = False
    """Look at all that ever ended: where cases' clocks are moved about."""

    @activity.defn(name="watch_cases")
    async def watch(self) -> str:
        """Look once. May be repeated: an alarm is raised once."""
        async with beating(), self.pool.connection() as session:
            await self.look(session)
        return "已巡查"

    async def look(self, session: AsyncConnection) -> None:
        """Raise what is to be raised, and settle what is at work again."""
        since = f" AND CloseTime > '{(datetime.now(UTC) - LOOK_BACK).isoformat()}'"
        async for ended in self.client.list_workflows(STOPPED + ("" if self.all_of_it else since)):
            known = await (await session.execute(_KNOWN, (ended.run_id,))).fetchone()
            still_open = await (await session.execute(_OPEN, (ended.id,))).fetchone()
            if not known and still_open and not await self._at_work(ended.id):
                await self._raise(session, ended)
        for (case_no,) in await (await session.execute(_UNSETTLED)).fetchall():
            over = not await (await session.execute(_OPEN, (case_no,))).fetchone()
            if over or await self._at_work(case_no):
                await session.execute(_SETTLE, (case_no,))

    async def _raise(self, session: AsyncConnection, ended: WorkflowExecution) -> None:
        status = ended.status.name if ended.status else ""
        at = ended.close_time or datetime.now(UTC)
        await session.execute(_RAISE, (ended.run_id, ended.id, status, await self._reason(ended), at))
        logger.error("案件 %s 的流程被中止（%s），时限不再计算：请在 /api/alarms 恢复办理", ended.id, status)

    async def _reason(self, ended: WorkflowExecution) -> str:
        """What whoever terminated it has written, as far as it can be told."""
        try:
            handle = self.client.get_workflow_handle(ended.id, run_id=ended.run_id)
            async for event in handle.fetch_history_events():
                if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
                    said = event.workflow_execution_terminated_event_attributes
                    return f"{said.identity}：{said.reason}"[:400]
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        return ""

    async def _at_work(self, case_no: str) -> bool:
        try:
            description = await self.client.get_workflow_handle(case_no).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return description.status is WorkflowExecutionStatus.RUNNING
