"""Keys, versions, lists, the public door, papers and the calendar."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK = "xw-center.clerk"


def test_a_command_with_a_key_is_done_once(people: People) -> None:
    number, key = people.under_way(), uuid.uuid4().hex
    path = f"/api/cases/{number}/note"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: people.post(CLERK, path, {"text": "一次"}, Idempotency_Key=key), range(8)))
    assert {answer.status_code for answer in found} == {200}
    assert people.rows("SELECT count(*) FROM entries WHERE case_no = %s AND action = 'noted'", number) == [(1,)]
    assert people.rows("SELECT command_id FROM entries WHERE case_no = %s AND action = 'noted'", number) == [(key,)]
    assert people.post(CLERK, path, {"text": "另一条"}, Idempotency_Key=key).status_code == 409
    assert people.post(CLERK, path, {"text": "x"}, Idempotency_Key="short").status_code == 422


def test_many_at_once_on_one_case_are_all_kept_in_one_chain(people: People) -> None:
    number = people.under_way()
    before = people.view(number)["timeline_length"]

    def note(index: int) -> int:
        return people.act(CLERK, number, "note", text=f"第 {index} 条").status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(note, range(24))) == {200}
    rows = people.rows("SELECT seq, prev, hash FROM entries WHERE case_no = %s ORDER BY seq", number)
    assert [row[0] for row in rows] == list(range(1, before + 25))
    assert all(later[1] == earlier[2] for earlier, later in pairwise(rows))


def test_if_match_keeps_a_stale_screen_from_acting(people: People) -> None:
    number = people.register()["case_no"]
    etag = people.get(CLERK, f"/api/cases/{number}").headers["etag"]
    assert people.post(CLERK, f"/api/cases/{number}/accept", {}, If_Match=etag).status_code == 200
    stale = people.post(CLERK, f"/api/cases/{number}/note", {"text": "x"}, If_Match=etag)
    assert stale.status_code == 412
    assert "刷新" in stale.json()["detail"]
    assert people.post(CLERK, f"/api/cases/{number}/note", {"text": "x"}, If_Match="*").status_code == 200


def test_lists_filter_and_page_without_gaps_or_repeats(people: People) -> None:
    clerk = "sy-center.clerk"
    numbers = [people.register(clerk, narrative=f"翻页测试 {index}")["case_no"] for index in range(7)]
    assert people.act(clerk, numbers[0], "accept").status_code == 200
    seen: list[str] = []
    cursor = None
    while True:
        page = people.get(
            clerk, "/api/cases", text="翻页 测试", limit=3, **({"cursor": cursor} if cursor else {})
        ).json()
        seen += [item["case_no"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        people.register(clerk, narrative="翻页测试 新来的")
    assert seen == numbers[::-1]

    def found(**query: object) -> list[str]:
        return [item["case_no"] for item in people.get(clerk, "/api/cases", text="翻页测试", **query).json()["items"]]

    assert found(stage="accepted") == [numbers[0]]
    assert found(category="cannot") == []
    assert found(unit="sy-center", channel="window", limit=200)[-1] == numbers[0]
    assert found(overdue=True) == []
    assert found(department="sy-zr") == []
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    assert numbers[0] in found(**{"from": today, "to": today, "limit": 200})
    assert found(to="2020-01-01") == []
    assert people.get(clerk, "/api/cases", cursor="nonsense").status_code == 422
    assert people.get(clerk, "/api/cases", stage="nonsense").status_code == 422
    assert people.get(clerk, "/api/cases", text="a\0b").status_code == 422


def test_a_link_is_shown_at_both_ends(people: People) -> None:
    one, other = (people.register()["case_no"] for _ in range(2))
    assert people.post("xw-center.clerk", f"/api/cases/{one}/link", {"case_no": other}).status_code == 200
    assert {"case_no": other, "kind": "related"} in people.view(one)["links"]
    assert {"case_no": one, "kind": "related", "from": "there"} in people.view(other)["links"]
    assert people.act("xw-center.clerk", other, "accept").status_code == 200


def test_the_public_door(people: People) -> None:
    shown = people.register()
    path = f"/api/public/cases/{shown['case_no']}"
    seen = people.http.get(path, params={"code": shown["query_code"].lower()})
    assert seen.status_code == 200
    assert not {"applicant", "checkpoints", "inquiries", "cards", "narrative", "limits"} & set(seen.json())
    wrong = people.http.get(path, params={"code": "WRONGCODE1"})
    unknown = people.http.get("/api/public/cases/320102-20200101-0001", params={"code": shown["query_code"]})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json()["detail"] == unknown.json()["detail"]
    assert people.http.get(path).status_code == 422
    act = f"{path}/complain"
    assert people.http.post(act, params={"code": shown["query_code"]}, json={"reason": "太慢"}).status_code == 200
    assert people.http.post(act, params={"code": "WRONGCODE1"}, json={"reason": "太慢"}).status_code == 404
    staff = people.http.post(f"{path}/accept", params={"code": shown["query_code"]}, json={})
    assert staff.status_code == 403
    entry = people.get(CLERK, f"/api/cases/{shown['case_no']}/timeline").json()["items"][-1]
    assert (entry["action"], entry["actor"], entry["role"]) == ("complained", "citizen", "citizen")
    statuses = [people.http.get(path, params={"code": f"WRONG{index:05d}"}).status_code for index in range(30)]
    assert statuses[-1] == 429
    assert people.http.get(path, params={"code": shown["query_code"]}).status_code == 200


def test_a_paper_is_readable_by_staff_and_by_its_applicant(people: People) -> None:
    clerk = "yh-center.clerk"
    shown = people.register(clerk)
    number = shown["case_no"]
    people.act(clerk, number, "accept")
    basis = ["《某法》<第一条>"]
    cannot = {"category": "cannot", "reason": "不符合条件", "causes": ["unclear_policy"], "legal_basis": basis}
    assert people.act(clerk, number, "diagnose", **cannot).status_code == 200
    assert people.act(clerk, number, "explain", text="条件法定", legal_basis=basis).status_code == 200
    paper = people.view(number, clerk)["documents"][-1]
    assert (paper["kind"], paper["no"]) == ("一次性告知书", f"{number}-W01")
    page = people.get(clerk, paper["url"])
    assert page.status_code == 200
    assert "条件法定" in page.text
    assert "&lt;第一条&gt;" in page.text
    url = people.http.get(f"/api/public/cases/{number}", params={"code": shown["query_code"]}).json()["documents"][-1][
        "url"
    ]
    assert people.http.get(url, params={"code": shown["query_code"]}).status_code == 200
    assert people.http.get(url, params={"code": "WRONGCODE1"}).status_code in (404, 429)
    assert people.get("xs-center.clerk", paper["url"]).status_code == 403
    assert people.get(clerk, f"/api/cases/{number}/documents/nothing").status_code == 404


@pytest.mark.parametrize(
    ("start", "days", "due", "provisional"),
    [
        ("2026-09-30T10:00:00+08:00", 3, "2026-10-10", False),
        ("2026-02-13T09:00:00+08:00", 1, "2026-02-14", False),
        ("2026-02-15T09:00:00+08:00", 5, "2026-02-28", False),
        ("2026-11-23T23:59:00+08:00", 30, "2027-01-05", True),
        ("2026-12-24T01:00:00Z", 5, "2026-12-31", False),
    ],
)
def test_due_dates(people: People, start: str, days: int, due: str, provisional: bool) -> None:
    answer = people.get(CLERK, "/api/calendar/due", **{"from": start, "working_days": days}).json()
    assert answer["due_at"].startswith(f"{due}T17:00:00")
    assert answer["provisional"] is provisional
    assert len(answer["counted"]) == days


def test_a_changed_calendar_reaches_open_cases_with_old_and_new_date(people: People) -> None:
    number = people.under_way()
    before = people.view(number)["clock"]["due_at"]
    day = datetime.fromisoformat(before).date()
    change = {"holidays": [day.isoformat()], "source": "停电", "published": False}
    assert people.http.put(f"/api/calendar/{day.year}", json=change, headers=people.headers(CLERK)).status_code == 403
    wrong = {**change, "workdays": change["holidays"]}
    put = f"/api/calendar/{day.year}"
    assert people.http.put(put, json=wrong, headers=people.headers("admin")).status_code == 422
    answer = people.http.put(put, json=change, headers=people.headers("admin"))
    assert answer.status_code == 200
    _until_nobody_waits(people, answer.json()["progress"])
    shown = people.view(number)["clock"]
    assert shown["due_at"] > before
    assert shown["promised_due_at"] == before
    entry = people.get(CLERK, f"/api/cases/{number}/timeline").json()["items"][-1]
    assert entry["action"] == "calendar_changed"
    moves = {move["limit"]: move for move in entry["detail"]["moves"]}
    assert (moves["case"]["due_before"], moves["case"]["due_at"]) == (before, shown["due_at"])
    back = people.http.put(put, json={"source": "恢复", "published": False}, headers=people.headers("admin"))
    _until_nobody_waits(people, back.json()["progress"])
    assert people.view(number)["clock"]["due_at"] == before


def test_publishing_a_year_takes_the_provisional_mark_and_single_days_do_not_lose_it(people: People) -> None:
    put, headers = "/api/calendar/2031", people.headers("admin")
    assert people.get("admin", put).json()["published"] is False
    arrangement = {"holidays": ["2031-01-01", "2031-10-01"], "workdays": ["2031-10-11"], "source": "测试用的假想通知"}
    assert people.http.put(put, json=arrangement, headers=headers).json()["published"] is True
    shown = people.http.put(put, json={"holidays": ["2031-03-03"], "source": "停办一天"}, headers=headers).json()
    assert shown["published"] is True
    assert {"2031-01-01", "2031-03-03", "2031-10-01"} <= set(shown["holidays"])


def _until_nobody_waits(people: People, path: str) -> None:
    deadline = time.monotonic() + 30
    while people.get("admin", path).json()["waiting"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
