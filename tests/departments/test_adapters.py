"""How a department is reached is the administrator's to say; what cannot work is refused."""

from typing import Any

import pytest

from tests.departments.conftest import CLERK, Town

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("departments")]
HTTP = {"kind": "http", "url": "https://oa.example.gov.cn/bancheng"}
MAIL = {
    "kind": "email",
    "url": "smtp://mail.example.gov.cn:25",
    "email": "xa@example.gov.cn",
    "sender": "b@example.org",
}


def put(town: Town, unit: str, body: dict[str, Any], user: str = "admin") -> Any:
    return town.http.put(f"/api/departments/{unit}/adapter", json=body, headers=town.headers(user))


def test_the_secret_is_shown_when_it_is_new_and_never_again(town: Town) -> None:
    first = put(town, "fy-ga", HTTP).json()
    assert len(first["secret"]) == 64
    assert (first["timeout_seconds"], first["fallback_hours"], first["key_version"]) == (10, 24, 1)
    assert "secret" not in put(town, "fy-ga", {**HTTP, "timeout_seconds": 5}).json()
    shown = town.get("admin", "/api/departments/fy-ga/adapter").json()
    assert "secret" not in shown
    assert shown["timeout_seconds"] == 5
    assert shown["changed_by"] == "admin"
    rotated = put(town, "fy-ga", {**HTTP, "rotate": True}).json()
    assert rotated["key_version"] == 2
    assert rotated["secret"] != first["secret"]
    other = put(town, "fy-sw", HTTP).json()
    assert other["secret"] != first["secret"], "each department has its own"


def test_the_inbox_is_the_default(town: Town) -> None:
    items = {item["unit"]: item for item in town.get("auditor", "/api/departments").json()["items"]}
    assert items["fy-zj"] == {"unit": "fy-zj", "name": items["fy-zj"]["name"], "kind": "inbox"}
    assert "xs-center" not in items, "a window is no department"
    assert put(town, "fy-bdc", MAIL).json()["kind"] == "email"
    assert put(town, "fy-bdc", {"kind": "inbox"}).json()["url"] is None


@pytest.mark.parametrize("user", [CLERK, "xs-mz.liaison", "xs-sgb.lead", "xs-jw.supervisor"])
def test_it_is_nobody_elses_business(town: Town, user: str) -> None:
    assert town.get(user, "/api/departments").status_code == 403
    assert town.get(user, "/api/departments/xs-mz/adapter").status_code == 403
    assert put(town, "fy-zj", HTTP, user).status_code == 403


def test_auditors_read_and_change_nothing(town: Town) -> None:
    assert town.get("auditor", "/api/departments").status_code == 200
    assert put(town, "fy-zj", HTTP, "auditor").status_code == 403


@pytest.mark.parametrize("unit", ["nobody", "xs-center", "xs-sgb"])
def test_only_departments_are_reached(town: Town, unit: str) -> None:
    assert put(town, unit, HTTP).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "fax"}, "kind"),
        ({"kind": "http"}, "url"),
        ({"kind": "inbox", "url": "https://oa.example.gov.cn/"}, "url"),
        ({**HTTP, "url": "ftp://oa.example.gov.cn/"}, "url"),
        ({**HTTP, "url": "oa.example.gov.cn"}, "url"),
        ({**HTTP, "url": "https://"}, "url"),
        ({**HTTP, "url": "https://user:word@oa.example.gov.cn/"}, "url"),
        ({**HTTP, "url": "https://oa.example.gov.cn:99999/"}, "url"),
        ({**HTTP, "url": "https://oa.example.gov.cn/\r\nX: 1"}, "url"),
        ({**HTTP, "email": "xa@example.gov.cn"}, "email"),
        ({**HTTP, "timeout_seconds": 0}, "timeout_seconds"),
        ({**HTTP, "timeout_seconds": 61}, "timeout_seconds"),
        ({**HTTP, "fallback_hours": 0}, "fallback_hours"),
        ({**HTTP, "unit": "xs-mz"}, "unit"),
        ({**MAIL, "email": "no address"}, "email"),
        ({**MAIL, "sender": "a@b\r\nBcc: c@d"}, "sender"),
        ({**MAIL, "url": "https://mail.example.gov.cn"}, "url"),
    ],
)
def test_what_cannot_work_is_refused_by_name(town: Town, body: dict[str, Any], field: str) -> None:
    answer = put(town, "fy-zj", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert town.get("admin", "/api/departments/fy-zj/adapter").json()["kind"] == "inbox"
