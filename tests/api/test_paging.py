"""Long lists page on: a case's page and timeline, the looks into it, the supervisors' pool."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from api.pages.cases import ENTRIES_SHOWN
from api.pages.progress import MOST_ACCESSES
from ops.lab.bench.pages import signed_in
from tests.api.conftest import DIFFICULT, People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

CLERK, SUPERVISOR = "xs-center.clerk", "xs-jw.supervisor"
NOTES = 2 * ENTRIES_SHOWN + 20


@pytest.fixture(scope="module")
def long(people: People) -> dict[str, Any]:
    """A case with an inquiry in the middle of its ledger."""
    shown = people.register(CLERK)
    number = shown["case_no"]
    assert people.act(CLERK, number, "accept").status_code == 200
    note_all(people, number, range(NOTES // 2))
    refused = {**DIFFICULT, "category": "refused", "respondent_unit": "xs-mz", "conduct": "slow"}
    assert people.act(CLERK, number, "diagnose", **refused).status_code == 200
    note_all(people, number, range(NOTES // 2, NOTES))
    return shown


def note_all(people: People, number: str, places: range) -> None:
    async def send() -> None:
        async with httpx.AsyncClient(base_url=people.system.api_url, timeout=60) as http:
            waiting = iter(places)

            async def one_after_the_other() -> None:
                for place in waiting:
                    path, body = f"/api/cases/{number}/note", {"text": f"〔备注{place:04d}〕"}
                    answer = await http.post(path, json=body, headers=people.headers(CLERK))
                    assert answer.status_code == 200, answer.text

            await asyncio.gather(*(one_after_the_other() for _ in range(4)))

    asyncio.run(send())


def steps_of(page: str) -> list[str]:
    """What a page tells of the ledger, an entry each."""
    part = page.partition('data-part="ledger"')[2].partition("</section>")[0]
    return re.findall(r"<li>.*?</li>", part, re.DOTALL)


def linked(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"#]+)', page)
    return found.group(1).replace("&amp;", "&") if found else None


@pytest.mark.parametrize("user", [CLERK, SUPERVISOR])
def test_the_page_shows_the_newest_and_pages_back_to_the_first(people: People, long: dict[str, Any], user: str) -> None:
    number = long["case_no"]
    browser = signed_in(people.system, user)
    try:
        page = browser.get(f"/cases/{number}").text
        assert "〔备注" in steps_of(page)[0], "the newest first"
        assert linked(page, "prev") is None
        seen = steps_of(page)
        assert len(seen) == ENTRIES_SHOWN
        pages = 1
        while older := linked(page, "next"):
            page = browser.get(older).text
            seen += steps_of(page)
            pages += 1
        newer = linked(page, "prev")
        assert newer is not None
        assert len(steps_of(browser.get(newer).text)) == ENTRIES_SHOWN
    finally:
        browser.close()
    assert pages == 3
    assert "<h3>登记</h3>" in seen[-1]
    told = sorted(re.findall(r"〔备注(\d{4})〕", "".join(seen)))
    assert told == [f"{n:04d}" for n in range(NOTES)], "each once, on one of the pages"
    inquiries = sum("倒查" in each for each in seen)
    assert inquiries == (1 if user == SUPERVISOR else 0)


@pytest.mark.parametrize("user", [CLERK, SUPERVISOR, "auditor"])
@pytest.mark.parametrize("limit", [37, 101])
def test_the_timeline_by_pages_is_the_timeline_as_a_whole(
    people: People, long: dict[str, Any], user: str, limit: int
) -> None:
    path = f"/api/cases/{long['case_no']}/timeline"
    whole = people.get(user, path).json()
    assert whole["next"] is None
    items, after = [], 0
    while after is not None:
        page = people.get(user, path, after=after, limit=limit).json()
        items += page["items"]
        after = page["next"]
    assert items == whole["items"]
    assert [each["seq"] for each in items] == list(range(1, len(items) + 1))
    if user != CLERK:
        [opened] = [n for n, each in enumerate(items) if each["inquiry_id"]]
        assert items[opened - 1]["action"] == "diagnosed", "after what caused it"


def test_the_applicant_pages_back_through_who_looked(people: People, long: dict[str, Any]) -> None:
    number, code = long["case_no"], long["query_code"]
    path, asked = f"/api/public/cases/{number}/accesses", {"code": code}
    for _ in range(MOST_ACCESSES):
        assert people.get(CLERK, f"/api/cases/{number}/timeline", limit=1).status_code == 200
    whole = people.http.get(path, params=asked).json()["items"]
    assert len(whole) > MOST_ACCESSES
    browser = httpx.Client(base_url=people.system.api_url, headers={"accept": "text/html"}, timeout=60)
    try:
        browser.post("/progress", data={"case_no": number, "code": code})
        page, seen = browser.get(f"/progress/{number}").text, 0
        while True:
            part = page.partition('data-part="who"')[2].partition("</section>")[0]
            seen += part.count("<li>")
            older = re.search(r'rel="next" href="(\?before=\d+)', part)
            if older is None:
                break
            page = browser.get(f"/progress/{number}{older.group(1)}").text
    finally:
        browser.close()
    total = len(whole)
    first = people.http.get(path, params=asked).json()
    while first["next"]:
        first = people.http.get(path, params={**asked, "before": first["next"]}).json()
        total += len(first["items"])
    assert seen == total


def test_the_pool_is_paged_and_begins_with_what_is_due_first(people: People) -> None:
    for days in (9, 2, 30, 5):
        made = people.post(SUPERVISOR, "/api/oversight", {"what": f"暗访 {days}", "working_days": days})
        assert made.status_code == 201
    whole = people.get(SUPERVISOR, "/api/oversight", closed=False, limit=200).json()
    assert [each["due_at"] for each in whole["items"]] == sorted(each["due_at"] for each in whole["items"])
    items, after = [], None
    while True:
        page = people.get(SUPERVISOR, "/api/oversight", closed=False, limit=3, **({"after": after} if after else {}))
        items += page.json()["items"]
        after = page.json()["next"]
        if after is None:
            break
    assert [each["no"] for each in items] == [each["no"] for each in whole["items"]]
    assert people.get(SUPERVISOR, "/api/oversight", after="nonsense").json() == {"items": [], "next": None}
