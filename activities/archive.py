"""The history archive (历史归档): every closed run of every workflow, exported soon after it closes.

Temporal keeps closed histories for its retention only; auditors replay for decades. A duty
(workflows/hosting/schedules.py) finds closed runs that are not kept; each is written once, with its digests and its
last build. A run that stays behind too long is logged as an error at each look until it is kept.
"""

import gzip
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution, WorkflowHistory

from activities.platform.heartbeat import beating
from activities.platform.keyring import SYSTEM, KeyRing
from activities.platform.signatures import Signer
from models.ledger import canonical, stamp_time

OVERLAP = timedelta(hours=1)
"""How far back each look begins: the engine lists a run a little after it closes."""

LATE = timedelta(minutes=15)
"""A run that closed longer ago and is not kept is an alarm, because the engine drops it after its retention."""

_KNOWN = "SELECT run_id FROM histories WHERE namespace = %s AND run_id = ANY(%s)"
_NEWEST = "SELECT max(closed_at) FROM histories WHERE namespace = %s"
_KEEP = """
INSERT INTO histories
(workflow_id, run_id, namespace, started_at, closed_at, build_id, events, sha256, sm3, content, signature, archived_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now()) ON CONFLICT DO NOTHING
"""
PAGE = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class HistoryArchive:
    """Keeps closed runs, namespace by namespace."""

    pool: AsyncConnectionPool
    clients: Mapping[str, Client]
    """By namespace."""
    ring: KeyRing
    all_of_it: bool = False
    """Look at every closed run each time, however old: for systems that move cases' clocks."""

    @activity.defn(name="archive_histories")
    async def archive(self) -> str:
        """Keep closed runs of all namespaces. May be repeated: a kept run stays as it is."""
        async with beating(), self.pool.connection() as session:
            kept = [await self.look(session, namespace) for namespace in self.clients]
        return f"归档 {sum(kept)} 份"

    async def look(self, session: AsyncConnection, namespace: str) -> int:
        """Keep closed runs of this namespace. Returns their number."""
        kept, page = 0, []
        async for execution in self.clients[namespace].list_workflows(await self._closed_since(session, namespace)):
            page.append(execution)
            if len(page) == PAGE:
                kept += await self._keep(session, namespace, page)
                page = []
        return kept + await self._keep(session, namespace, page)

    async def _closed_since(self, session: AsyncConnection, namespace: str) -> str:
        newest = await (await session.execute(_NEWEST, (namespace,))).fetchone()
        closed = "ExecutionStatus != 'Running'"
        if self.all_of_it or newest is None or newest[0] is None:
            return closed
        return f"{closed} AND CloseTime > '{(newest[0] - OVERLAP).isoformat()}'"

    async def _keep(self, session: AsyncConnection, namespace: str, page: list[WorkflowExecution]) -> int:
        if not page:
            return 0
        runs = [execution.run_id for execution in page]
        known = {row[0] for row in await (await session.execute(_KNOWN, (namespace, runs))).fetchall()}
        missing = [execution for execution in page if execution.run_id not in known]
        for execution in missing:
            closed = execution.close_time or datetime.now(UTC)
            if datetime.now(UTC) - closed > LATE:
                logger.error("历史归档滞后：%s 已于 %s 结束，尚未归档", execution.id, closed.isoformat())
            handle = self.clients[namespace].get_workflow_handle(execution.id, run_id=execution.run_id)
            history = await handle.fetch_history()
            sha256, digest, content = pack(history)
            who = (execution.id, execution.run_id, namespace, execution.start_time, closed)
            record = (*who, build_of(history), len(history.events), sha256, digest)
            signature = Signer(self.ring, SYSTEM).sign_text(signed_of(*record))
            await session.execute(_KEEP, (*record, content, signature))
        return len(missing)


def signed_of(
    workflow_id: str,
    run_id: str,
    namespace: str,
    started_at: datetime,
    closed_at: datetime,
    build_id: str,
    events: int,
    sha256: str,
    sm3_digest: str,
) -> bytes:
    """The signed content of a kept history: its digests and its whole description."""
    times = stamp_time(started_at), stamp_time(closed_at)
    return canonical([workflow_id, run_id, namespace, *times, build_id, events, sha256, sm3_digest])


def pack(history: WorkflowHistory) -> tuple[str, str, bytes]:
    """A history's SHA-256, its SM3 and its compressed JSON."""
    text = history.to_json().encode()
    return hashlib.sha256(text).hexdigest(), sm3(text), gzip.compress(text, mtime=0)


def unpack(workflow_id: str, content: bytes, sha256: str) -> WorkflowHistory:
    """The unpacked history. Raises ValueError when its digest differs from the kept one."""
    text = gzip.decompress(content)
    if hashlib.sha256(text).hexdigest() != sha256:
        raise ValueError(f"归档的历史 {workflow_id} 与其摘要不符，已被改动")
    return WorkflowHistory.from_json(workflow_id, text.decode())


def sm3(content: bytes) -> str:
    """The SM3 digest (GB/T 32905)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def build_of(history: WorkflowHistory) -> str:
    """The build that completed the last workflow task; empty where none was named."""
    for event in reversed(history.events):
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
            completion: Any = event.workflow_task_completed_event_attributes
            return str(completion.worker_version.build_id or completion.binary_checksum)
    return ""
