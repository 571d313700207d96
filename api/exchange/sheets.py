"""Reading sheets (读表): row by row, from a file that may be larger than memory, and never more than it says."""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.packaging.manifest import Manifest
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.functions import fromstring

from models.sheet import SheetError

MOST_BYTES = 50 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 60

MOST_UNPACKED = 256 * 1024 * 1024
MOST_RATIO = 200
"""A workbook that unpacks to more, or to more than this many times its size, is a bomb."""

MOST_HELD = 64 * 1024 * 1024
"""The most of a workbook that the reader holds in memory, at up to seven times its size: texts, all but the sheets."""

_SHEETS, _SHEET_TYPE = "xl/worksheets/", "spreadsheetml.worksheet+xml"

_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
)
"""Errors of zipfile and openpyxl over a workbook that is cut off, damaged, encrypted or none (NotImplementedError is a
RuntimeError)."""

ENCODINGS = ("utf-8-sig", "gb18030")


def count(file: IO[bytes], kind: str) -> int:
    """How many rows follow the heading, empty ones too. Raises SheetError: a sheet that was counted can be read."""
    return max(sum(1 for _ in rows(file, kind)) - 1, 0)


def rows(file: IO[bytes], kind: str) -> Iterator[list[Any]]:
    """The rows of a .csv or .xlsx file. Raises SheetError for one that cannot be read."""
    lines = _workbook(file) if kind == "xlsx" else _text(file)
    for number, cells in enumerate(lines, start=1):
        if number > MOST_ROWS + 1:
            raise SheetError(f"一次最多导入 {MOST_ROWS} 行，请分成几个文件")
        yield cells[:MOST_COLUMNS]


def _text(file: IO[bytes]) -> Iterator[list[Any]]:
    encoding = _encoding(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield from csv.reader(text)
    except (csv.Error, UnicodeDecodeError) as error:
        raise SheetError(f"不是有效的 CSV 文件（{error}），请另存为 CSV（UTF-8）后重试") from None
    finally:
        text.detach()  # it would close the file with itself, which is read once more


def _encoding(file: IO[bytes]) -> str:
    """UTF-8 if the whole file is that, else the encoding of Chinese Windows."""
    for encoding in ENCODINGS:
        file.seek(0)
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetError("文件编码无法识别，请另存为 CSV（UTF-8）后重试")


def _workbook(file: IO[bytes]) -> Iterator[list[Any]]:
    try:
        _check_zip(file)
        book = load_workbook(file, read_only=True, data_only=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # not every program states them rightly, and columns beyond them would be cut off
        for cells in sheet.iter_rows(values_only=True):
            yield list(cells)
    except SheetError:
        raise
    except _BROKEN:
        raise SheetError("不是有效的 .xlsx 文件，请用表格软件另存后重试") from None


def _check_zip(file: IO[bytes]) -> None:
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        packed = max(sum(part.compress_size for part in parts), 1)
        bomb = len(parts) > 1000 or unpacked > MOST_UNPACKED or (unpacked > 1 << 24 and unpacked / packed > MOST_RATIO)
        if bomb or _held(parts, set()) > MOST_HELD or _held(parts, _in_disguise(archive)) > MOST_HELD:
            raise SheetError("文件展开后过大，请分成几个文件")
    file.seek(0)


def _held(parts: list[zipfile.ZipInfo], disguised: set[str]) -> int:
    """Bytes that the reader would hold in memory whole."""
    return sum(p.file_size for p in parts if p.filename in disguised or not p.filename.startswith(_SHEETS))


def _in_disguise(archive: zipfile.ZipFile) -> set[str]:
    """Parts declared as something else than sheets, in any folder."""
    declared = Manifest.from_tree(fromstring(archive.read("[Content_Types].xml"))).Override
    return {part.PartName.lstrip("/") for part in declared if not part.ContentType.endswith(_SHEET_TYPE)}
