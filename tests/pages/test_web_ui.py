"""The Temporal Web UI behind its gate: who may do what there, in a real browser."""

import httpx
import pytest

from tests.api.conftest import People
from tests.pages.conftest import Tab, sign_in

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

ADMIN, AUDITOR = "admin", "auditor"


@pytest.fixture(scope="module")
def case_no(site: People) -> str:
    return site.under_way("xw-center.clerk")


def cookies(site: People, user: str) -> dict[str, str]:
    form = {"username": user, "password": site.system.password}
    return dict(httpx.post(f"{site.system.api_url}/api/session", data=form).cookies)


def test_nobody_gets_in_without_signing_in(site: People) -> None:
    ui = site.system.installation.ui_url
    asked = httpx.get(ui, headers={"Accept": "text/html"})
    assert asked.status_code == 303
    assert asked.headers["location"].startswith(f"{site.system.api_url}/sign-in?next=")
    for path in ("/api/v1/namespaces", "/api/v1/namespaces/default/workflows", "/api/v1/settings"):
        assert httpx.get(ui + path).status_code == 401
    assert httpx.post(f"{ui}/codec/decode", json={"payloads": []}).status_code == 401


@pytest.mark.parametrize("user", ["xw-center.clerk", "xw-jw.supervisor", "security-admin", "audit-admin"])
def test_who_works_elsewhere_is_told_so(site: People, user: str) -> None:
    answer = httpx.get(site.system.installation.ui_url, cookies=cookies(site, user))
    assert answer.status_code == 403
    assert "系统管理员和审计人员" in answer.json()["message"]


def test_an_auditor_looks_and_an_administrator_acts(site: People, case_no: str) -> None:
    ui = site.system.installation.ui_url
    path = f"{ui}/api/v1/namespaces/default/workflows/{case_no}/signal/nothing"
    assert httpx.post(path, json={}, cookies=cookies(site, AUDITOR)).status_code == 403
    own = httpx.post(path, json={}, cookies=cookies(site, ADMIN))
    assert own.status_code == 400, "the Web UI's own answer: a script has not its CSRF token"
    foreign = {"Origin": "http://elsewhere.invalid"}
    assert httpx.post(path, json={}, cookies=cookies(site, ADMIN), headers=foreign).status_code == 403
    listed = httpx.get(f"{ui}/api/v1/namespaces/default/workflows", cookies=cookies(site, AUDITOR))
    assert listed.status_code == 200


@pytest.mark.parametrize("user", [ADMIN, AUDITOR])
@pytest.mark.parametrize("name", ["sealed", "%73ealed", "default/../sealed", "default%2f..%2fsealed", "/sealed"])
def test_the_inquiries_namespace_is_closed_to_everybody(site: People, user: str, name: str) -> None:
    ui = site.system.installation.ui_url
    answer = httpx.get(f"{ui}/api/v1/namespaces/{name}/workflows", cookies=cookies(site, user))
    assert answer.status_code in (403, 404), answer.text
    assert "executions" not in answer.text


def test_an_administrator_reads_a_case_in_chinese_and_no_person(tabs: Tab, case_no: str) -> None:
    ui = tabs.site.system.installation.ui_url
    with tabs.of(None) as page:
        page.goto(f"{ui}/namespaces/default/workflows/{case_no}")
        sign_in(page, ADMIN, tabs.site.system.password)
        page.wait_for_url(f"{ui}/**")
        page.get_by_text("受理 accept").first.wait_for()
        page.get_by_text("时限 20").first.wait_for()  # the timer says what it waits for, opened by the codec
        page.get_by_text("登记 register").first.click(force=True)
        page.get_by_text('"xw-center.clerk"').first.wait_for()
        shown = page.content()
        assert "Codec Server could not connect" not in shown
        assert not [word for word in ("李先生", "13800000008", "320102190001010060") if word in shown]
