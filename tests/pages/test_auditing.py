"""The auditor's page: step by step, any entry, verified, and by whom it may be opened; in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.api.conftest import People
from tests.pages.conftest import PHONE, Tab, apart, complaints, expect_status, fits, sign_in
from workflows.platform.client import connect

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def case_no(site: People) -> str:
    number = site.under_way("xw-center.clerk")
    tasks = [{"unit": "xw-zj", "role": "lead", "task": "备案"}]
    assert site.act("xw-center.head", number, "assign", assignments=tasks).status_code == 200
    return number


def test_a_page_asks_who_it_is_and_comes_back(tabs: Tab, case_no: str) -> None:
    with tabs.of(None) as page:
        page.goto(f"/audit/cases/{case_no}?at=2")
        assert "/sign-in?next=" in page.url
        sign_in(page, "auditor", "wrong")
        expect(page.get_by_role("alert")).to_contain_text("请核对后重试")
        sign_in(page, "auditor", tabs.site.system.password)
        expect(page).to_have_url(re.compile(rf"/audit/cases/{case_no}\?at=2"))
        page.get_by_role("button", name="退出").click()
        page.goto("/audit")
        assert "/sign-in" in page.url


def test_an_auditor_plays_a_case_and_verifies_it(tabs: Tab, case_no: str) -> None:
    with tabs.of("auditor") as page:
        page.get_by_role("main").get_by_role("link", name="审计").click()
        page.get_by_label("案件编号").fill(case_no)
        page.get_by_role("button", name="打开").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(case_no)
        expect(page.get_by_text("交办", exact=False).first).to_be_visible()
        page.get_by_role("link", name="上一步").click()
        page.get_by_role("link", name="上一步").click()
        expect(page.locator("li.here")).to_contain_text("受理")
        expect(page.locator("#then")).to_contain_text("第 2 步")
        page.get_by_role("button", name="重放核对").click()
        expect_status(page, "相符")
        expect(page.get_by_text("规则复核")).to_contain_text("结果相同")
        assert complaints(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="导出卷宗").click()
        assert download.value.suggested_filename == f"{case_no}.zip"


def test_an_auditor_verifies_a_ledger_that_is_no_case(tabs: Tab) -> None:
    task = tabs.site.post("xw-jw.supervisor", "/api/oversight", {"kind": "ordered", "what": "抽看本周的答复"})
    with tabs.of("auditor") as page:
        page.goto("/audit")
        page.get_by_label("其他台账", exact=False).fill(task.json()["no"])
        page.get_by_role("button", name="重放核对").click()
        expect_status(page, "快照和日封存都核对过")
        assert complaints(page) == []


def test_what_was_forged_is_named_on_the_page(tabs: Tab) -> None:
    number = tabs.site.register("xw-center.clerk")["case_no"]
    tabs.site.write(f"UPDATE cases SET matter = '别的事项' WHERE case_no = '{number}'")
    with tabs.of("auditor") as page:
        page.goto(f"/audit/cases/{number}")
        page.get_by_role("button", name="重放核对").click()
        expect(page.get_by_role("alert")).to_contain_text("不符：cases")
        expect(page.get_by_role("alert")).to_contain_text("别的事项")
    tabs.site.write(f"UPDATE cases SET matter = '房屋租赁备案' WHERE case_no = '{number}'")


def test_the_pages_are_for_their_roles_alone(tabs: Tab, case_no: str) -> None:
    for user, path in (
        ("xw-center.clerk", f"/audit/cases/{case_no}"),
        ("admin", "/audit"),
        ("auditor", "/administration"),
    ):
        with tabs.of(user) as page:
            answer = page.goto(path)
            assert answer
            assert answer.status == 403
            expect(page.get_by_role("alert")).to_contain_text("不对")
    with tabs.of("auditor") as page:
        answer = page.goto("/audit/cases/nothing")
        assert answer
        assert answer.status == 404
        expect(page.get_by_role("alert")).to_contain_text("请核对编号")


def test_a_stopped_case_is_taken_up_on_the_page(tabs: Tab) -> None:
    number = tabs.site.under_way("xw-center.clerk")

    async def terminate() -> None:
        client = await connect(tabs.site.system.temporal_address, "default")
        await client.get_workflow_handle(number).terminate(reason="误操作")

    apart(terminate())
    with tabs.of("admin") as page:
        button = page.get_by_role("button", name=f"提出恢复办理 {number}")
        for _ in range(40):
            page.goto("/administration")
            if button.count():
                break
            page.wait_for_timeout(500)
        assert complaints(page) == []
        button.click()
        expect(page.get_by_text("须由另一位管理员")).to_be_visible()
    with tabs.of("security-admin") as page:
        page.goto("/administration")
        page.get_by_role("button", name=f"同意 恢复办理 {number}").click()
        expect_status(page, "已从台账第")
        expect(page.get_by_role("row", name=number)).to_contain_text("admin、security-admin")


@pytest.mark.parametrize("path", ["/sign-in", "/", "/audit", "/audit/cases/{case_no}", "/administration", "/nothing"])
def test_every_page_is_usable_on_a_phone_without_script_and_by_everybody(tabs: Tab, case_no: str, path: str) -> None:
    user = "admin" if path == "/administration" else "auditor"
    with tabs.of(None if path == "/sign-in" else user, size=PHONE) as page:
        answer = page.goto(path.format(case_no=case_no))
        assert answer
        assert answer.status == (404 if path == "/nothing" else 200)
        assert fits(page), "it scrolls sideways at 320 px"
        assert complaints(page) == []
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
    with tabs.of(None, script=False) as page:
        page.goto("/sign-in")
        sign_in(page, user, tabs.site.system.password)
        page.goto(path.format(case_no=case_no))
        expect(page.get_by_role("main")).to_be_visible()


def test_nothing_is_fetched_from_outside(tabs: Tab, case_no: str) -> None:
    with tabs.of("auditor") as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in ("/", "/audit", f"/audit/cases/{case_no}"):
            page.goto(path)
        assert asked
        assert not [url for url in asked if not url.startswith((tabs.site.system.api_url, "data:"))]


@pytest.mark.parametrize("next", ["//elsewhere.invalid", "https://elsewhere.invalid/", "/\\elsewhere.invalid", "x"])
def test_signing_in_leads_to_no_other_site(tabs: Tab, next: str) -> None:
    with tabs.of(None) as page:
        page.goto(f"/sign-in?next={next}")
        sign_in(page, "auditor", tabs.site.system.password)
        expect(page).to_have_url(f"{tabs.site.system.api_url}/")
