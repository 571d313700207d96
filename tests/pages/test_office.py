"""办件页: a case from the counter to the end in browsers, each role at its own, forms made from the commands."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.api.conftest import DIFFICULT
from tests.pages.conftest import PHONE, Tab, complaints, expect_status, fits

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

CLERK, HEAD, LIAISON = "xw-center.clerk", "xw-center.head", "xw-zj.liaison"


def open_act(page: Page, title: str) -> Page:
    """Open the form of an act on a case's page."""
    page.locator("section.stays summary", has_text=re.compile(f"^{title}")).first.click()
    return page


def do(page: Page, title: str) -> None:
    page.get_by_role("button", name=title, exact=True).click()
    expect_status(page, "已办")


def test_a_case_goes_its_whole_way_through_four_browsers(tabs: Tab) -> None:
    with tabs.of(CLERK) as clerk, tabs.of(HEAD) as head, tabs.of(LIAISON) as liaison:
        expect(clerk).to_have_url(re.compile("/work$"))
        clerk.get_by_role("link", name="登记一件").click()
        clerk.get_by_label("姓名或名称", exact=False).first.fill("李先生")
        clerk.get_by_label("类别", exact=False).first.select_option("person")
        clerk.get_by_label("证件类型").first.select_option("id_card")
        clerk.get_by_label("证件号码").first.fill("320102190001010060")
        clerk.get_by_label("事项名称", exact=False).fill("浏览器里的事项")
        clerk.get_by_label("反映内容", exact=False).fill("房主不能到场")
        clerk.get_by_label("诉求类型", exact=False).select_option("coordination")
        assert complaints(clerk) == []
        clerk.get_by_role("button", name="登记", exact=True).click()
        expect(clerk.get_by_role("heading", name="登记回执")).to_be_visible()
        number = clerk.locator("dd strong").first.inner_text()
        assert complaints(clerk) == []
        clerk.get_by_role("link", name="打开案件").click()
        do(open_act(clerk, "受理"), "受理")
        open_act(clerk, "分类诊断")
        form = clerk.locator("#c-diagnose")
        form.get_by_label("类别", exact=False).select_option("difficult")
        form.get_by_label("理由", exact=False).first.fill("本人不能到场")
        form.get_by_label("服务流程不规范").check()
        form.get_by_label("障碍").fill("不能到场")
        form.get_by_label("上门").check()
        assert complaints(clerk) == []
        do(clerk, "分类诊断")
        expect(clerk.locator("#now")).to_contain_text("正在研究")

        head.goto("/work")
        head.get_by_role("link", name="浏览器里的事项").first.click()
        open_act(head, "交办")
        form = head.locator("#c-assign")
        form.get_by_label("单位", exact=False).first.select_option("xw-zj")
        form.get_by_label("主办或协办", exact=False).first.select_option("lead")
        form.get_by_label("任务", exact=False).first.fill("上门核实后备案")
        do(head, "交办")

        liaison.goto("/work")
        expect(liaison.get_by_role("row", name=re.compile("浏览器里的事项"))).to_contain_text("待签收")
        liaison.get_by_role("link", name="浏览器里的事项").first.click()
        open_act(liaison, "签收")
        liaison.locator("#c-sign").get_by_label("交办任务", exact=False).select_option(index=1)
        do(liaison, "签收")
        open_act(liaison, "反馈")
        form = liaison.locator("#c-reply")
        form.get_by_label("交办任务", exact=False).select_option(index=1)
        form.get_by_label("结果", exact=False).select_option("done")
        form.get_by_label("反馈内容", exact=False).fill("已上门核实并备案")
        do(liaison, "反馈")

        clerk.goto(f"/cases/{number}")
        open_act(clerk, "办结")
        form = clerk.locator("#c-resolve")
        form.get_by_label("结果", exact=False).first.select_option("done")
        form.get_by_label("办理结果", exact=False).fill("已备案")
        form.get_by_label("办结依据", exact=False).fill("商品房屋租赁管理办法")
        do(clerk, "办结")
    assert tabs.site.view(number)["stage"] == "resolved"


def test_what_the_rules_refuse_is_said_at_its_field_and_nothing_typed_is_lost(tabs: Tab) -> None:
    number = tabs.site.under_way(CLERK)
    with tabs.of(HEAD) as page:
        page.goto(f"/cases/{number}")
        open_act(page, "交办")
        form = page.locator("#c-assign")
        form.get_by_label("任务", exact=False).first.fill("没有选单位的任务")
        page.get_by_role("button", name="交办", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("没有办成")
        form = page.locator("#c-assign")
        expect(form.get_by_label("任务", exact=False).first).to_have_value("没有选单位的任务")
        expect(form.locator("p.error").first).to_contain_text("必填")
        assert complaints(page) == []
    assert tabs.site.view(number)["assignments"] == []


def test_two_people_at_one_case_do_not_overwrite_each_other(tabs: Tab) -> None:
    number = tabs.site.register(CLERK)["case_no"]
    with tabs.of(CLERK) as page:
        page.route(re.compile(r"/live\?"), lambda route: route.abort())  # whoever sees the change first may act on it
        page.goto(f"/cases/{number}")
        assert tabs.site.act(HEAD, number, "note", text="我先看看").status_code == 200
        open_act(page, "受理")
        page.get_by_role("button", name="受理", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("已有变化")
        do(page, "受理")


def test_a_form_sent_twice_is_done_once(tabs: Tab) -> None:
    number = tabs.site.register(CLERK)["case_no"]
    with tabs.of(CLERK) as page:
        page.goto(f"/cases/{number}")
        open_act(page, "备注")
        page.locator("#c-note").get_by_label("备注内容", exact=False).fill("一次")
        with page.expect_navigation():
            page.evaluate("""() => { const form = document.querySelector('#c-note form');
                fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))});
                form.submit(); }""")
        page.wait_for_timeout(500)
    [[count]] = tabs.site.rows("SELECT count(*) FROM entries WHERE case_no = %s AND action = 'noted'", number)
    assert count == 1


def test_a_case_is_found_by_its_words_and_by_its_state(tabs: Tab) -> None:
    number = tabs.site.register(CLERK, narrative="罕见的独木桥问题")["case_no"]
    with tabs.of(CLERK) as page:
        page.goto("/cases")
        page.get_by_label("文字").fill("独木桥")
        page.keyboard.press("Enter")
        expect(page.get_by_role("row", name=re.compile(number))).to_be_visible()
        assert "李先生" not in page.content(), "lists mask people"
        page.get_by_label("环节").select_option("archived")
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_text("没有符合的案件")).to_be_visible()
        assert complaints(page) == []


def test_nobody_opens_what_is_not_theirs(tabs: Tab) -> None:
    number = tabs.site.register("xs-center.clerk")["case_no"]
    for user, path, status in (
        (CLERK, f"/cases/{number}", 403),
        ("admin", f"/cases/{number}", 403),
        ("admin", "/work", 403),
        (LIAISON, "/register", 403),
        (CLERK, "/cases/nothing", 404),
    ):
        with tabs.of(user) as page:
            answer = page.goto(path)
            assert answer
            assert answer.status == status, (user, path)


@pytest.mark.parametrize("path", ["/work", "/cases", "/register", "/cases/{number}"])
def test_pages_of_the_office_fit_a_phone_and_need_no_script(tabs: Tab, path: str) -> None:
    number = tabs.site.under_way(CLERK)
    assert tabs.site.act(CLERK, number, "diagnose", **{**DIFFICULT, "why_changed": "核对"}).status_code == 200
    with tabs.of(HEAD if path == "/work" else CLERK, size=PHONE) as page:
        answer = page.goto(path.format(number=number))
        assert answer
        assert answer.ok
        assert fits(page)
        assert complaints(page) == []
    with tabs.of(CLERK, script=False) as page:
        page.goto(path.format(number=number))
        expect(page.get_by_role("main")).to_be_visible()


def test_files_go_in_at_the_counter_and_from_a_phone(tabs: Tab) -> None:
    case = tabs.site.register(CLERK)
    number = case["case_no"]
    paper = {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    with tabs.of(CLERK) as clerk, tabs.of(None, size=PHONE) as phone:
        clerk.goto(f"/cases/{number}")
        open_act(clerk, "上传附件")
        clerk.get_by_label("文件", exact=False).set_input_files({**paper, "buffer": b"MZ not a document"})
        clerk.get_by_role("button", name="上传", exact=True).click()
        expect(clerk.get_by_role("alert")).to_contain_text("只收图片")
        clerk.get_by_label("文件", exact=False).set_input_files(paper)
        clerk.get_by_label("谁能看").select_option("applicant")
        assert complaints(clerk) == []
        clerk.get_by_role("button", name="上传", exact=True).click()
        expect(clerk.locator("[data-part=files]")).to_contain_text("证明.pdf")
        phone.goto(f"/progress/{number}?code={case['query_code']}")
        phone.get_by_text("上传照片、文件").click()
        expect(phone.get_by_role("link", name="证明.pdf")).to_be_visible()
        phone.get_by_label("选择文件", exact=False).set_input_files({**paper, "name": "手机里的.pdf"})
        assert complaints(phone) == []
        assert fits(phone)
        phone.get_by_role("button", name="上传", exact=True).click()
        expect_status(phone, "提交附件")
        expect(clerk.locator("[data-part=files]")).to_contain_text("手机里的.pdf")


def test_a_search_is_kept_and_found_by_keyboard(tabs: Tab) -> None:
    with tabs.of(CLERK) as page:
        expect(page.get_by_role("heading", name="今天的工作", level=1)).to_be_visible()
        page.wait_for_load_state()  # keys mean something once their script is there
        page.keyboard.press("/")
        expect(page).to_have_url(re.compile("/cases$"))
        page.keyboard.press("/")
        page.keyboard.type("浏览器里")
        page.keyboard.press("Enter")
        page.get_by_label("存为常用查询").fill("浏览器的")
        assert complaints(page) == []
        page.get_by_role("button", name="保存").click()
        page.goto("/cases")
        page.get_by_role("link", name="浏览器的").click()
        expect(page.get_by_label("文字", exact=False)).to_have_value("浏览器里")
        page.get_by_role("button", name="不再保留", exact=False).click()
        expect(page.get_by_role("link", name="浏览器的")).to_have_count(0)
