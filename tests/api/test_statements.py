"""A database that ends our connections is noticed once, and by nobody after that."""

import uuid

import pytest

from tests.api.conftest import People, registration

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

ENDED = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND query ~ 'FROM case_keys k|INTO access_log'
"""


def test_connections_that_were_ended_are_replaced_after_one_refusal(people: People) -> None:
    number = people.register()["case_no"]
    for _ in range(3):
        people.view(number)
    [(ended,)] = people.rows(ENDED)
    assert ended >= 1
    answers = [people.get("auditor", f"/api/cases/{number}").status_code for _ in range(10)]
    assert set(answers) <= {200, 503}
    assert answers.count(503) <= 1, "who finds one lost finds all of them lost"
    assert answers[-1] == 200


def test_a_number_is_allotted_with_all_that_belongs_to_it_or_not_at_all(people: People) -> None:
    clerk, key = "dl-center.clerk", uuid.uuid4().hex
    number = people.post(clerk, "/api/cases", registration(unit="dl-center"), Idempotency_Key=key).json()["case_no"]
    kept = "SELECT count(*) FROM registrations r JOIN case_keys k USING (case_no) JOIN case_words w USING (case_no)"
    assert people.rows(f"{kept} WHERE case_no = %s AND r.key = %s", number, key) == [(1,)]
    series, last = number.rsplit("-", 1)
    assert people.rows("SELECT last FROM serials WHERE series = %s", series) == [(int(last),)]
    again = people.post(clerk, "/api/cases", registration(unit="dl-center"), Idempotency_Key=key)
    assert again.json()["case_no"] == number
    other = people.post(clerk, "/api/cases", registration(unit="dl-center", narrative="另一件"), Idempotency_Key=key)
    assert other.status_code == 409
    assert people.rows("SELECT last FROM serials WHERE series = %s", series) == [(int(last),)]
