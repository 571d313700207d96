"""A sheet that somebody uploads (上传的表格): as a form's field, or as the request itself."""

from typing import IO, Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.exchange.sheets import MOST_BYTES
from api.http.errors import Problem
from api.http.uploads import TooLargeError, limited
from models.errors import FieldError

IN_MEMORY = 1 << 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET = {"schema": {"type": "string", "format": "binary"}}
_FORM = {"schema": {"type": "object", "required": ["file"], "properties": {"file": _SHEET["schema"]}}}
DOCUMENTED: dict[str, Any] = {
    "requestBody": {"content": {"multipart/form-data": _FORM, "text/csv": _SHEET, XLSX: _SHEET}}
}


async def received(request: Request, file: IO[bytes]) -> str:
    """The sheet of the request into the file; its name. 413 for too large a one, 422 for none."""
    name = "import"
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        try:
            form = await MultiPartParser(request.headers, limited(request, MOST_BYTES), max_files=1).parse()
        except TooLargeError:
            raise _too_large() from None
        except MultiPartException:
            raise _nothing() from None
        try:
            sent = form.get("file")
            if not isinstance(sent, UploadFile):
                raise _nothing()
            name = sent.filename or name
            while piece := await sent.read(IN_MEMORY):
                _write(file, piece)
        finally:
            await form.close()
    else:
        async for piece in request.stream():
            _write(file, piece)
    if not file.tell():
        raise _nothing()
    file.seek(0)
    return name


def _write(file: IO[bytes], piece: bytes) -> None:
    if file.tell() + len(piece) > MOST_BYTES:
        raise _too_large()
    file.write(piece)


def _too_large() -> Problem:
    return Problem(413, f"文件超过 {MOST_BYTES >> 20} MB，请分成几个文件")


def _nothing() -> Problem:
    reason = "请上传 .xlsx 或 .csv 文件（表单字段 file，或直接作为请求内容）"
    return Problem(422, reason, errors=[FieldError("file", reason)])


def kind_of(file: IO[bytes]) -> str:
    """xlsx or csv, by how the file begins."""
    start = file.read(4)
    file.seek(0)
    return "xlsx" if start.startswith(b"PK\x03\x04") else "csv"
