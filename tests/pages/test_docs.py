"""The interface's description in a real browser: everything comes from here, and it works under our policy."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.pages.conftest import Tab

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("pages")]


SECONDS = 90
"""The page draws more than a hundred interfaces: ten seconds and more on a machine that is busy besides."""


def shown(page: Page) -> tuple[list[Request], list[str]]:
    """Open the page; what it asked for, and what the browser complained about."""
    page.set_default_timeout(SECONDS * 1000)
    asked: list[Request] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request))
    page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/docs")
    page.get_by_text("/api/cases/{case_no}/timeline", exact=True).wait_for()
    return asked, complaints


def test_everything_on_it_comes_from_here(tabs: Tab) -> None:
    with tabs.of(None) as page:
        asked, complaints = shown(page)
        assert {urlsplit(each.url).netloc for each in asked if not each.url.startswith("data:")} == {
            urlsplit(tabs.site.system.api_url).netloc
        }
        assert "swagger-ui-bundle.js" in "".join(each.url for each in asked)
        assert complaints == []


def test_an_interface_is_tried_out_as_who_signed_in(tabs: Tab) -> None:
    with tabs.of(None) as page:
        _, complaints = shown(page)
        page.get_by_role("button", name="Authorize").first.click()
        form = page.locator(".auth-container").first
        form.get_by_label("username:").fill("admin")
        form.get_by_label("password:").fill(tabs.site.system.password)
        form.locator("button.authorize").click()
        form.get_by_text("Logout").wait_for()
        form.locator(".btn-done").click()
        asked = page.locator(".opblock", has=page.locator('[data-path="/api/me"]'))
        asked.locator(".opblock-summary-control").click()
        asked.get_by_role("button", name="Try it out").click()
        asked.get_by_role("button", name="Execute").click()
        answer = asked.locator(".live-responses-table tbody .response-col_status").first
        answer.wait_for()
        assert answer.inner_text().startswith("200")
        assert complaints == []
