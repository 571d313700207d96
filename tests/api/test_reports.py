"""月度分析 (R77, R85, R88; RP1 to RP3; issue 7, 4): counted from the ledger, opened to the case, frozen, explained."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from docx import Document
from openpyxl import load_workbook

from models.ledger import BEIJING
from ops.lab.faults.trial import kill_and_restart
from ops.lab.packs.packs import PACKS, Pack
from ops.lab.packs.work import Office, figures_of, work_through, wrong
from ops.system import System
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.xdist_group("faults")]

LEAD, HEAD = "nb-zw.lead", "nb-center.head"
NINGBO = next(pack for pack in PACKS if pack.name == "宁波")
BINHAI = next(pack for pack in PACKS if pack.name == "滨海新区")


@pytest.fixture(scope="module")
def packed() -> People:
    """A system through which two packs went, its processes killed half-way through the first."""
    with System() as system:
        people = People(system)
        with people.http:
            asyncio.run(_through(system))
            yield people


async def _through(system: System) -> None:
    office, half = Office(system), asyncio.Event()
    working = asyncio.create_task(work_through(office, NINGBO, half))
    await half.wait()
    # They end with the thread that starts them; all of it: `make packs`.
    kill_and_restart(system, ["worker", "followers", "api"])
    await working
    await work_through(office, BINHAI, asyncio.Event())
    await office.close()


def this_month() -> str:
    return datetime.now(BEIJING).strftime("%Y-%m")


@pytest.mark.parametrize("pack", [NINGBO, BINHAI], ids=lambda pack: pack.district)
def test_the_published_figures_come_out(packed: People, pack: Pack) -> None:
    async def ask() -> dict:
        office = Office(packed.system)
        found = await figures_of(office, pack)
        await office.close()
        return found

    report = asyncio.run(ask())
    assert wrong(pack, report) == []
    assert report["state"] == "preview"


def test_parts_that_are_not_the_total_are_refused(packed: People) -> None:
    claimed = packed.post(LEAD, "/api/reports/claims", {"total": 31, "parts": {"涉企": 3, "群众": 19}}).json()
    assert (claimed["agrees"], "相差 9 件" in claimed["why"]) == (False, True)
    honest = {"total": 31, "parts": {"涉企": 3, "群众": 19, "未分类": 9}}
    assert packed.post(LEAD, "/api/reports/claims", honest).json()["agrees"]


def test_every_figure_opens_to_its_cases(packed: People) -> None:
    path, month = "/api/reports/monthly", this_month()
    figures = packed.get(LEAD, path, month=month).json()["figures"]
    for name in ("registered", "resolved", "done", "by_applicant.enterprise", "by_channel.visit", "by_cause.process"):
        first, _, part = name.partition(".")
        expected = figures[first][part] if part else figures[first]
        found = packed.get(LEAD, f"{path}/cases", month=month, figure=name).json()
        assert (found["count"], len(found["items"])) == (expected, expected), name
    assert packed.get(LEAD, f"{path}/cases", month=month, figure="nonsense").status_code == 404
    assert packed.get(LEAD, f"{path}/cases", month=month, figure="cumulative.nonsense").status_code == 404
    whole = packed.get(LEAD, f"{path}/cases", month=month, figure="registered").json()["items"]
    rest = packed.get(LEAD, f"{path}/cases", month=month, figure="registered", after=whole[9]["case_no"]).json()
    assert (rest["count"], rest["items"], rest["next"]) == (31, whole[10:], None)


def test_the_cumulative_figures_open_too(packed: People) -> None:
    today, month = datetime.now(BEIJING).date(), this_month()
    ever = packed.get(LEAD, "/api/reports/monthly", month=month).json()["figures"]["cumulative"]
    for name in ("registered", "resolved", "done", "open"):
        behind = packed.get(LEAD, "/api/reports/monthly/cases", month=month, figure=f"cumulative.{name}").json()
        assert (behind["count"], len(behind["items"])) == (ever[name], ever[name]), name
        counted = packed.get(LEAD, "/api/reports/counters/cases", date=today.isoformat(), figure=name).json()
        assert counted["items"] == behind["items"]
        yesterday = (today - timedelta(days=1)).isoformat()
        assert packed.get(LEAD, "/api/reports/counters/cases", date=yesterday, figure=name).json()["count"] == 0
    assert packed.get(LEAD, "/api/reports/monthly/cases", month="2099-01", figure="cumulative.done").status_code == 422
    assert packed.get(LEAD, "/api/reports/counters/cases", date="2098-01-01", figure="done").status_code == 422


def test_the_analysis_is_a_paper_with_charts(packed: People) -> None:
    asked = {"month": this_month()}
    page = packed.get(LEAD, "/api/reports/monthly", format="html", **asked)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in ("月度分析报告", "本月数字没有冻结", "<svg", "未分类 9 件"):
        assert words in page.text, words
    word = packed.get(LEAD, "/api/reports/monthly", format="docx", **asked)
    told = "\n".join(each.text for each in Document(io.BytesIO(word.content)).paragraphs)
    assert "累计收集 31 件" in told
    assert packed.get("nb-center.clerk", "/api/reports/monthly", format="html", **asked).status_code == 403


def test_nobody_reads_another_districts_figures(packed: People) -> None:
    path, month = "/api/reports/monthly", this_month()
    for user, district, status in (
        ("nb-center.clerk", None, 403),
        ("nb-sc.liaison", None, 403),
        ("admin", None, 403),
        (LEAD, "binhai", 403),
        (LEAD, "330200", 200),
        ("auditor", "binhai", 200),
        (LEAD, "nowhere", 422),
    ):
        asked = {"month": month, **({"district": district} if district else {})}
        assert packed.get(user, path, **asked).status_code == status, (user, district)
    for strange in ("2099-01", "2199-01", "0000-01", "0001-01", "２０２６-01", "2026-13"):
        assert packed.get(LEAD, path, month=strange).status_code == 422, strange
    assert packed.get(LEAD, "/api/reports/counters", date="0001-01-01").status_code == 422
    assert packed.get(LEAD, "/api/reports/trend", **{"from": "0000-01", "to": "0000-01"}).status_code == 422
    assert packed.post(LEAD, path, {"month": month}).status_code == 422, "not over yet"


def test_many_who_ask_at_once_are_all_answered(packed: People) -> None:
    month, headers = this_month(), packed.headers("auditor")

    def ask(_: int) -> int:
        asked = {"month": month, "district": "binhai"}
        return packed.http.get("/api/reports/monthly", params=asked, headers=headers).status_code

    with ThreadPoolExecutor(12) as people:
        assert set(people.map(ask, range(36))) == {200}


def test_counters_of_a_past_day_are_the_same_for_ever(packed: People) -> None:
    today = datetime.now(BEIJING).date()
    now = packed.get(LEAD, "/api/reports/counters", date=today.isoformat()).json()
    assert (now["registered"], now["resolved"], now["open"]) == (31, 31, 0)
    before = packed.get(LEAD, "/api/reports/counters", date=(today - timedelta(days=1)).isoformat()).json()
    assert (before["registered"], before["resolved"]) == (0, 0)


def test_a_month_is_frozen_explained_and_made_final(packed: People) -> None:
    month = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    back = f"interval '{(datetime.now(BEIJING) - datetime.fromisoformat(f'{month}-15T10:00:00+08:00')).days} days'"
    packed.write("ALTER TABLE entries DISABLE TRIGGER USER")
    first, second = (
        f"to_jsonb((state ->> '{name}')::timestamptz - {back})" for name in ("registered_at", "resolved_at")
    )
    earlier = f"jsonb_set(jsonb_set(state, '{{registered_at}}', {first}), '{{resolved_at}}', {second})"
    where = "WHERE case_no LIKE '330200-%'"
    packed.write(f"UPDATE entries SET at = at - {back} {where}")
    packed.write(f"UPDATE cases SET registered_at = registered_at - {back}, state = {earlier} {where}")
    path = "/api/reports/monthly"
    assert packed.post(HEAD, path, {"month": month}).status_code == 403
    drawn = packed.post(LEAD, path, {"month": month})
    assert drawn.status_code == 201, drawn.text
    shown = drawn.json()
    assert (shown["state"], shown["figures"]["registered"], shown["differences"]) == ("drawn", 31, [])
    assert packed.post(LEAD, path, {"month": month}).status_code == 200, "once a month"

    again = f"{path}/{month}"
    early = packed.post(LEAD, f"{again}/finalise")
    assert (early.status_code, "没有填写原因" in early.json()["detail"]) == (409, True)
    empty = {"kind": "matter", "what": shown["top"][0]["what"], "cause": "不知道"}
    assert packed.post(LEAD, f"{again}/give_cause", empty).status_code == 422
    for each in shown["top"]:
        said = {"kind": each["kind"], "what": each["what"], "cause": "证明由两个部门各管一半，没有一次告知"}
        assert packed.post(LEAD, f"{again}/give_cause", said).status_code == 200
    assert packed.post(LEAD, f"{again}/finalise").status_code == 409
    for each in shown["sample"]:
        assert each["first"] is None, "who codes again does not see the first code"
        said = {"of_case": each["case_no"], "cause": "process"}
        assert packed.post("nb-center.clerk", f"{again}/code_again", said).status_code == 403, "dealt with the case"
        assert packed.post(HEAD, f"{again}/code_again", said).status_code == 200
    final = packed.post(LEAD, f"{again}/finalise").json()
    assert (final["state"], final["agreement"]["agreed"]) == ("final", 100.0)
    assert packed.post(LEAD, f"{again}/give_cause", empty | {"cause": "补充"}).status_code == 409

    packed.write(f"UPDATE cases SET registered_at = registered_at + {back} WHERE case_no LIKE '330200-%'")
    assert packed.get(LEAD, path, month=month).json()["figures"] == shown["figures"], "frozen"
    book = load_workbook(io.BytesIO(packed.get(LEAD, path, month=month, format="xlsx").content))
    cells = {row[0].value: row[1].value for row in book["总表"].iter_rows(min_row=2)}
    assert (cells["登记"], cells["状态"]) == (31, "已定稿")
    assert packed.get(LEAD, f"{path}/cases", month=month, figure="registered").json()["count"] == 31
    for nothing in ("nonsense", "registered\0"):
        status = packed.get(LEAD, f"{path}/cases", month=month, figure=f"x{nothing}").status_code
        assert status == 404, nothing
    situations = [row[1].value for row in book["最突出的"].iter_rows(min_row=2) if row[0].value == "情形"]
    assert situations
    assert all("/" not in told and "，" in told for told in situations), situations
    actions = [item["action"] for item in packed.get("auditor", f"{again}/timeline", district="ningbo").json()["items"]]
    assert (actions[0], actions[-1]) == ("drawn_up", "finalised")


def test_what_is_final_is_anybodys_to_know_without_small_numbers(packed: People) -> None:
    month = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    [told] = packed.http.get("/api/public/statistics", params={"district": "ningbo"}).json()["months"]
    assert (told["month"], told["registered"], told["resolved"], told["satisfaction_rate"]) == (month, 31, 31, None)
    table = packed.http.get("/api/public/statistics", params={"district": "330200", "format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert f"{month},登记,,31" in table.text.splitlines()
    page = packed.http.get("/statistics", params={"district": "ningbo"})
    assert (page.status_code, "登记" in page.text, "宁波市" in page.text) == (200, True, True)
    assert packed.http.get("/statistics", params={"district": "nowhere"}).status_code == 404
    assert packed.http.get("/statistics", params={"district": "binhai"}).text.count("<tr>") == 0, "nothing is final"


def test_the_months_meeting_has_what_stood_out_on_its_agenda(packed: People) -> None:
    month = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    top = packed.get(LEAD, "/api/reports/monthly", month=month).json()["top"]
    held = packed.post(LEAD, "/api/meetings").json()
    assert [(each["kind"], each["what"], each["cases"]) for each in held["topics"]] == [
        (each["kind"], each["what"], each["cases"]) for each in top
    ]
    assert verify(packed, held["meeting_no"])["verified"]


def test_the_cases_behind_a_frozen_figure_are_audited_with_it(packed: People) -> None:
    month = (datetime.now(BEIJING).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    number = f"report/ningbo/{month}"
    assert verify(packed, number)["verified"]
    where = f"WHERE district = 'ningbo' AND month = '{month}' AND figure = 'registered'"
    packed.write(f"UPDATE report_cases SET case_nos = array_append(case_nos, 'forged') {where}")
    found = verify(packed, number)
    packed.write(f"UPDATE report_cases SET case_nos = array_remove(case_nos, 'forged') {where}")
    assert (found["verified"], found["first_difference"]["table"]) == (False, "report_cases")
    packed.write("ALTER TABLE reports DISABLE TRIGGER USER")
    packed.write(f"UPDATE reports SET final = NOT final WHERE case_no = '{number}'")
    found = verify(packed, number)
    packed.write(f"UPDATE reports SET final = NOT final WHERE case_no = '{number}'")
    assert (found["verified"], found["first_difference"]["table"]) == (False, "reports")
    assert packed.post("auditor", "/api/audit/ledgers/verify?number=report/x").status_code == 404
    assert packed.post(LEAD, f"/api/audit/ledgers/verify?number={number}").status_code == 403


def verify(people: People, number: str) -> dict:
    return people.post("auditor", f"/api/audit/ledgers/verify?number={number}").json()


def test_a_place_of_service_without_a_window_is_named(packed: People) -> None:
    places = [
        {"name": "政务大厅", "window": "nb-center"},
        {"name": "东街便民服务中心"},
        {"name": "旧点", "window": "gone"},
    ]
    path = "/api/organisation/places/ningbo"
    assert packed.http.put(path, json={"entries": places}, headers=packed.headers("admin")).status_code == 200
    figures = packed.get(LEAD, "/api/reports/monthly", month=this_month()).json()["figures"]
    assert figures["places_without_window"] == ["东街便民服务中心", "旧点"]


def test_a_row_that_was_taken_away_stops_the_publication(packed: People) -> None:
    month = this_month()
    [number] = packed.rows("SELECT case_no FROM cases WHERE district = 'binhai' LIMIT 1")[0]
    packed.write(f"UPDATE cases SET registered_at = registered_at - interval '400 days' WHERE case_no = '{number}'")
    shown = packed.get("auditor", "/api/reports/monthly", month=month, district="binhai").json()
    assert shown["differences"] == [] or "台账" in shown["differences"][0]
    packed.write("ALTER TABLE entries DISABLE TRIGGER USER")
    packed.write(f"DELETE FROM entries WHERE case_no = '{number}' AND seq = 1")
    shown = packed.get("auditor", "/api/reports/monthly", month=month, district="binhai").json()
    assert "台账中本月登记的有 17 条" in shown["differences"][0]
