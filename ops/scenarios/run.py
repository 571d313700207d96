"""Running one scenario through the API, step by step."""

import uuid
from collections.abc import Awaitable
from datetime import date, datetime, timedelta
from typing import Any

import httpx
from temporalio.service import RPCError

from models.ledger import BEIJING
from models.organisation import demo_organisation
from ops.scenarios.clock import CaseClock
from ops.scenarios.load import Overlay, Registration, Scenario, ScenarioError, Step
from ops.scenarios.match import differences, missing_from_timeline, resolve

MINUTE = timedelta(minutes=1)
FIRST = "case"
Overlaid = dict[str, list[str]]


OVER = ("applied", "retired")
"""Solutions whose clock is not moved: one applied from another case, and a retired one."""


class Site:
    """A running system as the scenarios use it: signed-in users, and the clocks of cases."""

    def __init__(self, api_url: str, password: str, clock: CaseClock) -> None:
        self.http = httpx.AsyncClient(base_url=api_url, timeout=60)
        self.clock = clock
        self._password = password
        self._tokens: dict[str, str] = {}

    async def headers(self, user: str) -> dict[str, str]:
        """The user's sign-in as request headers."""
        if user not in self._tokens:
            form = {"username": user, "password": self._password}
            answer = await self.http.post("/api/token", data=form)
            if answer.status_code != 200:
                raise ScenarioError(f"{user} 不能登录：{answer.text}")
            self._tokens[user] = answer.json()["access_token"]
        return {"Authorization": f"Bearer {self._tokens[user]}"}

    async def get(self, user: str, path: str, **query: Any) -> Any:
        """The answer to a user's GET. Raises ScenarioError when it is refused."""
        answer = await self.http.get(path, params=query, headers=await self.headers(user))
        if answer.status_code != 200:
            raise ScenarioError(f"{user} 不能读 {path}：{answer.status_code} {answer.text}")
        return answer.json()


class Play:
    """One scenario being run."""

    def __init__(self, site: Site, scenario: Scenario) -> None:
        self._site, self._scenario = site, scenario
        self.cases: dict[str, str] = {}
        self._codes: dict[str, str] = {}
        self._supervisor = f"{demo_organisation().discipline(scenario.profile).code}.supervisor"

    async def run(self, stop: int | None = None) -> None:
        """Run every step, or only the first `stop`. Raises ScenarioError at the first that fails."""
        scenario = self._scenario
        before: list[tuple[int, Overlaid]] = []
        try:
            if scenario.calendar:
                await self._at(0, self._overlay(scenario.calendar, before))
            await self._at(0, self._register(scenario.register_))
            for number in range(1, len(scenario.steps[:stop]) + 1):
                await self.go_on(number)
        finally:
            for year, days in before:
                await self._at(len(scenario.steps), self._put_calendar(year, **days))

    async def go_on(self, number: int) -> None:
        """Run one step by its number, from 1 on. Raises ScenarioError."""
        await self._at(number, self._step(self._scenario.steps[number - 1]))

    async def _at(self, number: int, doing: Awaitable[None]) -> None:
        """Do a step (0: before the first); errors name file, line and step."""
        try:
            await doing
        except (ScenarioError, httpx.HTTPError, RPCError, TimeoutError, RuntimeError) as error:
            line = self._scenario.lines[number]
            where = f"第 {number} 步" if number else "登记"
            why = error if isinstance(error, ScenarioError) else f"系统没有应答：{type(error).__name__} {error}"
            raise ScenarioError(f"{self._scenario.path.name}：第 {line} 行，{where}：{why}") from None

    async def _register(self, registration: Registration) -> None:
        body = resolve(dict(registration.with_), {}, self.cases)
        name = body.pop("name", f"（未命名 {len(self.cases)}）" if self.cases else FIRST)
        if name in self.cases:
            raise ScenarioError(f"已有名为 {name} 的案件，请换一个名字")
        headers = {**await self._site.headers(registration.as_), "Idempotency-Key": uuid.uuid4().hex}
        answer = await self._site.http.post("/api/cases", json=body, headers=headers)
        if registration.refuse is not None:
            return _check_refusal(answer, registration.refuse)
        if answer.status_code != 201:
            raise ScenarioError(f"未能登记：{answer.status_code} {answer.text}")
        shown = answer.json()
        self.cases[name], self._codes[name] = shown["case_no"], shown["query_code"]
        await self._expect(name, registration.expect, None)

    async def _step(self, step: Step) -> None:
        if step.register_:
            return await self._register(step.register_)
        name = step.case or next(iter(self.cases), FIRST)
        if name not in self.cases:
            raise ScenarioError(f"没有名为 {name} 的案件")
        if step.wait:
            await self._wait(name, step.wait)
        elif step.do:
            await self._do(name, step)
        await self._expect(name, step.expect, step.view_as)
        if step.timeline is not None:
            await self._check_timeline(name, step.timeline)

    async def _do(self, name: str, step: Step) -> None:
        case_no, before = self.cases[name], await self._view(name)
        body = resolve(step.with_, before, self.cases)
        if step.as_ == "citizen":
            path, query = f"/api/public/cases/{case_no}/{step.do}", {"code": self._codes[name]}
            answer = await self._site.http.post(path, params=query, json=body)
        else:
            headers = await self._site.headers(step.as_ or "")
            answer = await self._site.http.post(f"/api/cases/{case_no}/{step.do}", json=body, headers=headers)
        if step.refuse is None:
            if answer.status_code != 200:
                raise ScenarioError(f"{step.do} 应当成功，实际是 {answer.status_code} {answer.text}")
            return
        _check_refusal(answer, step.refuse)
        if _at_rest(await self._view(name)) != _at_rest(before):
            raise ScenarioError(f"{step.do} 被拒绝，案件却变了")

    async def _expect(self, name: str, expected: dict[str, Any] | None, reader: str | None) -> None:
        if expected is None:
            return
        view = await self._view(name, reader)
        named = view if reader is None else await self._view(name)
        if "timeline" in expected:
            view["timeline"] = await self._timeline(name)
        if lines := differences(resolve(expected, named, self.cases), view):
            raise ScenarioError("；".join(lines))

    async def _view(self, name: str, reader: str | None = None) -> dict[str, Any]:
        view: dict[str, Any]
        if reader == "citizen":
            path = f"/api/public/cases/{self.cases[name]}"
            answer = await self._site.http.get(path, params={"code": self._codes[name]})
            if answer.status_code != 200:
                raise ScenarioError(f"反映人不能查看案件：{answer.status_code} {answer.text}")
            view = answer.json()
        else:
            view = await self._site.get(reader or self._supervisor, f"/api/cases/{self.cases[name]}")
        return view

    async def _timeline(self, name: str) -> list[dict[str, Any]]:
        timeline = await self._site.get(self._supervisor, f"/api/cases/{self.cases[name]}/timeline")
        items: list[dict[str, Any]] = timeline["items"]
        return items

    async def _check_timeline(self, name: str, expected: list[str]) -> None:
        actions = [item["action"] for item in await self._timeline(name)]
        missing = missing_from_timeline(expected, actions)
        if missing:
            raise ScenarioError(f"台账里没有依次出现 {missing}，实际是 {'、'.join(actions)}")

    async def _wait(self, name: str, wait: str) -> None:
        case_no = self.cases[name]
        now = await self._site.clock.now(case_no)
        view = await self._view(name)
        sealed = [inquiry["id"] for inquiry in view["inquiries"]]
        grown = [each["id"] for each in view["solutions"] if each["state"] not in OVER]
        await self._site.clock.move(case_no, sealed, grown, await self._until(name, wait, now))

    async def _until(self, name: str, wait: str, now: datetime) -> datetime:
        if wait.endswith("due"):
            return around(wait, (await self._view(name))["clock"]["due_at"])
        if not wait.endswith("wd"):
            return later(wait, now)
        query = {"from": now.isoformat(), "working_days": int(wait.removesuffix("wd"))}
        due = (await self._site.get(self._supervisor, "/api/calendar/due", **query))["due_at"]
        return datetime.fromisoformat(due) + MINUTE

    async def _overlay(self, overlay: Overlay, before: list[tuple[int, Overlaid]]) -> None:
        """Lay the file's dates over the calendar; `before` keeps each year's former single days."""
        today = datetime.now(BEIJING).date()
        work, rest = ([day_of(text, today) for text in days] for days in (overlay.workdays, overlay.holidays))
        for year in sorted({day.year for day in (*work, *rest)}):
            changes = (await self._site.get("admin", f"/api/calendar/{year}"))["changes"]
            single = [change for change in changes if not change["published"]]
            names = ("workdays", "holidays")
            before.append((year, {name: list(single[0][name]) if single else [] for name in names}))
            days = {"workdays": work, "holidays": rest}
            mine = {name: [d.isoformat() for d in dates if d.year == year] for name, dates in days.items()}
            await self._put_calendar(year, **mine)

    async def _put_calendar(self, year: int, workdays: list[str], holidays: list[str]) -> None:
        body = {"workdays": workdays, "holidays": holidays, "source": "场景文件", "published": False}
        headers = await self._site.headers("admin")
        answer = await self._site.http.put(f"/api/calendar/{year}", json=body, headers=headers)
        if answer.status_code != 200:
            raise ScenarioError(f"日历未能叠加：{answer.status_code} {answer.text}")


def around(wait: str, due_at: str | None) -> datetime:
    """One minute before (`due`) or after (`past_due`) the case clock's end. Raises ScenarioError without one."""
    if due_at is None:
        raise ScenarioError(f"wait: {wait}：案件时钟没有期限")
    return datetime.fromisoformat(due_at) + (MINUTE if wait == "past_due" else -MINUTE)


def later(wait: str, now: datetime) -> datetime:
    """N natural days (`Nd`) or hours (`Nh`) after now."""
    count = int(wait[:-1])
    return now + (timedelta(days=count) if wait.endswith("d") else timedelta(hours=count))


def day_of(text: str, today: date) -> date:
    """A day of an overlay: as written, or counted from today."""
    return today + timedelta(days=int(text)) if text.startswith("+") else date.fromisoformat(text)


def _check_refusal(answer: httpx.Response, status: int) -> None:
    if answer.status_code != status:
        raise ScenarioError(f"应当被拒绝（{status}），实际是 {answer.status_code} {answer.text[:500]}")
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("application/problem+json") or not answer.json().get("detail"):
        raise ScenarioError(f"拒绝的回答不是 problem+json，或没有说明：{kind} {answer.text[:500]}")


def _at_rest(view: dict[str, Any]) -> dict[str, Any]:
    """The view without the parts that time and other cases change."""
    clock = {
        key: value for key, value in view["clock"].items() if key not in ("used_working_days", "left_working_days")
    }
    return {**view, "clock": clock, "suggestions": []}
