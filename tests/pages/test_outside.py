"""外部视角、依据修改: an old register comes in, others' scores, an amended law; each clicked as the lead clicks it."""

import io
import uuid

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.api.conftest import People
from tests.pages.conftest import PHONE, Tab, complaints, expect_status, fits

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

CLERK, HEAD, LEAD, LIAISON = "xw-center.clerk", "xw-center.head", "xw-spj.lead", "xw-zj.liaison"


def sheet() -> dict:
    book, out = Workbook(), io.BytesIO()
    mark = uuid.uuid4().hex[:6]
    for row in (
        ["登记日期", "窗口代码", "事项", "类别"],
        ["2024-03-05", "xw-center", mark, "很难办"],
        ["去年", "", "", ""],
    ):
        book.active.append(row)
    book.save(out)
    return {"name": f"{mark}.xlsx", "mimeType": "application/octet-stream", "buffer": out.getvalue()}


def looked_at(page: Page) -> None:
    assert complaints(page) == []


def test_an_old_register_is_tried_and_kept_and_a_score_stands_beside(tabs: Tab) -> None:
    with tabs.of(LEAD) as lead:
        lead.goto("/reports")
        lead.get_by_role("link", name="外部视角").click()
        looked_at(lead)
        file = sheet()
        lead.get_by_text("导入旧台账").click()
        lead.locator("#file").set_input_files(file)
        lead.get_by_role("button", name="先试").click()
        expect_status(lead, "还没有收下")
        expect(lead.get_by_text("登记日期：应为日期")).to_be_visible()
        looked_at(lead)
        lead.locator("#again").set_input_files({**file, "buffer": sheet()["buffer"]})
        lead.get_by_role("button", name="收下", exact=True).click()
        expect(lead.get_by_role("alert")).to_contain_text("没有试过")
        lead.get_by_text("导入旧台账").click()
        lead.locator("#file").set_input_files(file)
        lead.get_by_role("button", name="先试").click()
        lead.locator("#again").set_input_files(file)
        lead.get_by_role("button", name="收下", exact=True).click()
        expect_status(lead, "已收下 1 行")
        expect(lead.get_by_role("cell", name=file["name"])).to_be_visible()

        lead.get_by_text("登记第三方评议").click()
        lead.get_by_label("来源", exact=False).fill("区政协")
        lead.get_by_label("月份", exact=False).fill("2026-10")
        lead.get_by_label("得分", exact=False).fill("196")
        lead.get_by_role("button", name="登记", exact=True).click()
        expect(lead.get_by_role("alert")).to_contain_text("得分不能高于满分")
        looked_at(lead)
        lead.get_by_label("得分", exact=False).fill("96")
        lead.get_by_role("button", name="登记", exact=True).click()
        expect(lead.get_by_role("cell", name="区政协")).to_be_visible()
        looked_at(lead)
        lead.set_viewport_size(PHONE)
        assert fits(lead)
    with tabs.of(HEAD) as head:
        head.goto("/outside")
        expect(head.get_by_text("导入旧台账")).to_have_count(0)
    with tabs.of(CLERK) as clerk:
        assert clerk.goto("/outside").status == 403


def test_anybody_reads_the_open_figures(tabs: Tab) -> None:
    with tabs.of(None) as nobody:
        nobody.goto("/statistics")
        looked_at(nobody)
        nobody.get_by_label("地区").select_option("xuanwu")
        nobody.get_by_role("button", name="查看").click()
        expect(nobody.get_by_text("小于 5 的数字不公开", exact=False)).to_be_visible()
        looked_at(nobody)
        nobody.set_viewport_size(PHONE)
        assert fits(nobody)


def test_an_amended_law_names_whom_to_look_at_again(tabs: Tab, site: People) -> None:
    law = f"某办法{uuid.uuid4().hex[:6]}第三条"
    number = site.register(CLERK)["case_no"]
    site.act(CLERK, number, "accept")
    said = {"category": "cannot", "reason": "不符合条件", "causes": ["unclear_policy"], "legal_basis": [law]}
    assert site.act(CLERK, number, "diagnose", **said).status_code == 200
    with tabs.of(LEAD) as lead:
        lead.goto("/solutions")
        lead.get_by_role("link", name="依据修改").click()
        looked_at(lead)
        if not lead.get_by_label("依据名称或条款", exact=False).is_visible():
            lead.get_by_text("登记依据修改").click()
        lead.get_by_label("依据名称或条款", exact=False).fill(law)
        lead.get_by_label("怎么改的", exact=False).fill("第三条已放宽")
        lead.get_by_role("button", name="登记", exact=True).click()
        expect(lead.get_by_role("heading", level=1)).to_have_text(law)
        expect(lead.get_by_role("link", name=number)).to_be_visible()
        looked_at(lead)
        lead.set_viewport_size(PHONE)
        assert fits(lead)
    with tabs.of(CLERK) as clerk:
        clerk.goto("/amended")
        expect(clerk.get_by_text("登记依据修改")).to_have_count(0)
        expect(clerk.get_by_role("link", name=law)).to_be_visible()
    with tabs.of(LIAISON) as liaison:
        assert liaison.goto("/amended").status == 403
