"""Delivering a notice, and reporting the result to the case (送达与回报)."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.departments.breaker import Breaker, CrowdedError, OpenError
from activities.departments.email import EmailAdapter
from activities.departments.http import HttpAdapter
from activities.departments.protocol import (
    FIRST_RETRY,
    LONGEST_RETRY,
    Adapter,
    Delivery,
    OutageError,
    Receipt,
    RefusedError,
)
from activities.departments.registry import Registry
from activities.ledgers.system_commands import SystemCommands
from models.actions import CommandName
from models.aggregate import OWN_ID, SYSTEM, Command
from models.case.delivery import AdapterKind, DeliveryState
from models.notices import Notice
from models.signing import department_purpose, signing_key
from models.tables import AdapterRow

REFUSED = RefusedError.__name__
"""Type of the error after which there is no further attempt."""


class Report(BaseModel):
    """The result of a delivery (送达结果)."""

    notice: Notice
    state: DeliveryState
    adapter: AdapterKind
    detail: str

    @property
    def command(self) -> Command:
        """The report as the command's body."""
        outcome = self.model_dump(mode="json", include={"state", "adapter", "detail"})
        notice = self.notice
        return Command(
            name=CommandName.REPORT_DELIVERY,
            by=SYSTEM,
            body={"assignment_id": notice.assignment_id, **outcome},
            id=f"{OWN_ID}delivery-{notice.assignment_id}-{notice.seq}",
        )


@dataclass(frozen=True)
class Departments:
    """A worker's way to the departments' systems, with a breaker for each."""

    pool: AsyncConnectionPool
    commands: SystemCommands
    http: httpx.AsyncClient
    secret: bytes
    _breakers: dict[str, Breaker] = field(default_factory=dict)

    @activity.defn(name="deliver")
    async def deliver(self, delivery: Delivery) -> Receipt:
        """Deliver the notice to the department's system as now configured.

        Raises ApplicationError; of type REFUSED, and non-retryable, where a retry would not help.
        """
        notice = delivery.notice
        try:
            adapter = await self._adapter(notice.unit)
            async with self._breakers.setdefault(notice.unit, Breaker()).call():
                return await _in_time(adapter, delivery)
        except RefusedError as error:
            raise ApplicationError(str(error), type=REFUSED, non_retryable=True) from None
        except CrowdedError as error:
            raise _again(error, error.retry_after) from None
        except OpenError as error:
            raise _again(error, max(error.retry_after, _usual_wait())) from None
        except OutageError as error:
            raise _again(error, _usual_wait()) from None

    @activity.defn(name="report_delivery")
    async def report(self, report: Report) -> None:
        """Report the result to the case. May be repeated, also across runs: the ledger takes each report once."""
        case_no, command = report.notice.case_no, report.command
        if not await Registry(self.pool).has_command(case_no, command.id):
            await self.commands.tell(case_no, command)

    async def _adapter(self, unit: str) -> Adapter:
        row = await Registry(self.pool).adapter(unit)
        if row is None:
            raise RefusedError("该部门已改用收件箱")
        if row.kind == AdapterKind.EMAIL:
            return EmailAdapter(str(row.url), str(row.email), str(row.sender))
        return self._http_adapter(row)

    def _http_adapter(self, row: AdapterRow) -> HttpAdapter:
        key = signing_key(self.secret, department_purpose(row.unit), row.key_version)
        return HttpAdapter(self.http, str(row.url), key, int(time.time()))


def _usual_wait() -> timedelta:
    """Back off by elapsed time, not by attempts, so that calls which only waited for a slot are not penalised."""
    info = activity.info()
    return min(max(info.started_time - info.scheduled_time, FIRST_RETRY), LONGEST_RETRY)


def _again(error: Exception, after: timedelta) -> ApplicationError:
    """A retry with an explicit delay; BENIGN, so it is not logged each time."""
    kind = type(error).__name__.removesuffix("Error")
    return ApplicationError(str(error), type=kind, next_retry_delay=after, category=ApplicationErrorCategory.BENIGN)


async def _in_time(adapter: Adapter, delivery: Delivery) -> Receipt:
    """Call within the department's time-out, reading the answer included."""
    try:
        async with asyncio.timeout(delivery.timeout_seconds):
            return await adapter.deliver(delivery.notice)
    except TimeoutError as error:
        raise OutageError(f"对方系统 {delivery.timeout_seconds} 秒内没有应答") from error


def longest_attempt(delivery: Delivery) -> timedelta:
    """How long one attempt may take before its worker counts as dead: the time-out and a margin."""
    return timedelta(seconds=delivery.timeout_seconds + 5)
