"""一类事、月度分析: from a clerk's draft to a figure that opens to its case, in the browser."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from models.ledger import BEIJING
from tests.api.conftest import People
from tests.pages.conftest import PHONE, Tab, complaints, expect_status, fits

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

CLERK, HEAD, LEAD, LIAISON = "xw-center.clerk", "xw-center.head", "xw-spj.lead", "xw-zj.liaison"


@pytest.mark.parametrize(
    ("user", "path", "heading"),
    [
        (CLERK, "/solutions", "一类事"),
        (LIAISON, "/solutions", "一类事"),
        ("auditor", "/solutions", "一类事"),
        (LEAD, "/reports", "月度分析"),
        (HEAD, "/reports", "月度分析"),
        ("auditor", "/reports", "月度分析"),
    ],
)
def test_every_page_is_readable_by_everybody_and_fits_a_phone(tabs: Tab, user: str, path: str, heading: str) -> None:
    with tabs.of(user) as page:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert complaints(page) == []
        page.set_viewport_size(PHONE)
        assert fits(page)


@pytest.mark.parametrize(("user", "path"), [(CLERK, "/reports"), (LIAISON, "/reports"), ("admin", "/solutions")])
def test_a_page_of_others_is_closed(tabs: Tab, user: str, path: str) -> None:
    with tabs.of(user) as page:
        assert page.goto(path).status == 403


def test_a_solution_is_drafted_approved_and_applied(tabs: Tab, site: People) -> None:
    with tabs.of(CLERK) as clerk, tabs.of(LEAD) as lead:
        clerk.goto("/solutions")
        clerk.get_by_text("起草一类事").click()
        clerk.get_by_label("标题", exact=False).fill("古井迁移备案")
        clerk.get_by_label("适用情形", exact=False).fill("院内古井需要迁移的备案")
        clerk.get_by_label("步骤", exact=False).first.fill("文物部门踏勘\n登记拍照\n当场备案")
        clerk.get_by_label("依据", exact=False).first.fill("文物保护法第二十条")
        assert complaints(clerk) == []
        clerk.get_by_role("button", name="提交草案").click()
        expect(clerk.get_by_role("heading", level=1)).to_have_text("古井迁移备案")
        assert complaints(clerk) == []
        lead.goto(clerk.url)
        lead.locator("#c-review_legality summary").click()
        lead.get_by_label("决定", exact=False).select_option("grant")
        lead.locator("#c-review_legality").get_by_role("button").click()
        lead.locator("#c-publish summary").click()
        lead.locator("#c-publish").get_by_role("button", name="发布").click()
        expect(lead.get_by_text("工作提示", exact=False).first).to_be_visible()
        assert complaints(lead) == []

        clerk.goto("/register")
        clerk.get_by_label("事项名称", exact=False).fill("古井迁移")
        clerk.get_by_label("反映内容", exact=False).fill("院子里的古井要迁移，不知道怎么备案")
        expect(clerk.locator("#hints")).to_contain_text("古井迁移备案")
        _at_the_counter(clerk)
        words = {"matter": {"name": "古井迁移"}, "narrative": "院子里的古井要迁移"}
        number = site.register(CLERK, **words)["case_no"]
        site.act(CLERK, number, "accept")
        clerk.goto(f"/cases/{number}")
        expect(clerk.locator("#told")).to_contain_text("这类事以前是这样办的")
        clerk.locator("#c-apply_solution summary").first.click()
        form = clerk.locator("#c-apply_solution")
        form.get_by_label("一类事", exact=False).first.select_option(label="古井迁移备案")
        assert complaints(clerk) == []
        form.get_by_role("button", name="适用一类事").click()
        expect_status(clerk, "已办")
        expect(clerk.locator("#told")).to_contain_text("一类事办理单")
        assert complaints(clerk) == []


def _at_the_counter(clerk: Page) -> None:
    """The second case of the kind is finished where it came in, by what was published."""
    clerk.get_by_label("姓名或名称", exact=False).first.fill("李先生")
    clerk.get_by_label("类别", exact=False).first.select_option("person")
    clerk.get_by_label("诉求类型", exact=False).select_option("coordination")
    clerk.get_by_label("当场照“古井迁移备案”办结", exact=False).check()
    clerk.get_by_text("能当场办的，就在这里办结").click()
    clerk.get_by_label("当场办结", exact=False).first.check()
    clerk.get_by_label("怎么办成的").fill("踏勘拍照后当场备案")
    clerk.get_by_label("依据（一行一项）").fill("文物保护法第二十条")
    assert complaints(clerk) == []
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect_status(clerk, "已办：办结")
    expect(clerk.locator("#told")).to_contain_text("一类事办理单")


def test_a_figure_opens_to_its_cases(tabs: Tab, site: People) -> None:
    number = site.register(CLERK, matter={"name": "月报里的事"})["case_no"]
    with tabs.of(LEAD) as lead:
        lead.goto(f"/reports/{datetime.now(BEIJING):%Y-%m}")
        expect(lead.get_by_text("未冻结")).to_be_visible()
        assert complaints(lead) == []
        lead.set_viewport_size(PHONE)
        assert fits(lead)
        lead.get_by_role("row", name=re.compile("^登记 ")).get_by_role("link").click()
        expect(lead.get_by_role("link", name=number)).to_be_visible()
        assert complaints(lead) == []
        with lead.expect_download() as waited:
            lead.goto(f"/reports/{datetime.now(BEIJING):%Y-%m}")
            lead.get_by_role("link", name="下载 Excel").click()
        assert waited.value.suggested_filename.endswith(".xlsx")
