"""当场咨询: consultations answered at the counter, counted apart, each at most one case."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import People, registration

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK = "dl-center.clerk"
SAID: dict[str, Any] = {"unit": "dl-center", "matter": "特殊工时", "question": "怎么申请", "answer": "先提交岗位说明"}


def key() -> str:
    return uuid.uuid4().hex


def become_case(people: People, advice_no: str, mine: str) -> Any:
    return people.post(CLERK, f"/api/advice/{advice_no}/case", registration(unit="dl-center"), Idempotency_Key=mine)


def test_many_posts_with_one_key_are_one_consultation(people: People) -> None:
    mine = key()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: people.post(CLERK, "/api/advice", SAID, Idempotency_Key=mine), range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["advice_no"] for answer in answers}) == 1
    other = people.post(CLERK, "/api/advice", {**SAID, "question": "另一问"}, Idempotency_Key=mine)
    assert other.status_code == 409
    assert people.post(CLERK, "/api/advice", SAID, Idempotency_Key="short").status_code == 422


def test_numbers_of_consultations_have_no_gaps_and_are_their_own(people: People) -> None:
    # Without a key each is a new one; with keys used at the same moment no number is lost.
    keys = [key() for _ in range(5)]

    def one(index: int) -> None:
        people.post(CLERK, "/api/advice", SAID, Idempotency_Key=keys[index % 5])
        people.post(CLERK, "/api/advice", SAID)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(one, range(20)))
    found = people.rows("SELECT advice_no FROM advice WHERE advice_no LIKE '120110-%%' ORDER BY advice_no")
    serials = [int(row[0].rpartition("-Z")[2]) for row in found]
    assert serials == list(range(1, len(serials) + 1))
    assert people.rows("SELECT count(*) FROM cases WHERE case_no LIKE '120110-%%-Z%%'") == [(0,)]


def test_a_consultation_becomes_one_case_and_no_second(people: People) -> None:
    advice = people.post(CLERK, "/api/advice", SAID).json()
    mine = key()
    first, again = become_case(people, advice["advice_no"], mine), become_case(people, advice["advice_no"], mine)
    assert first.status_code == again.status_code == 201
    assert first.json()["case_no"] == again.json()["case_no"]
    assert first.json()["first_contact_at"] == advice["at"]
    second = become_case(people, advice["advice_no"], key())
    assert second.status_code == 409
    assert first.json()["case_no"] in second.json()["detail"]
    assert people.post(CLERK, f"/api/advice/{advice['advice_no']}/case", registration()).status_code == 409
    assert become_case(people, "120110-20200101-Z0001", key()).status_code == 404


@pytest.mark.parametrize(
    ("user", "changes", "status"),
    [
        ("dl-zw.lead", {}, 403),
        ("auditor", {}, 403),
        ("admin", {}, 403),
        ("hp-center.clerk", {}, 403),
        (CLERK, {"unit": "nowhere"}, 422),
        (CLERK, {"unit": ["dl-center"]}, 422),
        (CLERK, {"question": "  "}, 422),
        (CLERK, {"answer": "不知道，不归我管！"}, 422),
        (CLERK, {"surprise": 1}, 422),
    ],
)
def test_what_is_refused(people: People, user: str, changes: dict[str, Any], status: int) -> None:
    assert people.post(user, "/api/advice", {**SAID, **changes}).status_code == status


def test_who_reads_which_and_from_when(people: People) -> None:
    no = people.post(CLERK, "/api/advice", SAID).json()["advice_no"]

    def numbers(user: str, **query: Any) -> list[str]:
        return [item["advice_no"] for item in people.get(user, "/api/advice", **query).json()["items"]]

    for reader in (CLERK, "dl-zw.lead", "dl-jw.supervisor", "auditor"):
        assert no in numbers(reader)
    assert no not in numbers("hp-center.clerk")
    assert people.get("dl-rs.liaison", "/api/advice").status_code == 403
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    assert no in numbers(CLERK, **{"from": today.isoformat(), "to": today.isoformat()})
    assert no not in numbers(CLERK, to=(today - timedelta(days=1)).isoformat())
    assert no not in numbers(CLERK, **{"from": (today + timedelta(days=1)).isoformat()})
