"""Working through a pack (办理): every case to its end, each command repeated until it is answered."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import httpx

from models.ledger import BEIJING
from ops.lab.packs.packs import Pack
from ops.system import System

AT_ONCE = 6
RETRY_SECONDS, GIVE_UP_SECONDS = 0.3, 180.0
BASIS = ["优化营商环境条例第三十六条"]
PERSON = {"kind": "person", "id_type": "id_card", "id_no": "320102190001010060", "phone": "13800000008"}
ENTERPRISE = {"kind": "enterprise", "id_type": "uscc", "id_no": "91320102MA0000031B", "phone": "13800000009"}

Step = tuple[str, dict[str, Any]]


class Office:
    """The users of one system, who repeat each command until it is answered."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._http = httpx.AsyncClient(base_url=system.api_url, timeout=30)
        self._tokens: dict[str, str] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def post(self, user: str, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """The answer to a command. Raises RuntimeError for a refusal, TimeoutError without an answer."""
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while True:
                answer = await self._try("POST", user, path, body, {"Idempotency-Key": key})
                if answer is not None and answer.status_code not in (401, 429, 500, 502, 503):
                    if answer.status_code >= 400:
                        raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
                    result: dict[str, Any] = answer.json()
                    return result
                self._tokens.pop(user, None)
                await asyncio.sleep(RETRY_SECONDS)

    async def get(self, user: str, path: str) -> dict[str, Any]:
        """The answer to a GET. Raises RuntimeError without one."""
        answer = await self._try("GET", user, path, None, {})
        if answer is None or answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.text if answer else '没有回答'}")
        result: dict[str, Any] = answer.json()
        return result

    async def _try(
        self, method: str, user: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response | None:
        try:
            if user not in self._tokens:
                form = {"username": user, "password": self._system.password}
                self._tokens[user] = (await self._http.post("/api/token", data=form)).json()["access_token"]
            sent = {**headers, "Authorization": f"Bearer {self._tokens[user]}"}
            return await self._http.request(method, path, json=body, headers=sent)
        except (httpx.TransportError, KeyError, ValueError):
            return None  # no answer, or half of one: the caller repeats it under the same key


async def work_through(office: Office, pack: Pack, half: asyncio.Event) -> None:
    """Work on every case, solution and consultation of a pack; set `half` when half of them are done."""
    jobs = [partial(_case, office, pack, number) for number in range(pack.cases)]
    jobs += [partial(_advice, office, pack, number) for number in range(pack.advice)]
    jobs += [partial(_solution, office, pack, number) for number in range(pack.solutions)]
    waiting, done = iter(jobs), 0

    async def one_after_another() -> None:
        nonlocal done
        for job in waiting:
            await job()
            done += 1
            if done * 2 >= len(jobs):
                half.set()

    async with asyncio.TaskGroup() as people:
        for _ in range(AT_ONCE):
            people.create_task(one_after_another())


async def _case(office: Office, pack: Pack, number: int) -> None:
    key = f"{pack.district}-case-{number:05d}"
    clerk = f"{pack.unit}.clerk"
    shown = await office.post(clerk, "/api/cases", _registration(pack, number), key)
    for place, (command, body) in enumerate(_steps(pack, number)):
        await office.post(clerk, f"/api/cases/{shown['case_no']}/{command}", body, f"{key}-{place}")


def _registration(pack: Pack, number: int) -> dict[str, Any]:
    body = {
        "channel": "window",
        "unit": pack.unit,
        "matter": {"name": f"疑难事项{number % 12}"},
        "request_type": "coordination",
        "narrative": "跑了多次没有办成",
    }
    if number < pack.enterprises:
        return {**body, "applicant": {**ENTERPRISE, "name": "某某公司"}}
    if number < pack.enterprises + pack.nobody:
        return {**body, "channel": "visit"}
    return {**body, "applicant": {**PERSON, "name": f"群众{number}"}}


def _steps(pack: Pack, number: int) -> Iterator[Step]:
    """The commands of a case: the first cases are done, the next explained, the rest stay open."""
    yield "accept", {}
    if number < pack.done:
        yield "diagnose", {**_DIFFICULT}
        yield "resolve", {"outcome": "done", "summary": "协调后办成", "basis": BASIS, "asks": _ASKS}
    elif number < pack.done + pack.explained:
        yield (
            "diagnose",
            {"category": "cannot", "reason": "没有依据", "causes": ["unclear_policy"], "legal_basis": BASIS},
        )
        yield "explain", {"text": "现行规定不允许，可以改走其他途径", "legal_basis": BASIS}
        yield "acknowledge", {"on_behalf": True}


_DIFFICULT = {
    "category": "difficult",
    "reason": "材料不全",
    "causes": ["process"],
    "obstacles": ["缺一份证明"],
    "measures": ["guidance"],
}
_CANNOT = {"category": "cannot", "reason": "没有依据", "causes": ["unclear_policy"], "legal_basis": BASIS}
_ASKS = {"business": "没有", "needs": "没有", "problems": "没有"}


async def _advice(office: Office, pack: Pack, number: int) -> None:
    advice = {"unit": pack.unit, "matter": "政策咨询", "question": f"第{number}问", "answer": "当场解答"}
    await office.post(f"{pack.unit}.clerk", "/api/advice", advice, f"{pack.district}-advice-{number:05d}")


async def _solution(office: Office, pack: Pack, number: int) -> None:
    rule = {"title": f"一类事{number + 1}", "applies_to": f"疑难事项{number}", "steps": ["一窗收件"]}
    clerk, lead, key = f"{pack.unit}.clerk", f"{pack.lead}.lead", f"{pack.district}-draft-{number}"
    drafted = await office.post(clerk, "/api/solutions", {**rule, "legal_basis": BASIS}, key)
    path = f"/api/solutions/{drafted['id']}"
    await office.post(lead, f"{path}/review", {"decision": "grant"}, f"{pack.district}-review-{number}")
    await office.post(lead, f"{path}/publish", {}, f"{pack.district}-publish-{number}")


async def _patiently(office: Office, user: str, path: str) -> dict[str, Any]:
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while True:
            try:
                return await office.get(user, path)
            except RuntimeError:
                await asyncio.sleep(RETRY_SECONDS)


async def figures_of(office: Office, pack: Pack) -> dict[str, Any]:
    """The month's figures of the pack's district, as its lead reads them."""
    month = datetime.now(BEIJING).strftime("%Y-%m")
    return await _patiently(office, f"{pack.lead}.lead", f"/api/reports/monthly?month={month}&district={pack.district}")


def wrong(pack: Pack, report: dict[str, Any]) -> list[str]:
    """The expected figures that do not match, in words; empty when all do."""
    figures, lines = report["figures"], list(report["differences"])
    for name, expected in pack.expected.items():
        first, _, rest = name.partition(".")
        got = len(report["warnings"]) if name == "warnings" else figures[first][rest] if rest else figures[first]
        if got != expected:
            lines.append(f"{pack.name} {name}：应为 {expected}，实际 {got}")
    return lines
