"""Kinds of files that are taken (文件类型): known by their content, not by their names; pictures lose their EXIF."""

import io
import zipfile

import puremagic
from PIL import Image, ImageOps

from api.http.errors import Problem
from models.errors import FieldError

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
OFFICE = "application/vnd.openxmlformats-officedocument."
INSIDE = {"word/document.xml": f"{OFFICE}wordprocessingml.document", "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet"}
"""By a member of the zip: documents of Word and WPS, and their sheets."""

PDF = "application/pdf"
MACROS = "vbaProject.bin"
MOST_PIXELS = 80_000_000
"""A picture that unpacks to more is none that a phone has made."""

REASON = "只收图片（JPG、PNG、WebP）、PDF、Word（.docx）、Excel（.xlsx）：请换一种格式"


def cleaned(content: bytes) -> tuple[bytes, str]:
    """The file as it is kept, and its type. Raises Problem 422 for a type that is not taken, or a broken file."""
    kind = _kind(content)
    if kind in PICTURES:
        return _without_exif(content, PICTURES[kind]), kind
    return content, kind


def _kind(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    try:
        kind = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        kind = ""
    if kind not in PICTURES and kind != PDF:
        raise _refused(REASON)
    return kind


def _office(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError):
        raise _refused("文件已损坏，打不开：请重新保存后再上传") from None
    if any(name.endswith(MACROS) for name in names):
        raise _refused("文件带有宏，不能上传：请另存为不带宏的格式")
    kinds = [kind for member, kind in INSIDE.items() if member in names]
    if not kinds:
        raise _refused(REASON)
    return kinds[0]


def _without_exif(content: bytes, kind: str) -> bytes:
    """The picture turned upright, without the camera's metadata: where and when, and whose camera."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _refused("图片过大，请缩小后再上传")
            upright = ImageOps.exif_transpose(picture)
            for name in ("exif", "xmp", "icc_profile", "comment", "photoshop"):
                upright.info.pop(name, None)
            out = io.BytesIO()
            upright.save(out, kind, **({} if kind == "PNG" else {"quality": 92}))
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise _refused("图片已损坏，打不开：请重新拍照或保存后再上传") from None


def _refused(reason: str) -> Problem:
    return Problem(422, reason, errors=[FieldError("file", reason)])
