"""`bancheng pictures [folder]`: every page of a running system with the demo cases, as pictures (截图).

The guides of docs/zh show them. Take and view them after every change of a page: an error on a page ends the run.
"""

import shutil
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from api.office.months import this_month
from ops.settings import ROOT
from ops.system import System

FOLDER = ROOT / "docs" / "zh" / "pictures"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = {"width": 1200, "height": 800}, {"width": 375, "height": 700}
QUALITY = 60
"""JPEG quality: legible, and small enough for the repository."""

MATTER = "重度残疾护理补贴"

OFFICE = {
    "xs-center.clerk": (
        ("window-work", "/work"),
        ("window-register", "/register"),
        ("window-case", "/cases/{case_no}"),
        ("window-search", "/cases"),
        ("window-appointments", "/appointments"),
        ("window-imports", "/imports"),
    ),
    "xs-mz.liaison": (("department-work", "/work"), ("department-case", "/cases/{case_no}")),
    "xs-sgb.lead": (
        ("lead-board", "/board"),
        ("lead-meetings", "/meetings"),
        ("lead-table", "/cases/{case_no}/tables/c1"),
        ("lead-flow", "/flow"),
        ("lead-solutions", "/solutions"),
        ("lead-report", "/reports/{month}"),
    ),
    "xs-jw.supervisor": (("supervision-desk", "/desk"), ("supervision-case", "/cases/{case_no}")),
    "auditor": (("audit-index", "/audit"), ("audit-case", "/audit/cases/{case_no}")),
    "admin": (
        ("admin-calendar", "/calendar"),
        ("admin-organisation", "/organisation"),
        ("admin-alarms", "/administration"),
    ),
}
"""Pictures by user: name and page."""

PUBLIC = (
    ("citizen-progress", "/progress/{case_no}?code={code}"),
    ("citizen-appointment", "/appointment?unit=xs-center"),
    ("citizen-check", "/check"),
)


def main(to: str) -> int:
    """Take all pictures. Raises SystemExit for a page that shows an error."""
    folder = Path(to) if to else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = next((program for program in map(shutil.which, CHROMIUM) if program), None)
    if path is None:
        raise SystemExit("没有浏览器：请安装 chromium（Debian：apt-get install chromium）")
    with System(demo=True) as system, sync_playwright() as player:
        case_no, code = _case(system)
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for user, pages in OFFICE.items():
            page = _tab(browser, system, WIDE)
            page.goto("/sign-in")
            page.get_by_label("用户名").fill(user)
            page.get_by_label("口令", exact=True).fill(system.password)
            page.get_by_role("button", name="登录", exact=True).click()
            page.wait_for_load_state()
            for name, where in pages:
                _take(page, folder / f"{name}.jpg", where.format(case_no=case_no, month=this_month()))
            page.context.close()
        page = _tab(browser, system, PHONE)
        for name, where in PUBLIC:
            _take(page, folder / f"{name}.jpg", where.format(case_no=case_no, code=code))
        browser.close()
    return 0


def _tab(browser: Browser, system: System, size: dict[str, int]) -> Page:
    viewport = {"width": size["width"], "height": size["height"]}
    context = browser.new_context(base_url=system.api_url, locale="zh-CN", viewport=viewport)  # type: ignore[arg-type]
    return context.new_page()


def _take(page: Page, to: Path, where: str) -> None:
    answer = page.goto(where)
    if answer is None or answer.status != 200:
        raise SystemExit(f"{where} 答 {answer.status if answer else '无'}")
    page.wait_for_timeout(300)
    page.screenshot(path=to, type="jpeg", quality=QUALITY, full_page=True)
    print(f"{to.name}  {to.stat().st_size >> 10} KB")


def _case(system: System) -> tuple[str, str]:
    """Make an open case with a consultation and papers. Returns its number and query code."""
    with httpx.Client(base_url=system.api_url, timeout=60) as http:
        people: dict[str, dict[str, str]] = {}

        def sent(user: str, path: str, body: dict[str, Any], **headers: str) -> dict[str, str]:
            if user not in people:
                form = {"username": user, "password": system.password}
                token = http.post("/api/token", data=form).json()["access_token"]
                people[user] = {"Authorization": f"Bearer {token}"}
            answer = http.post(path, json=body, headers={**people[user], **headers})
            answer.raise_for_status()
            result: dict[str, str] = answer.json()
            return result

        registration = {
            "channel": "window",
            "unit": "xs-center",
            "matter": {"name": MATTER},
            "request_type": "coordination",
            "narrative": "补贴停发三个月，民政说等残联的数据，残联说已经报送，两头跑没有结果",
            "applicant": {"name": "周先生", "kind": "person", "id_type": "id_card", "id_no": "330109190001010016"},
        }
        rule = {
            "title": "护理补贴停发先续后核",
            "applies_to": "数据不通造成的停发",
            "steps": ["先续发", "两家当面对数", "补发"],
        }
        drafted = sent("xs-center.clerk", "/api/solutions", {**rule, "legal_basis": ["国发〔2015〕52号"]})
        for command, body in (("review", {"decision": "grant"}), ("publish", {})):
            sent("xs-sgb.lead", f"/api/solutions/{drafted['id']}/{command}", body)
        shown = sent("xs-center.clerk", "/api/cases", registration, **{"Idempotency-Key": "pictures-1"})
        number = shown["case_no"]
        table = {"kind": "consultation", "departments": ["xs-mz", "xs-cl"], "question": "停发期间的数据由谁核对"}
        diagnosis = {"reason": "两家数据不通", "causes": ["data_sharing"], "obstacles": ["数据不通"]}
        steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("xs-center.clerk", "accept", {}),
            ("xs-center.clerk", "diagnose", {"category": "difficult", **diagnosis, "measures": ["data_sharing"]}),
            ("xs-center.head", "assign", {"assignments": [{"unit": "xs-mz", "role": "lead", "task": "核对停发原因"}]}),
            ("xs-mz.liaison", "sign", {"assignment_id": "a1"}),
            ("xs-sgb.lead", "convene", table),
            ("xs-mz.liaison", "opine", {"consultation_id": "c1", "position": "agree", "opinion": "由我局逐户核对"}),
        )
        for user, name, body in steps:
            sent(user, f"/api/cases/{number}/{name}", body)
        return number, shown["query_code"]
