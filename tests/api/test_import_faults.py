"""批量导入 of files that are broken, too large or made to harm: told so, and nobody else waits for them."""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator

import psutil
import pytest
from openpyxl import Workbook

from api.exchange.sheets import MOST_HELD, MOST_ROWS, count, rows
from models.sheet import SheetError
from tests.api.conftest import People
from tests.api.test_import import CLERK, HEAD, as_csv, as_xlsx, finished, line, load

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

SHEET, TYPES, TEXTS = "xl/worksheets/sheet1.xml", "[Content_Types].xml", "xl/sharedStrings.xml"
TEXTS_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def remade(change: Callable[[str, bytes], bytes], *, more: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(line("x")))) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in book.namelist():
            if name not in (more or {}):
                new.writestr(name, change(name, book.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def cut_off() -> bytes:
    return remade(lambda name, content: content[: len(content) // 2] if name == SHEET else content)


def damaged() -> bytes:
    content = bytearray(as_xlsx(line("x")))
    part = zipfile.ZipFile(io.BytesIO(content)).getinfo(SHEET)
    start = part.header_offset + 30 + len(SHEET)
    content[start : start + part.compress_size] = b"\xff" * part.compress_size
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(as_xlsx(line("x")))
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(mark, bytes(content)):
            content[found.start() + flag] |= 1
    return bytes(content)


@pytest.mark.parametrize("make", [cut_off, damaged, encrypted])
def test_a_broken_workbook_is_told_so_and_holds_up_no_other(people: People, make: Callable[[], bytes]) -> None:
    shown = finished(people, load(people, make(), name="x.xlsx"))
    assert (shown["state"], shown["kept"]) == ("failed", 0)
    assert "不是有效的 .xlsx" in shown["error"]
    assert load(people, as_csv(line("后面的")), wait=True).json()["kept"] == 1


def test_a_file_that_breaks_in_its_middle_registers_nothing(people: People) -> None:
    """Otherwise its first rows would be registered twice, once now and once when it is mended and sent again."""
    shown = finished(people, load(people, as_csv(*[line(f"行 {n}") for n in range(30)], line("长" * 200_000))))
    assert (shown["state"], shown["done"], shown["total"]) == ("failed", 0, None)
    assert people.rows("SELECT 1 FROM registrations WHERE key LIKE %s", f"import-{shown['import_id']}-%") == []


def test_too_many_rows_register_nothing(people: People) -> None:
    shown = finished(people, load(people, as_csv(*[line("行")] * (MOST_ROWS + 1))))
    assert (shown["state"], shown["done"]) == ("failed", 0)
    assert str(MOST_ROWS) in shown["error"]


def test_progress_names_the_whole(people: People) -> None:
    shown = load(people, as_csv(line("一"), [], line("二")), wait=True, dry_run=True).json()
    assert (shown["total"], shown["done"]) == (3, 2)


def test_columns_are_read_whatever_the_workbook_says_of_its_size(people: People) -> None:
    content = remade(lambda name, part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', part))
    assert next(rows(io.BytesIO(content), "xlsx")) == HEAD
    assert count(io.BytesIO(content), "xlsx") == 1


@pytest.mark.parametrize("place", [TEXTS, "xl/worksheets/texts.xml"])
def test_texts_that_would_fill_the_memory_are_refused_before_they_are_read(place: str) -> None:
    """Within the limits of size and ratio, and two gigabytes in the reader: measured before there was this limit."""
    piece = b"<si><t>abcdefgh</t></si>"
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    texts = head + piece * (MOST_HELD // len(piece) + 1) + b"</sst>"
    override = b'<Override PartName="/' + place.encode() + b'" ContentType="' + TEXTS_TYPE + b'"/></Types>'

    def declare(name: str, part: bytes) -> bytes:
        declared = re.sub(rb'<Override PartName="/xl/sharedStrings.xml"[^>]*/>', b"", part)
        return declared.replace(b"</Types>", override) if name == TYPES else part

    content = remade(declare, more={place: texts, "pad": os.urandom(2 << 20)})
    with pytest.raises(SheetError, match="展开后过大"):
        count(io.BytesIO(content), "xlsx")


def test_a_form_beyond_the_limit_is_not_kept_to_its_end(people: People) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
        yield head
        for _ in range(300):
            sent += 1
            yield b"a" * (1 << 20)
        yield b"\r\n--x--\r\n"

    headers = {**people.headers(CLERK), "Content-Type": "multipart/form-data; boundary=x"}
    process = psutil.Process(people.system.processes["api"].pid)
    before = process.io_counters().write_chars
    answer = people.http.post("/api/intake/import", content=endless(), headers=headers)
    assert answer.status_code == 413, answer.text
    assert process.io_counters().write_chars - before < 100 << 20
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = people.http.post("/api/intake/import", content=b"--y", headers={**headers, "Content-Type": kind})
        assert answer.status_code == 422, answer.text
        assert "请上传" in answer.json()["detail"]


def test_a_workbook_of_many_rows_is_counted_without_holding_them() -> None:
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for _ in range(20_000):
        sheet.append(line("行"))
    book.save(out)
    before = psutil.Process().memory_info().rss
    assert count(out, "xlsx") == 19_999
    assert psutil.Process().memory_info().rss - before < 40 << 20
