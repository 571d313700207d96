"""DeliveryWorkflow (部门送达): delivers one notice to one department's system, or to the inbox when the time is over.

Attempts stay out of the case's history; the case receives one final result.
"""

import contextlib
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import ActivityCancellationType

with workflow.unsafe.imports_passed_through():
    from activities.departments.deliver import REFUSED, Departments, Report, longest_attempt
    from activities.departments.protocol import FIRST_RETRY, LONGEST_RETRY, Delivery, Receipt
    from models.case.delivery import DeliveryState
    from workflows import web_ui
    from workflows.platform.client import DEPARTMENTS_QUEUE

BACK_OFF = RetryPolicy(
    initial_interval=FIRST_RETRY,
    backoff_coefficient=2,
    maximum_interval=LONGEST_RETRY,
    non_retryable_error_types=[REFUSED],
)
"""Attempts are unlimited; the department's `fallback_hours` bound the time."""


@workflow.defn(name="DeliveryWorkflow")
class DeliveryWorkflow:
    """向部门系统送达一条通知；送不到的，转收件箱并告知窗口。"""

    @workflow.run
    async def run(self, delivery: Delivery) -> str:
        """送达，或在规定时间后、对方拒收时转收件箱；结果记入案件台账。"""
        workflow.set_current_details(web_ui.delivery_details(delivery))
        report = await self._deliver(delivery)
        await workflow.execute_activity_method(
            Departments.report,
            report,
            start_to_close_timeout=timedelta(seconds=30),
            summary=f"告知案件：{report.state.label}",
        )
        return report.detail

    async def _deliver(self, delivery: Delivery) -> Report:
        attempts = workflow.start_activity_method(
            Departments.deliver,
            delivery,
            task_queue=DEPARTMENTS_QUEUE,
            start_to_close_timeout=longest_attempt(delivery),
            retry_policy=BACK_OFF,
            # An attempt under way at the end of the time still counts if it succeeds.
            cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=web_ui.notice_line(delivery.notice),
        )
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                attempts.done,
                timeout=timedelta(hours=delivery.fallback_hours),
                timeout_summary=f"{delivery.fallback_hours} 小时未送达即转收件箱",
            )
        attempts.cancel()
        try:
            return _delivered(delivery, await attempts)
        except ActivityError as error:
            return _failed(delivery, error)


def _delivered(delivery: Delivery, receipt: Receipt) -> Report:
    reference = f"，对方编号 {receipt.reference}" if receipt.reference else ""
    detail = f"{delivery.notice.event.label}通知已送达{reference}"
    return Report(notice=delivery.notice, state=DeliveryState.DELIVERED, adapter=receipt.adapter, detail=detail)


def _failed(delivery: Delivery, error: ActivityError) -> Report:
    cause, hours = error.cause, delivery.fallback_hours
    why = cause.message if isinstance(cause, ApplicationError) else f"{hours} 小时内未能送达"
    detail = f"{delivery.notice.event.label}通知未送达部门系统：{why}。已转收件箱，请联系该部门登录办理"
    return Report(notice=delivery.notice, state=DeliveryState.FAILED, adapter=delivery.adapter, detail=detail)
