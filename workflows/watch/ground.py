"""The objects of a look (巡查对象), and the two ways in which a look checks twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode

from activities.platform.keyring import SYSTEM as SYSTEM_KEY
from activities.platform.keyring import KeyRing
from activities.platform.signatures import Signer
from models.aggregate import OWN_ID, SYSTEM, Command
from workflows.hosting.ledgers import Home
from workflows.ledger import TICK
from workflows.platform.codec import Codec
from workflows.sealed import UPDATE

AT_ONCE = 20
"""Calls to the engine at a time; few, so that the counter is not delayed."""

POKE_SECONDS = 5.0
"""How long a poked workflow has to answer."""

CONFIRM_SECONDS = 3.0
"""A finding must repeat after this time: a registration or a last act may be under way."""

T = TypeVar("T")


@dataclass(frozen=True)
class Ground:
    """The engine's two namespaces, and the keys."""

    open: Client
    sealed: Client
    ring: KeyRing
    secret: bytes = field(repr=False)

    def client(self, home: Home) -> Client:
        """Of the namespace where such ledgers are at work."""
        return self.sealed if home.sealed else self.open

    def codec(self, home: Home) -> Codec:
        """The codec of their histories."""
        return Codec(self.ring, home.key)

    async def running(self, home: Home) -> set[str]:
        """The ids of all their running workflows."""
        query = f"WorkflowType = '{home.type_name}' AND ExecutionStatus = 'Running'"
        return {each.id async for each in self.client(home).list_workflows(query, page_size=1000)}

    async def count(self, home: Home) -> int:
        """How many of their workflows run."""
        query = f"WorkflowType = '{home.type_name}' AND ExecutionStatus = 'Running'"
        return (await self.client(home).count_workflows(query)).count

    async def described(self, home: Home, workflow_id: str) -> WorkflowExecutionDescription | None:
        """The newest run of a workflow, described by the engine rather than its list; None without one."""
        try:
            return await self.client(home).get_workflow_handle(workflow_id).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def poke(self, home: Home, number: str) -> bool:
        """Have a workflow read new entries and check its limits. Returns whether it answered."""
        command = Command(name=TICK, by=SYSTEM, id=f"{OWN_ID}{TICK}-{uuid4().hex[:12]}")
        message = Signer(self.ring, SYSTEM_KEY).sign(number, command).message
        handle = self.client(home).get_workflow_handle(home.id_of(self.secret, number))
        name, sent = (UPDATE, {"name": TICK, **message}) if home.sealed else (f"催动 {TICK}", message)
        try:
            await handle.execute_update(name, sent, id=command.id, rpc_timeout=timedelta(seconds=POKE_SECONDS))
        except (RPCError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError):
            return False
        return True


def is_running(execution: WorkflowExecution | None) -> bool:
    """Whether that workflow is at work."""
    return execution is not None and execution.status is WorkflowExecutionStatus.RUNNING


async def few_at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    """Run all of these, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[T]) -> T:
        async with gate:
            return await each

    return list(await asyncio.gather(*(one(each) for each in work)))
