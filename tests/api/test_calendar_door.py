"""工作日历 at the door: the test vectors of 2026, and a year that is published."""

from typing import Any

import pytest

from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

# Each start with the dates after 1, 3, 5, 10 and 20 working days, by 国办发明电 of 2025-11-04.
VECTORS = {
    "2026-02-12": ["2026-02-13", "2026-02-24", "2026-02-26", "2026-03-04", "2026-03-18"],
    "2026-02-13": ["2026-02-14", "2026-02-25", "2026-02-27", "2026-03-05", "2026-03-19"],
    "2026-02-15": ["2026-02-24", "2026-02-26", "2026-02-28", "2026-03-06", "2026-03-20"],
    "2026-04-30": ["2026-05-06", "2026-05-08", "2026-05-11", "2026-05-18", "2026-06-01"],
    "2026-09-17": ["2026-09-18", "2026-09-21", "2026-09-23", "2026-10-08", "2026-10-21"],
    "2026-09-24": ["2026-09-28", "2026-09-30", "2026-10-09", "2026-10-15", "2026-10-29"],
    "2026-09-30": ["2026-10-08", "2026-10-10", "2026-10-13", "2026-10-20", "2026-11-03"],
    "2025-12-29": ["2025-12-30", "2026-01-04", "2026-01-06", "2026-01-13", "2026-01-27"],
}
DAYS = (1, 3, 5, 10, 20)


def due(people: People, start: str, days: int, user: str = "auditor") -> dict[str, Any]:
    query = {"from": start, "working_days": days}
    found: dict[str, Any] = people.get(user, "/api/calendar/due", **query).json()
    return found


@pytest.mark.parametrize("start", VECTORS)
def test_the_vectors_of_2026(people: People, start: str) -> None:
    for days, date in zip(DAYS, VECTORS[start], strict=True):
        # A changed calendar of another test may have added a day late in November, none of these.
        answer = due(people, f"{start}T10:00:00+08:00", days)
        assert answer["due_at"].startswith(f"{date}T17:00:00"), (start, days)
        assert answer["provisional"] is False
        assert len(answer["counted"]) == days
        assert answer["counted"][-1] == date
        assert all(skipped["why"] for skipped in answer["skipped"])
        assert not set(answer["counted"]) & {skipped["date"] for skipped in answer["skipped"]}


def test_what_comes_after_hours_counts_like_the_day_it_came(people: People) -> None:
    for hour in ("00:00:00", "16:59:59", "17:00:01", "23:59:59"):
        assert due(people, f"2026-09-17T{hour}+08:00", 1)["due_at"].startswith("2026-09-18T17:00:00")
    # 17:00 UTC is the next day in Beijing already.
    assert due(people, "2026-09-17T17:00:00Z", 1)["due_at"].startswith("2026-09-19") is False
    assert due(people, "2026-09-17T17:00:00Z", 1)["due_at"].startswith("2026-09-20T17:00:00")


def test_a_published_year_is_final(people: People) -> None:
    year, start = "/api/calendar/2034", "2034-09-29T10:00:00+08:00"
    assert due(people, start, 3)["provisional"] is True
    holidays = [f"2034-10-0{day}" for day in range(1, 8)]
    notice = {"holidays": holidays, "workdays": ["2034-10-08"], "source": "测试用的假想通知", "published": True}
    answer = people.http.put(year, json=notice, headers=people.headers("admin"))
    assert answer.status_code == 200
    found = due(people, start, 3)
    assert found["provisional"] is False
    assert found["counted"] == ["2034-10-08", "2034-10-09", "2034-10-10"]
    assert people.get("auditor", year).json()["source"] == "测试用的假想通知"


@pytest.mark.parametrize(
    "wrong",
    [
        {"holidays": ["2036-03-03"], "workdays": ["2036-03-03"]},
        {"holidays": ["2035-03-03"]},
        {"workdays": ["2036-02-30"]},
        {"holidays": "2036-03-03"},
        {"surprise": True},
    ],
)
def test_a_year_that_contradicts_itself_is_refused(people: People, wrong: dict[str, Any]) -> None:
    before = people.get("admin", "/api/calendar/2036").json()
    answer = people.http.put("/api/calendar/2036", json=wrong, headers=people.headers("admin"))
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert people.get("admin", "/api/calendar/2036").json() == before


@pytest.mark.parametrize("user", ["xw-center.head", "xw-spj.lead", "xw-jw.supervisor", "xw-zj.liaison", "auditor"])
def test_only_the_administrator_changes_it_and_everybody_reads_it(people: People, user: str) -> None:
    assert people.http.put("/api/calendar/2036", json={}, headers=people.headers(user)).status_code == 403
    assert people.get(user, "/api/calendar/2036").status_code == 200
    assert people.http.get("/api/calendar/2036").status_code == 401
    assert people.http.get("/api/calendar/due", params={"from": "2026-01-01", "working_days": 1}).status_code == 401
