"""群众查询页: an applicant on a phone, from the receipt to the evaluation; without script, without an account."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import DIFFICULT, People
from tests.pages.conftest import PHONE, Tab, complaints, expect_status, fits

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

CLERK = "xw-center.clerk"


@pytest.fixture
def case(site: People) -> dict[str, Any]:
    return site.register(CLERK)


def look_up(page: Page, case: dict[str, Any]) -> None:
    page.goto("/progress")
    page.get_by_label("编号").fill(case["case_no"])
    page.get_by_label("查询码").fill(case["query_code"].lower())
    page.get_by_role("button", name="查询").click()


def acts(site: People, case_no: str, *done: tuple[str, str, dict[str, Any]]) -> None:
    for user, command, body in done:
        answer = site.act(user, case_no, command, **body)
        assert answer.status_code == 200, answer.text


def test_an_applicant_follows_a_case_from_a_phone_without_script(tabs: Tab, case: dict[str, Any]) -> None:
    site, number = tabs.site, case["case_no"]
    with tabs.of(None, size=PHONE, script=False) as page:
        look_up(page, case)
        expect(page.locator("[aria-current=step]")).to_contain_text("发现")
        assert case["query_code"] not in page.url, "the code is in no address"
        acts(site, number, (CLERK, "accept", {}), (CLERK, "diagnose", DIFFICULT))
        tasks = [{"unit": "xw-zj", "role": "lead", "task": "备案"}]
        acts(site, number, ("xw-center.head", "assign", {"assignments": tasks}))
        page.reload()
        expect(page.locator("[aria-current=step]")).to_contain_text("研究")
        expect(page.locator("dl")).to_contain_text("住建")
        page.get_by_text("为什么是这一天").click()
        expect(page.locator("ul.days li")).not_to_have_count(0)
        assert page.locator("ul.days li", has_text="计入").count() == 5
        acts(site, number, ("xw-zj.liaison", "sign", {"assignment_id": "a1"}))
        acts(site, number, ("xw-zj.liaison", "reply", {"assignment_id": "a1", "result": "done", "content": "已办"}))
        acts(site, number, (CLERK, "resolve", {"outcome": "done", "summary": "已办", "basis": ["某条例"]}))
        page.reload()
        page.get_by_label("不满意", exact=True).check()
        page.get_by_label("想说的话").fill("跑了三趟")
        page.get_by_role("button", name="提交评价").click()
        expect_status(page, "已收到")
    shown = site.view(number, "xw-jw.supervisor")
    assert (shown["evaluation"]["score"], shown["evaluation"]["comment"]) == (2, "跑了三趟")


def test_materials_are_handed_in_and_an_explanation_is_objected_to(tabs: Tab, case: dict[str, Any]) -> None:
    site, number = tabs.site, case["case_no"]
    items = [{"name": "身份证复印件", "why": "核对身份", "how_to_obtain": "派出所"}]
    cannot = {**DIFFICULT, "category": "cannot", "legal_basis": ["某条例第三条"]}
    del cannot["obstacles"], cannot["measures"]
    acts(
        site,
        number,
        (CLERK, "accept", {}),
        (CLERK, "diagnose", cannot),
        (CLERK, "request_materials", {"items": items, "working_days": 5}),
    )
    with tabs.of(None, size=PHONE) as page:
        look_up(page, case)
        expect(page.locator(".big")).to_have_text("等您补交材料")
        expect(page.get_by_text("派出所")).to_be_visible()
        assert page.get_by_label("材料 1").input_value() == "身份证复印件"
        page.get_by_role("button", name="提交", exact=True).click()
        expect_status(page, "补交材料")
        explained = {
            "text": "依据某条例第三条不能办理",
            "legal_basis": ["某条例第三条"],
            "alternatives": ["可改办他项"],
        }
        acts(site, number, (CLERK, "explain", explained))
        page.reload()
        assert complaints(page) == []
        page.get_by_label("为什么不认可").fill("条例说的不是这种情形")
        page.get_by_role("button", name="提出异议").click()
        expect_status(page, "异议")
        expect(page.get_by_text("正在由窗口负责人复核")).to_be_visible()
        page.get_by_role("link", name="一次性告知书", exact=True).last.click()
        expect(page.get_by_text("可改办")).to_be_visible()


def test_who_looked_is_told_and_nothing_of_supervision(tabs: Tab, case: dict[str, Any]) -> None:
    site = tabs.site
    site.get("xw-center.head", f"/api/cases/{case['case_no']}")
    site.get("xw-jw.supervisor", f"/api/cases/{case['case_no']}")
    with tabs.of(None, size=PHONE) as page:
        look_up(page, case)
        expect(page.locator("#who + .panel")).to_contain_text("窗口负责人")
        assert "监督人员" not in page.locator("#who + .panel").inner_text()
        assert fits(page)
        assert complaints(page) == []


def test_a_wrong_code_tells_nothing_and_a_code_fits_its_own_case_only(tabs: Tab, case: dict[str, Any]) -> None:
    other = tabs.site.register(CLERK)
    with tabs.of(None) as page:
        look_up(page, {**case, "query_code": "WRONGCODE2"})
        expect(page.get_by_role("alert")).to_contain_text("请核对编号和查询码")
        assert page.get_by_label("编号").input_value() == case["case_no"]
        look_up(page, case)
        page.goto(f"/progress/{other['case_no']}")
        assert page.url.endswith("/progress"), "this browser knows the code of the first only"
    with tabs.of(None) as page:
        page.goto(f"/progress/{case['case_no']}?code={case['query_code']}")
        assert page.url.endswith(f"/progress/{case['case_no']}"), (
            "the receipt's code leads there, and out of the address"
        )


def test_what_the_rules_refuse_is_said_on_the_page_and_nothing_typed_is_lost(tabs: Tab, case: dict[str, Any]) -> None:
    with tabs.of(None) as page:
        look_up(page, case)
        page.get_by_text("撤回", exact=True).click()
        page.get_by_label("为什么撤回").fill("已经\u0001办好")
        tabs.site.act(CLERK, case["case_no"], "withdraw", reason="电话里说不办了", on_behalf=True)
        page.get_by_role("button", name="撤回这件事").click()
        expect(page.get_by_role("alert")).to_contain_text("没有提交成功")
        expect(page.locator(".big")).to_have_text("已撤回")
    with tabs.of(None) as page:
        look_up(page, tabs.site.register(CLERK))
        page.get_by_text("投诉", exact=True).click()
        page.evaluate("document.querySelectorAll('[name=token]').forEach(each => each.value = 'forged')")
        page.get_by_label("投诉什么").fill("没人管")
        page.get_by_role("button", name="提交投诉").click()
        expect(page.get_by_role("alert")).to_contain_text("页面已过期")
