"""A whole system with its Web UI, and a real browser before it."""

import asyncio
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from ops.system import System
from tests.api.conftest import People

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 700}


@pytest.fixture(scope="package")
def site() -> Iterator[People]:
    """A system whose Temporal Web UI stands behind its gate."""
    with System(time_skipping=True, ui=True) as system:
        found = People(system)
        with found.http:
            yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium; `make test` installs Debian's where it may. Its loop ends with the module's tests."""
    path = next((found for found in map(shutil.which, CHROMIUM) if found), None)
    assert path, "没有浏览器：请安装 chromium（Debian：apt-get install chromium），再运行测试"
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Tab:
    """Browsers of people, each with a profile of its own, at one system."""

    def __init__(self, browser: Browser, site: People) -> None:
        self._browser, self.site = browser, site

    @contextmanager
    def of(self, user: str | None, *, size: dict[str, int] = WIDE, script: bool = True) -> Iterator[Page]:
        """A page of this user, signed in through the sign-in page; of nobody for None."""
        context: BrowserContext = self._browser.new_context(
            base_url=self.site.system.api_url, locale="zh-CN", viewport=size, java_script_enabled=script
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        try:
            if user:
                page.goto("/sign-in")
                sign_in(page, user, self.site.system.password)
            yield page
        finally:
            context.close()


def apart(work: Coroutine[Any, Any, None]) -> None:
    """Run asynchronous work in a thread of its own: the browser's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def sign_in(page: Page, user: str, password: str) -> None:
    """Fill the sign-in page in, and go on."""
    page.get_by_label("用户名").fill(user)
    page.get_by_label("口令", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def expect_status(page: Page, words: str) -> None:
    """The page says so, whatever the line that tells of others' changes says beside it."""
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def complaints(page: Page) -> list[str]:
    """What axe finds wrong with the page for who sees or moves otherwise."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


def fits(page: Page) -> bool:
    """Whether the page needs no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.fixture(scope="module")
def tabs(chromium: Browser, site: People) -> Tab:
    """Browsers for whoever is needed."""
    return Tab(chromium, site)
