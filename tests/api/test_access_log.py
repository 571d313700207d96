"""访问日志: every look is written down, told to the applicant as role and unit, and sealed against change."""

import asyncio

import psycopg
import pytest

from activities.access_seals import seal
from api.identity.tokens import Tokens
from ops.postgres import conninfo
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def logged(people: People, number: str) -> list[tuple[str, str, int]]:
    found = people.rows("SELECT actor, action, status FROM access_log WHERE case_no = %s ORDER BY id", number)
    return [(actor, action, status) for actor, action, status in found]


def test_every_look_is_one_row_and_an_act_is_none(people: People) -> None:
    number = people.under_way("xw-center.clerk")
    assert logged(people, number) == []
    for path in ("", "/timeline"):
        assert people.get("xw-spj.lead", f"/api/cases/{number}{path}").status_code == 200
    assert people.get("xs-sgb.lead", f"/api/cases/{number}").status_code == 403
    assert people.get("auditor", f"/api/audit/cases/{number}").status_code == 200
    assert people.get("auditor", f"/api/audit/cases/{number}/export").status_code == 200
    assert logged(people, number) == [
        ("xw-spj.lead", "read", 200),
        ("xw-spj.lead", "timeline", 200),
        ("xs-sgb.lead", "read", 403),
        ("auditor", "audit", 200),
        ("auditor", "export", 200),
    ]
    before = len(people.rows("SELECT 1 FROM access_log WHERE action = 'search'"))
    assert people.get("xw-spj.lead", "/api/cases", text="备案").status_code == 200
    assert len(people.rows("SELECT 1 FROM access_log WHERE action = 'search'")) == before + 1


def test_the_applicant_reads_role_and_unit_and_nothing_of_supervision(people: People) -> None:
    number = people.under_way("xw-center.clerk")
    for user in ("xw-spj.lead", "xw-jw.supervisor", "auditor"):
        assert people.get(user, f"/api/cases/{number}").status_code == 200
    path, code = f"/api/public/cases/{number}/accesses", Tokens(people.system.secret).query_code(number)
    answer = people.http.get(path, params={"code": code})
    [look] = answer.json()["items"]
    assert (look["role"], look["what"]) == ("牵头部门经办", "查看案件")
    assert "审批局" in look["unit"]
    assert "xw-spj" not in answer.text
    assert people.http.get(path, params={"code": "AAAAAAAAAA"}).status_code == 404


def test_a_row_that_was_changed_deleted_or_put_in_no_longer_fits_its_seal(people: People) -> None:
    number = people.under_way("xw-center.clerk")
    assert people.get("xw-spj.lead", f"/api/cases/{number}").status_code == 200

    async def seal_now() -> None:
        address = conninfo(people.system.database_url)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as session:
            await seal(session, -1)

    def verified() -> bool:
        return bool(people.post("auditor", "/api/audit/access/verify").json()["verified"])

    asyncio.run(seal_now())
    assert verified()
    assert people.post("admin", "/api/audit/access/verify").status_code == 403
    mine = f"case_no = '{number}'"
    for forge, mend in (
        (
            f"UPDATE access_log SET actor = 'x' WHERE {mine}",
            f"UPDATE access_log SET actor = 'xw-spj.lead' WHERE {mine}",
        ),
        (
            f"CREATE TABLE looked AS SELECT * FROM access_log WHERE {mine}; DELETE FROM access_log WHERE {mine}",
            "INSERT INTO access_log OVERRIDING SYSTEM VALUE SELECT * FROM looked; DROP TABLE looked",
        ),
    ):
        people.write("ALTER TABLE access_log DISABLE TRIGGER append_only")
        people.write(forge)
        assert not verified()
        people.write(mend)
        people.write("ALTER TABLE access_log ENABLE TRIGGER append_only")
        assert verified()
