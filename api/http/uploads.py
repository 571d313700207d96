"""Uploads (上传): a form with one file, of which no more is ever kept than is allowed."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.http.errors import Problem
from models.errors import FieldError

FORM_BYTES = 1 << 16
"""Most bytes of a form besides its file."""


class TooLargeError(MultiPartException):
    """A form beyond the limit. The parser closes what it has kept so far."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, and the form's other fields."""

    name: str
    content: bytes
    fields: dict[str, str]


async def limited(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    """The body of the request; one that is too large is not kept on disk to its end."""
    received = 0
    async for piece in request.stream():
        received += len(piece)
        if received > most + FORM_BYTES:
            raise TooLargeError("")
        yield piece


async def uploaded(request: Request, most: int) -> Upload:
    """The one file of a form, field `file`. Raises Problem 413 for too large a one, 422 for none."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _nothing()
    try:
        form = await MultiPartParser(request.headers, limited(request, most), max_files=1, max_fields=20).parse()
    except TooLargeError:
        raise _too_large(most) from None
    except MultiPartException:
        raise _nothing() from None
    try:
        sent = form.get("file")
        if not isinstance(sent, UploadFile) or not sent.filename:
            raise _nothing()
        content = await sent.read(most + 1)
        if len(content) > most:
            raise _too_large(most)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return Upload(sent.filename, content, fields)
    finally:
        await form.close()


def _too_large(most: int) -> Problem:
    return Problem(413, f"文件超过 {most >> 20} MB，请压缩或分成几个文件再上传")


def _nothing() -> Problem:
    reason = "请选择一个文件（表单字段 file）"
    return Problem(422, reason, errors=[FieldError("file", reason)])
