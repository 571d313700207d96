"""批量导入: a sheet of registrations, kept first, then worked through row by row by the followers' process.

A crash loses nothing and registers nothing twice: the file is in the database, each row has a key of its own, and work
goes on after the last row that has a result. The file is read through before its first row is registered: one that
cannot be read leaves no cases behind that would be doubled when it is sent again. One row at a time, so that the
counter hardly notices a sheet.
"""

import asyncio
import logging
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import IO, Any, Literal

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from activities.platform.bell import Bell, Wake
from api.cases.registration import command_of, enter
from api.exchange.sheets import count, rows
from api.http.errors import Problem
from api.queries.rows import AnyRow
from api.services import Services
from models.access import User
from models.codes import Role
from models.errors import Refusal
from models.ledger import stamp_time
from models.sheet import SheetError, fields_of, in_words, is_empty, registration
from models.views.base import instant
from models.views.exchange import ImportedRow, ImportView

SIDE_BY_SIDE = 3
"""Imports under way, a row of each at a time: a large one does not hold up the small ones of other windows."""

BATCH = 20
"""Rows between two looks at the clock of progress."""

RETRY_SECONDS = 2.0
NET_SECONDS = 15.0
"""So long nobody is woken before one looks all the same."""

PIECE = 1 << 20
IN_MEMORY = 8 << 20

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)

FAULT = "系统出错，导入中止；已登记的行见逐行结果，请联系管理员后只重新导入其余的行"

PURPOSE = "imports"
"""Purpose of the key for a waiting sheet: it is full of people."""

logger = logging.getLogger("bancheng.imports")

Numbered = tuple[int, list[Any]]


async def keep(services: Services, user: User, file: IO[bytes], filename: str, kind: str, *, dry_run: bool) -> str:
    """Keep a sheet to be imported; the import's id."""
    import_id = secrets.token_hex(8)
    row = {
        "import_id": import_id,
        "filename": filename[:200],
        "kind": kind,
        "dry_run": dry_run,
        "actor": user.username,
        "role": user.role.value,
        "unit": user.unit,
        "district": user.district,
        "created_at": datetime.now(UTC),
    }
    ring, context = services.personal.ring, str(row["import_id"]).encode()
    pieces = (ring.seal(PURPOSE, piece, context) for piece in iter(lambda: file.read(PIECE), b""))
    await services.queries.intake.keep_import(row, pieces)
    return import_id


async def find(services: Services, user: User, import_id: str) -> AnyRow:
    """An import of one's own window; 404 for every other."""
    row = await services.queries.intake.one_import(import_id)
    if row is None or row.unit not in (await services.organisation()).subtree(user.unit):
        raise Problem(404, "没有这次导入，请核对编号")
    return row


def shown(row: AnyRow, results: list[ImportedRow] | None = None) -> ImportView:
    """The progress of an import; with the result of each row where that is wanted."""
    ended: Literal["failed", "done"] = "failed" if row.error else "done"
    return ImportView(
        import_id=row.import_id,
        filename=row.filename,
        dry_run=row.dry_run,
        total=row.total,
        done=row.done,
        kept=row.kept,
        refused=row.refused,
        error=row.error,
        state=ended if row.finished_at else "running",
        created_at=stamp_time(row.created_at),
        finished_at=instant(row.finished_at),
        rows=results,
    )


async def results(services: Services, import_id: str) -> AsyncIterator[ImportedRow]:
    """The result of each row, in order."""
    async for row in services.queries.intake.results(import_id):
        yield ImportedRow(row=row.row, case_no=row.case_no, errors=row.errors)


async def run(services: Services, bell: Bell) -> None:
    """Work through the imports that are kept. Ends by cancellation, or by raising when the database is away."""
    at_work: dict[str, asyncio.Task[None]] = {}
    async with bell.ear(Wake.IMPORTS) as ear:
        try:
            while True:
                for ended in [task for task in at_work.values() if task.done()]:
                    await ended  # what it raised ends this, and it begins anew
                at_work = {import_id: task for import_id, task in at_work.items() if not task.done()}
                for waiting in await services.queries.intake.waiting_imports(SIDE_BY_SIDE):
                    if waiting.import_id not in at_work:
                        task = asyncio.create_task(_work_through(services, waiting))
                        task.add_done_callback(lambda _: bell.ring(Wake.IMPORTS))
                        at_work[waiting.import_id] = task
                await ear.wait(NET_SECONDS)
        finally:
            for task in at_work.values():
                task.cancel()


async def _work_through(services: Services, row: AnyRow) -> None:
    queries, error = services.queries.intake, None
    done = await queries.last_row(row.import_id)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        async for piece in queries.pieces(row.import_id):
            file.write(services.personal.ring.open(PURPOSE, piece, row.import_id.encode()))
        try:
            if row.total is None:
                await queries.read_through(row.import_id, await asyncio.to_thread(count, file, row.kind))
            sheet = rows(file, row.kind)
            fields = await asyncio.to_thread(lambda: fields_of(next(sheet, [])))
            numbered = ((number, cells) for number, cells in enumerate(sheet, start=2) if number > done)
            while batch := await asyncio.to_thread(lambda: _next(numbered)):
                await queries.keep_results(row.import_id, await _register(services, row, fields, batch))
        except SheetError as wrong:
            error = str(wrong)
        except DATABASE_AWAY:
            raise
        except Exception:
            logger.exception("导入 %s 中止", row.import_id)  # and not tried for ever: the next ones are waiting
            error = FAULT
    await queries.finish(row.import_id, error)


def _next(numbered: Iterator[Numbered]) -> list[Numbered]:
    return list(islice((pair for pair in numbered if not is_empty(pair[1])), BATCH))


async def _register(
    services: Services, row: AnyRow, fields: Sequence[str], batch: Sequence[Numbered]
) -> list[dict[str, Any]]:
    user = User(row.actor, Role(row.role), row.unit, row.district)
    return [
        {"row": number, **await _one(services, user, row, number, registration(fields, cells))}
        for number, cells in batch
    ]


async def _one(services: Services, user: User, row: AnyRow, number: int, body: dict[str, Any]) -> dict[str, Any]:
    """One row, until there is an answer: registered, or refused with its reasons."""
    extra = {"source": {"import": row.import_id, "row": str(number)}}
    while True:
        try:
            organisation = await services.organisation()
            if body.get("unit") in organisation.units and body["unit"] not in organisation.subtree(user.unit):
                return {"case_no": None, "errors": [{"field": "窗口代码", "reason": "只能为本窗口或下级窗口登记"}]}
            if row.dry_run:
                await command_of(services, user, body, extra, datetime.now(UTC))
                return {"case_no": None, "errors": []}
            case_no, _ = await enter(services, user, body, f"import-{row.import_id}-{number}", extra)
            return {"case_no": case_no, "errors": []}
        except Refusal as refusal:
            if not (isinstance(refusal, Problem) and refusal.status == 503):
                return {"case_no": None, "errors": in_words(refusal.errors, refusal.detail)}
            logger.warning("导入 %s 第 %d 行暂未登记，稍后重试", row.import_id, number)
            await asyncio.sleep(RETRY_SECONDS)
