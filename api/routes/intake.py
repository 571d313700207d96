"""外部来件与批量导入: pieces that other systems send, signed; and sheets that a window loads."""

import asyncio
import csv
import io
import tempfile
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from openpyxl import Workbook

from api.exchange import imports, intake
from api.exchange.sheet_upload import DOCUMENTED, IN_MEMORY, XLSX, kind_of, received
from api.http.answers import Answer, Csv, Xlsx, already
from api.http.bodies import documented
from api.http.errors import Problem
from api.identity.dependencies import ServicesDep, UserDep, address, require
from models.access import WINDOW
from models.codes import SENT_IN, Channel, Role
from models.sheet import COLUMNS, EXAMPLE
from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER
from models.views.base import Listed
from models.views.exchange import ImportView, IntakeKey, PieceReceived, PieceRefused, PieceStatus, PieceTaken

router = APIRouter(prefix="/api/intake", tags=["外部来件"])

CSV = "text/csv; charset=utf-8"
WAIT_SECONDS, LOOK_SECONDS = 20.0, 0.2

Timestamp = Annotated[str | None, Header(alias=TIMESTAMP_HEADER)]
Signature = Annotated[str | None, Header(alias=SIGNATURE_HEADER)]


# -- 批量导入 --------------------------------------------------------------------------------------------


@router.get("/template.csv", summary="导入模板（CSV）", response_class=Csv)
async def template_csv(user: UserDep) -> Response:
    """表头和一行示例。"""
    out = io.StringIO()
    csv.writer(out).writerows([list(COLUMNS), EXAMPLE])
    head = {"Content-Disposition": 'attachment; filename="template.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type=CSV, headers=head)


@router.get("/template.xlsx", summary="导入模板（XLSX）", response_class=Xlsx)
async def template_xlsx(user: UserDep) -> Response:
    """表头和一行示例。"""
    book, out = Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (list(COLUMNS), EXAMPLE):
        sheet.append(list(row))
    book.save(out)
    head = {"Content-Disposition": 'attachment; filename="template.xlsx"'}
    return Response(out.getvalue(), media_type=XLSX, headers=head)


@router.post(
    "/import",
    status_code=202,
    summary="批量导入登记",
    response_model=ImportView,
    responses={200: {"description": "已经办完", "model": ImportView}},
    openapi_extra=DOCUMENTED,
)
async def load(
    request: Request,
    services: ServicesDep,
    user: UserDep,
    dry_run: Annotated[bool, Query(description="只校验，不登记")] = False,
    wait: Annotated[bool, Query(description="最多等 20 秒，办完即返回逐行结果")] = False,
) -> Answer:
    """上传 .xlsx 或 .csv，逐行登记：坏行指名退回，好行照登。返回导入编号，可查进度和逐行结果。"""
    require(user, *WINDOW)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        filename = await received(request, file)
        kind = kind_of(file)
        import_id = await imports.keep(services, user, file, filename, kind, dry_run=dry_run)
    deadline = time.monotonic() + WAIT_SECONDS
    row = await imports.find(services, user, import_id)
    while wait and row.finished_at is None and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        row = await imports.find(services, user, import_id)
    finished = wait and row.finished_at is not None
    results = [result async for result in imports.results(services, import_id)] if finished else None
    head = {"Location": f"/api/intake/imports/{import_id}"}
    return Answer(imports.shown(row, results), 200 if finished else 202, head)


@router.get("/imports/{import_id}", summary="导入进度")
async def progress(services: ServicesDep, user: UserDep, import_id: str) -> ImportView:
    """办了多少行，登记多少，退回多少。"""
    require(user, *WINDOW)
    return imports.shown(await imports.find(services, user, import_id))


@router.get("/imports/{import_id}/report", summary="逐行结果", response_class=Csv)
async def report(services: ServicesDep, user: UserDep, import_id: str) -> StreamingResponse:
    """每行的案件编号，或退回理由（CSV）。"""
    require(user, *WINDOW)
    await imports.find(services, user, import_id)
    head = {"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'}
    return StreamingResponse(_lines(services, import_id), media_type=CSV, headers=head)


async def _lines(services: ServicesDep, import_id: str) -> AsyncIterator[str]:
    yield "\ufeff" + _line(["行", "案件编号", "退回理由"])
    async for row in imports.results(services, import_id):
        reasons = "；".join(f"{error.field}：{error.reason}".lstrip("：") for error in row.errors)
        yield _line([str(row.row), row.case_no or "", reasons])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


# -- 外部来件 --------------------------------------------------------------------------------------------


@router.get("/refused", summary="退件")
async def refused(
    services: ServicesDep, user: UserDep, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Listed[PieceRefused]:
    """未能登记的来件和理由，最新的在前；不留内容。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    return Listed(items=await intake.refused(services, limit))


@router.get("/keys/{channel}", summary="来件密钥")
async def key(services: ServicesDep, user: UserDep, channel: str) -> IntakeKey:
    """该渠道的来件系统签名用的密钥。"""
    require(user, Role.ADMIN)
    if channel not in SENT_IN:
        raise Problem(404, f"没有“{channel}”这个来件渠道，请核对：{'、'.join(sorted(SENT_IN))}")
    return IntakeKey(channel=Channel(channel), secret=intake.key_for(services, channel))


@router.post(
    "/{channel}",
    status_code=201,
    summary="来件登记",
    openapi_extra=documented(),
    response_model=PieceTaken,
    responses=already(PieceTaken),
)
async def take(
    request: Request, services: ServicesDep, channel: str, timestamp: Timestamp = None, signature: Signature = None
) -> Answer:
    """其他系统送来的一件：内容同登记，另加 source_id；渠道由地址决定。须签名。

    同一编号、同一内容重送，得到同一案件。
    """
    status, taken = await intake.take(services, channel, await request.body(), timestamp, signature, address(request))
    return Answer(taken, status)


@router.get("/{channel}/{source_id:path}", summary="办理状态回传")
async def status(
    services: ServicesDep, channel: str, source_id: str, timestamp: Timestamp = None, signature: Signature = None
) -> PieceStatus | PieceReceived:
    """凭来件编号查办到哪一步；对空内容签名。还没有进入台账的，只有编号。"""
    return await intake.status(services, channel, source_id, timestamp, signature)
