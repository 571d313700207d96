"""旧台账 at the door: a register that was kept before this system is tried, looked over, then kept (IG4)."""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import IO, Any

from api.exchange import sheets
from api.services import Services
from models.access import User
from models.codes import Role, UnitKind
from models.errors import conflict, invalid
from models.ledger import BEIJING, stamp_time
from models.old_register import OldRowError, fields_of, new_ones, record
from models.sheet import SheetError, is_empty
from models.views.old_register import OldRegisterFile, OldRegisterLoad, OldRowRefused
from models.views.problem import FieldReason

KEEPERS = (Role.LEAD,)


async def load(
    services: Services, user: User, file: IO[bytes], name: str, kind: str, *, digest: str | None
) -> OldRegisterLoad:
    """An old register's sheet: every row checked; kept only where `digest` says that this very file was tried before.

    A file that was kept already is not kept twice, nor is a row that another file brought. Rows that are wrong are
    named and left out.
    """
    content = file.read()
    sha256 = hashlib.sha256(content).hexdigest()
    file.seek(0)
    units = (await services.organisation()).units.values()
    windows = [unit.code for unit in units if unit.district == user.district and unit.kind is UnitKind.WINDOW]
    try:
        good, bad = await asyncio.to_thread(_read, file, kind, windows)
    except SheetError as error:
        raise invalid(str(error), "file") from None
    new = new_ones(good, await services.queries.outside.others_records(user.district, sha256))
    tried = OldRegisterLoad(
        file=name,
        sha256=sha256,
        rows=len(good) + len(bad),
        good=len(good),
        refused=bad,
        known=[each["row"] for each in good if each not in new],
        kept=0,
        next=f"核对无误后，带 digest={sha256} 再提交同一个文件",
    )
    if digest is None:
        return tried
    if digest != sha256:
        raise conflict("这个文件没有试过，或试过之后又改动了：请先试导入，核对逐行结果，再带摘要提交")
    origin = {"district": user.district, "file_sha256": sha256, "file_name": name[:200]}
    by = {"imported_by": user.username, "imported_at": datetime.now(UTC)}
    await services.queries.outside.keep_records([{**row, **origin, **by} for row in new])
    kept = await services.queries.outside.records_of(user.district, sha256)
    return tried.model_copy(update={"kept": kept, "next": None})


async def files(services: Services, user: User) -> list[OldRegisterFile]:
    """The files whose rows the user's district keeps (an auditor: every district), the newest first."""
    rows = await services.queries.outside.files(None if user.role is Role.AUDITOR else user.district)
    return [
        OldRegisterFile(
            district=row.district,
            file_name=row.file_name,
            file_sha256=row.file_sha256,
            rows=row.rows,
            imported_by=row.imported_by,
            first=row.first.isoformat(),
            last=row.last.isoformat(),
            imported_at=stamp_time(row.imported_at),
        )
        for row in rows
    ]


def _read(file: IO[bytes], kind: str, windows: list[str]) -> tuple[list[dict[str, Any]], list[OldRowRefused]]:
    """The rows that can be kept, and those that cannot."""
    good: list[dict[str, Any]] = []
    bad: list[OldRowRefused] = []
    today, lines = datetime.now(BEIJING).date(), sheets.rows(file, kind)
    heading = next(lines, None)
    if heading is None:
        raise SheetError("表里什么也没有")
    fields = fields_of(heading)
    for number, cells in enumerate(lines, start=2):
        if is_empty(cells):
            continue
        try:
            good.append({**record(fields, cells, windows, today), "row": number})
        except OldRowError as error:
            errors = [FieldReason.model_validate(each) for each in error.errors]
            bad.append(OldRowRefused(row=number, errors=errors))
    return good, bad
