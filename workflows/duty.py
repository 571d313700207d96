"""DutyWorkflow (定时事务流程): carries out one duty once. A Temporal Schedule for each duty starts it (schedules.py).

Duties have a namespace of their own, which drops closed runs after a day. A duty may be repeated at any moment: an
attempt that timed out may still run while the next one begins.
"""

from datetime import timedelta

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.platform.heartbeat import BEAT_TIMEOUT

NAMESPACE, TASK_QUEUE = "duties", "duties"

RETRY = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(seconds=30))
PATIENCE = 2
"""A duty is retried for this many times its longest attempt; then the run fails, visibly, and the schedule starts
another."""


class Duty(BaseModel):
    """Recurring work (定时事务)."""

    name: str
    """Name of the activity that does it."""
    title: str
    every: timedelta
    longest: timedelta
    """Time-out of one attempt."""


@workflow.defn(name="DutyWorkflow")
class DutyWorkflow:
    """一次定时事务。"""

    @workflow.run
    async def run(self, duty: Duty) -> str:
        """办一次；出错自动重试，仍不成的，这一次算失败，下一次照常。"""
        done: str = await workflow.execute_activity(
            duty.name,
            result_type=str,
            start_to_close_timeout=duty.longest,
            schedule_to_close_timeout=PATIENCE * duty.longest,
            heartbeat_timeout=BEAT_TIMEOUT,
            retry_policy=RETRY,
            summary=duty.title,
        )
        return done
