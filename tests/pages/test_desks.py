"""看板、督导台、联席会议、会诊室、日历、机构、流程图、导入、预约: each page opened as whoever works there."""

import re

import pytest
from playwright.sync_api import expect

from tests.api.conftest import People
from tests.pages.conftest import PHONE, Tab, complaints, expect_status, fits

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]

CLERK, HEAD, LEAD, SUPERVISOR = "xw-center.clerk", "xw-center.head", "xw-spj.lead", "xw-jw.supervisor"
LIAISON = "xw-zj.liaison"


def deferred(site: People) -> str:
    """A case at the table of two departments."""
    number = site.register(CLERK)["case_no"]
    site.act(CLERK, number, "accept")
    said = {"reason": "两家互为前置", "causes": ["unclear_policy"], "issue": "unclear_duty"}
    answer = site.act(CLERK, number, "diagnose", category="deferred", departments=["xw-zj", "xw-zr"], **said)
    assert answer.status_code == 200, answer.text
    table = {"kind": "consultation", "departments": ["xw-zj", "xw-zr"], "question": "由谁先出具证明"}
    answer = site.act(LEAD, number, "convene", **table)
    assert answer.status_code == 200, answer.text
    return str(number)


@pytest.mark.parametrize(
    ("user", "path", "heading"),
    [
        (LEAD, "/board", "看板"),
        (HEAD, "/board", "看板"),
        (SUPERVISOR, "/desk", "督导台"),
        (LEAD, "/meetings", "月度联席会议"),
        (LEAD, "/flow", "办理流程"),
        ("auditor", "/flow", "办理流程"),
        (CLERK, "/calendar", "工作日历"),
        ("admin", "/calendar", "工作日历"),
        ("admin", "/organisation", "机构"),
        ("admin", "/administration/workflows", "案件流程"),
        (LEAD, "/organisation", "机构"),
        (CLERK, "/imports", "批量导入"),
        (CLERK, "/appointments", "预约"),
        (CLERK, "/register", "登记"),
        (LIAISON, "/work", "今天的工作"),
        (CLERK, "/cases", "查案件"),
    ],
)
def test_every_page_is_readable_by_everybody_and_fits_a_phone(tabs: Tab, user: str, path: str, heading: str) -> None:
    with tabs.of(user) as page:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert complaints(page) == []
        page.set_viewport_size(PHONE)
        assert fits(page)
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.reload()
        assert all(url.startswith((tabs.site.system.api_url, "data:")) for url in asked), "nothing comes from outside"


@pytest.mark.parametrize(
    ("user", "path"),
    [(CLERK, "/board"), (LEAD, "/desk"), (LIAISON, "/imports"), (CLERK, "/organisation"), ("admin", "/board")],
)
def test_a_page_of_others_is_closed(tabs: Tab, user: str, path: str) -> None:
    with tabs.of(user) as page:
        assert page.goto(path).status == 403


def test_the_table_is_held_in_one_room(tabs: Tab, site: People) -> None:
    number = deferred(site)
    with tabs.of(LIAISON) as liaison, tabs.of(LEAD) as lead:
        lead.goto(f"/cases/{number}")
        lead.get_by_role("link", name="进入会诊室").click()
        expect(lead.locator("[data-part=opinions]")).to_contain_text("还没有发表意见")
        liaison.goto(f"/cases/{number}/tables/c1")
        liaison.locator("#c-opine summary").click()
        form = liaison.locator("#c-opine")
        form.get_by_label("会诊", exact=False).first.select_option("c1")
        form.get_by_label("立场", exact=False).select_option("agree")
        form.locator("textarea[name=opinion]").fill("由我局先出具")
        assert complaints(liaison) == []
        form.get_by_role("button", name="会诊意见").click()
        expect_status(liaison, "已办")
        expect(lead.locator("[data-part=opinions]")).to_contain_text("由我局先出具")
        assert complaints(lead) == []


def test_a_meeting_is_called_and_minuted(tabs: Tab, site: People) -> None:
    deferred(site)
    with tabs.of(LEAD) as lead:
        lead.goto("/meetings")
        lead.get_by_role("button", name="召集本月会议").click()
        expect(lead.get_by_role("heading", level=1)).to_contain_text("月度联席会议")
        expect(lead.locator("#agenda")).not_to_contain_text("（0）")
        assert complaints(lead) == []


def test_supervision_sets_a_task_and_works_it_off(tabs: Tab, site: People) -> None:
    answer = site.post(SUPERVISOR, "/api/oversight", {"kind": "ordered", "what": "抽看本周不予受理的答复"})
    assert answer.status_code == 201, answer.text
    number = answer.json()["no"]
    with tabs.of(SUPERVISOR) as page:
        page.goto("/desk")
        expect(page.locator("[data-part=tasks]")).to_contain_text("抽看本周")
        page.goto(f"/desk/{number}")
        page.locator("#c-claim summary").click()
        assert complaints(page) == []
        page.locator("#c-claim button").click()
        expect_status(page, "已办")
        expect(page.locator("dl")).to_contain_text(SUPERVISOR)


def test_a_hole_is_read_by_its_owner_without_its_origin(tabs: Tab, site: People) -> None:
    hole = {"kind": "hole", "what": "办事指南没有写明材料", "hole": "procedure", "owner": "xw-zj"}
    answer = site.post(SUPERVISOR, "/api/oversight", hole)
    assert answer.status_code == 201, answer.text
    with tabs.of(LIAISON) as page:
        page.goto(f"/desk/{answer.json()['no']}")
        expect(page.locator("dl")).to_contain_text("办事指南没有写明材料")
        expect(page.locator("dl")).not_to_contain_text("认领")
        expect(page.locator("#c-prove")).to_be_visible()
        assert complaints(page) == []


def test_what_can_be_done_at_once_is_done_on_one_page(tabs: Tab, site: People) -> None:
    with tabs.of(CLERK) as page:
        page.goto("/register")
        page.get_by_label("姓名或名称", exact=False).first.fill("李先生")
        page.get_by_label("类别", exact=False).first.select_option("person")
        page.get_by_label("事项名称", exact=False).fill("当场就能办的事")
        page.get_by_label("反映内容", exact=False).fill("自助机读不出卡")
        page.get_by_label("诉求类型", exact=False).select_option("coordination")
        page.get_by_text("能当场办的，就在这里办结").click()
        page.get_by_label("当场办结", exact=False).check()
        page.get_by_label("怎么办成的").fill("人工核验后当场办成")
        page.get_by_label("依据（一行一项）").fill("《政务服务大厅管理规范》")
        assert complaints(page) == []
        page.get_by_role("button", name="登记", exact=True).click()
        expect_status(page, "已办：办结")
        page.goto("/register")
        page.get_by_label("事项名称", exact=False).fill("当场就能办的事")
        expect(page.locator("#hints")).to_contain_text("人工核验后当场办成")
        assert complaints(page) == []


def test_a_calendar_is_changed_by_two(tabs: Tab, site: People) -> None:
    with tabs.of("admin") as admin, tabs.of("security-admin") as second:
        admin.goto("/calendar?year=2027")
        admin.get_by_label("放假的日期", exact=False).fill("2027-03-15")
        admin.get_by_label("依据（文号）").fill("试验通知〔2027〕1号")
        admin.get_by_role("button", name="先看会改变哪些期限").click()
        expect(admin.get_by_role("heading", name="会改变的期限")).to_be_visible()
        admin.get_by_role("button", name=re.compile("^提出")).click()
        expect_status(admin, "等另一位管理员复核")
        assert admin.get_by_role("button", name="同意，立即生效").count() == 0
        second.goto("/calendar?year=2027")
        assert complaints(second) == []
        second.get_by_role("button", name="同意，立即生效").click()
        expect_status(second, "已生效")
    assert "2027-03-15" in site.get("auditor", "/api/calendar/2027").json()["holidays"]


def test_a_sheet_shows_its_progress(tabs: Tab, site: People) -> None:
    template = site.get(CLERK, "/api/intake/template.csv").content
    with tabs.of(CLERK) as page:
        page.goto("/imports")
        page.get_by_label("表格", exact=False).set_input_files(
            {"name": "表.csv", "mimeType": "text/csv", "buffer": template}
        )
        page.get_by_role("button", name="上传").click()
        expect(page.locator(".big")).to_have_text("办完了", timeout=15_000)
        assert complaints(page) == []
        page.goto("/imports")
        expect(page.get_by_role("link", name="表.csv").first).to_be_visible()
        expect(page.get_by_role("cell", name="办完").first).to_be_visible()


def test_an_appointment_is_made_on_a_phone_and_met_at_the_counter(tabs: Tab, site: People) -> None:
    with tabs.of(None, size=PHONE, script=False) as phone, tabs.of(CLERK) as clerk:
        phone.goto("/appointment?unit=xw-center")
        assert fits(phone)
        phone.get_by_label("办什么事").fill("换证")
        phone.get_by_label("姓名").fill("周先生")
        phone.get_by_label("电话").fill("13900000003")
        phone.get_by_label("为什么没办成", exact=False).fill("系统里查不到")
        phone.get_by_role("button", name="预约").click()
        expect(phone.get_by_role("heading", name="预约好了")).to_be_visible()
        [[day, said]] = site.rows("SELECT day, said FROM appointments WHERE matter = '换证'")
        assert "周先生" not in said
        clerk.goto(f"/appointments?day={day}")
        assert complaints(clerk) == []
        clerk.get_by_role("link", name="来了，登记").click()
        expect(clerk.get_by_label("反映内容", exact=False)).to_have_value("系统里查不到")
        clerk.get_by_label("类别", exact=False).first.select_option("person")
        clerk.get_by_label("诉求类型", exact=False).select_option("coordination")
        clerk.get_by_role("button", name="登记", exact=True).click()
        expect(clerk.get_by_role("heading", name="登记回执")).to_be_visible()
        phone.reload()
        expect(phone.get_by_role("heading", name="已到窗口登记")).to_be_visible()


def test_a_full_hour_takes_nobody_more(site: People) -> None:
    page = site.http.get("/appointment?unit=xw-center").text
    day = re.search(r'name="day" value="([\d-]+)"', page)
    assert day
    said = {"unit": "xw-center", "day": day.group(1), "hour": "16", "matter": "x", "name": "y", "phone": "1"}
    statuses = [site.http.post("/appointment", data=said).status_code for _ in range(3)]
    assert statuses == [303, 303, 409]
    assert site.http.post("/appointment", data={**said, "hour": "3"}).status_code == 422
    assert site.http.post("/appointment", data={**said, "day": "2020-01-01"}).status_code == 422


def test_a_checked_paper_says_so(tabs: Tab, site: People) -> None:
    number = site.register(CLERK)["case_no"]
    text = site.get(CLERK, f"/api/cases/{number}/documents/{number}-DJ01").text
    code = re.search(r"校验码 ([A-Z2-7]{10})", text)
    assert code
    with tabs.of(None, size=PHONE) as page:
        page.goto("/check")
        page.get_by_label("文书编号").fill(f"{number}-DJ01")
        page.get_by_label("校验码").fill(code.group(1).lower())
        page.get_by_role("button", name="查验").click()
        expect_status(page, "属实")
        assert complaints(page) == []
        assert fits(page)
