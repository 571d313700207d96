"""The follower `departments` (部门通知): reads what happened to cases, starts a delivery for each notice.

Where no department has a system of its own, a row of entries costs one question and nothing else.
"""

import contextlib
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.departments.protocol import Delivery
from activities.departments.registry import Registry
from activities.followers.events import Event, Follower
from models.case.delivery import AdapterKind
from models.notices import MAY_NOTIFY, Notice, notices
from workflows.delivery import DeliveryWorkflow
from workflows.platform.client import TASK_QUEUE
from workflows.web_ui import notice_line

FOLLOWER = "departments"


@dataclass(frozen=True)
class DepartmentNotices:
    """Turns entries into deliveries."""

    client: Client
    registry: Registry

    @property
    def follower(self) -> Follower:
        """The follower of the event log."""
        return Follower(self.handle, MAY_NOTIFY, self.registry.any)

    async def handle(self, event: Event) -> bool:
        """Start the deliveries of this entry. May be repeated: each is started once."""
        ledger = await self.registry.ledger(event.case_no, event.seq)
        started = False
        for notice in notices(ledger) if ledger else []:
            adapter = await self.registry.adapter(notice.unit)
            if adapter is not None:
                delivery = Delivery(
                    notice=notice,
                    adapter=AdapterKind(adapter.kind),
                    timeout_seconds=adapter.timeout_seconds,
                    fallback_hours=adapter.fallback_hours,
                )
                await self._start(delivery)
                started = True
        return started

    async def _start(self, delivery: Delivery) -> None:
        notice: Notice = delivery.notice
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await self.client.start_workflow(
                DeliveryWorkflow.run,
                delivery,
                id=notice.delivery_id,
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                static_summary=notice_line(notice),
            )
