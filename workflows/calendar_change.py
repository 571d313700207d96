"""CalendarChangeWorkflow (日历变更): a changed calendar reaches every open case it concerns.

The change is in the database before this starts, so later registrations carry it already. A registration that read the
calendar a moment earlier may arrive during the first pass; further passes catch it, one of them later than any request
lives.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.calendar import CalendarActivities

LATER_THAN_ANY_REQUEST = timedelta(seconds=60)


@workflow.defn(name="CalendarChangeWorkflow")
class CalendarChangeWorkflow:
    """日历变更后，逐件重算在办案件的期限。"""

    @workflow.run
    async def run(self, version: int) -> int:
        """Send the calendar to all open cases. Returns their number."""
        sent = await self._pass(version, "逐件告知在办案件")
        await workflow.sleep(LATER_THAN_ANY_REQUEST, summary="等待变更前已在途的登记")
        return sent + await self._pass(version, "补告知变更时在途的案件")

    async def _pass(self, version: int, summary: str) -> int:
        return await workflow.execute_activity_method(
            CalendarActivities.move_cases,
            version,
            start_to_close_timeout=timedelta(hours=6),
            heartbeat_timeout=timedelta(seconds=60),
            summary=summary,
        )
