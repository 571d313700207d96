"""批量导入: good rows are kept, bad ones refused by name, and a crash doubles nothing."""

import csv
import io
import time
import zipfile
from typing import Any

import httpx
import pytest
from openpyxl import Workbook

from models.sheet import COLUMNS
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

HEAD = ["渠道", "窗口代码", "反映人", "反映人类别", "证件类型", "证件号码", "事项", "诉求类型", "反映内容"]
CLERK = "sy-center.clerk"


def line(text: str, **changes: str) -> list[str]:
    cells = [
        "意见留言簿",
        "sy-center",
        "某先生",
        "个人",
        "居民身份证",
        "330109190001010016",
        "导入事项",
        "部门协同",
        text,
    ]
    return [changes.get(title, cell) for title, cell in zip(HEAD, cells, strict=True)]


def as_csv(*rows: list[str], encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


def load(people: People, content: bytes, user: str = CLERK, name: str = "台账.csv", **query: Any) -> httpx.Response:
    files = {"file": (name, content)}
    return people.http.post("/api/intake/import", files=files, params=query, headers=people.headers(user))


def finished(people: People, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 60
    while True:
        shown: dict[str, Any] = people.get(CLERK, answer.headers["location"]).json()
        if shown["state"] != "running":
            return shown
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_good_rows_are_kept_and_bad_ones_refused_by_name(people: People, encoding: str) -> None:
    rows = [
        line("第一行"),
        line("坏行", 证件号码="330109190001010017"),
        [],
        line("第三行"),
        line("别区", 窗口代码="nb-center"),
    ]
    answer = load(people, as_csv(*rows, encoding=encoding), wait=True)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["state"], shown["done"], shown["kept"], shown["refused"]) == ("done", 4, 2, 2)
    assert [row["row"] for row in shown["rows"]] == [2, 3, 5, 6]
    assert shown["rows"][1]["errors"][0]["field"] == "证件号码"
    assert shown["rows"][3]["errors"][0]["field"] == "窗口代码"
    view = people.view(shown["rows"][0]["case_no"], CLERK)
    assert (view["channel"], view["narrative"], view["first_receiver"]) == ("comment_book", "第一行", CLERK)
    assert view["source"] == {"import": shown["import_id"], "row": "2"}
    report = people.get(CLERK, f"/api/intake/imports/{shown['import_id']}/report").text
    assert report.count("\n") == 5
    assert "证件号码：" in report


def test_a_workbook_is_read_as_text_and_formulas_are_none(people: People) -> None:
    rows = [line("=1+1"), [*line("数字证件")[:5], 330109190001010016, *line("数字证件")[6:]]]
    shown = load(people, as_xlsx(*rows), name="台账.xlsx", wait=True).json()
    assert [bool(row["case_no"]) for row in shown["rows"]] == [True, False]
    assert people.view(shown["rows"][0]["case_no"], CLERK)["narrative"] == "=1+1"


def test_a_dry_run_registers_nothing(people: People) -> None:
    before = people.rows("SELECT count(*) FROM registrations WHERE actor = %s", CLERK)
    shown = load(people, as_csv(line("试"), line("坏", 事项="")), dry_run=True, wait=True).json()
    assert (shown["dry_run"], shown["kept"], shown["refused"]) == (True, 1, 1)
    assert [row["case_no"] for row in shown["rows"]] == [None, None]
    assert people.rows("SELECT count(*) FROM registrations WHERE actor = %s", CLERK) == before


def test_what_is_no_sheet_is_told_so(people: People) -> None:
    assert load(people, b"").status_code == 422
    for content, name, words in (
        ("甲,乙\n1,2\n".encode(), "x.csv", "不认识的列"),
        (as_csv(line("x")).replace("事项".encode(), "渠道".encode()), "x.csv", "重复的列"),
        (b"\xff\xfe\x00\x81\x00", "x.csv", "编码"),
        (b"PK\x03\x04 not a zip", "x.xlsx", "不是有效的 .xlsx"),
        (_bomb(), "x.xlsx", "展开后过大"),
    ):
        shown = finished(people, load(people, content, name=name))
        assert shown["state"] == "failed", name
        assert words in shown["error"], shown
    assert load(people, as_csv(line("x")), "sy-zw.lead").status_code == 403


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    return out.getvalue()


def test_another_window_sees_nothing_of_it(people: People) -> None:
    shown = load(people, as_csv(line("x")), wait=True).json()
    for part in ("", "/report"):
        assert people.get("nb-center.clerk", f"/api/intake/imports/{shown['import_id']}{part}").status_code == 404
        assert people.get("sy-zw.lead", f"/api/intake/imports/{shown['import_id']}{part}").status_code == 403


def test_an_api_that_dies_in_the_middle_loses_no_row_and_doubles_none(people: People) -> None:
    """Most rows have been registered when the process is killed; some of them have no result kept yet."""
    rows = [line(f"第 {number} 行") for number in range(120)]
    answer = load(people, as_csv(*rows))
    import_id = answer.json()["import_id"]
    while not people.rows("SELECT 1 FROM import_results WHERE import_id = %s AND row > 40", import_id):
        time.sleep(0.02)
    people.system.kill("api")
    people.system.restart("api")
    shown = finished(people, answer)
    assert (shown["done"], shown["kept"], shown["refused"]) == (120, 120, 0)
    pattern = f"import-{import_id}-%"
    numbers = people.rows("SELECT case_no FROM registrations WHERE key LIKE %s", pattern)
    kept = people.rows("SELECT case_no FROM import_results WHERE import_id = %s", import_id)
    assert len(numbers) == 120
    assert sorted(numbers) == sorted(kept)


def test_the_templates_are_what_is_read(people: People) -> None:
    text = people.get(CLERK, "/api/intake/template.csv").content
    heading = next(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert heading == list(COLUMNS)
    shown = load(people, text, "xs-center.clerk", dry_run=True, wait=True)
    assert shown.json()["kept"] == 1, shown.text
    workbook = people.get(CLERK, "/api/intake/template.xlsx").content
    assert load(people, workbook, "xs-center.clerk", dry_run=True, wait=True).json()["kept"] == 1
