"""The window in a trial (窗口): it registers and assigns cases, and repeats each command until it is answered."""

import asyncio
import random
import uuid
from typing import Any

import httpx

from ops.system import System

UNIT = "xs-center"
REGISTRATION = {
    "channel": "window",
    "unit": UNIT,
    "applicant": {"name": "周先生", "kind": "person", "id_type": "id_card", "id_no": "330109190001010016"},
    "matter": {"name": "残疾人重度护理补贴"},
    "request_type": "coordination",
    "narrative": "只领了两个月就没有了。",
}
DIAGNOSIS = {
    "category": "difficult",
    "reason": "数据没有共享",
    "causes": ["data_sharing"],
    "obstacles": ["户籍信息不一致"],
    "measures": ["data_sharing"],
}
TASK = "核对补贴停发原因"
RETRY_SECONDS, GIVE_UP_SECONDS = 0.2, 120.0


class Window:
    """The clerks, and the assignments that they made."""

    def __init__(self, system: System, departments: list[str], dice: random.Random) -> None:
        self._system, self._departments, self._dice = system, departments, dice
        self.expected: dict[str, str] = {}
        """Departments by assignment (`case_no/assignment_id`)."""
        self.done = 0

    async def assign(self, cases: int, clerks: int) -> None:
        """Register cases, with up to `clerks` at a time, and assign each to one to three departments."""
        gate = asyncio.Semaphore(clerks)
        async with httpx.AsyncClient(base_url=self._system.api_url, timeout=30, trust_env=False) as http:
            form = {"username": f"{UNIT}.clerk", "password": self._system.password}
            token = (await http.post("/api/token", data=form)).raise_for_status().json()["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"

            async def one(units: list[str]) -> None:
                async with gate:
                    await self._case(http, units)
                    self.done += 1

            chosen = [self._dice.sample(self._departments, self._dice.randint(1, 3)) for _ in range(cases)]
            await asyncio.gather(*(one(units) for units in chosen))

    async def _case(self, http: httpx.AsyncClient, units: list[str]) -> None:
        case_no = (await self._answered(http, "/api/cases", REGISTRATION))["case_no"]
        await self._answered(http, f"/api/cases/{case_no}/accept", {})
        await self._answered(http, f"/api/cases/{case_no}/diagnose", DIAGNOSIS)
        tasks = [{"unit": unit, "role": "assist", "task": TASK} for unit in units]
        tasks[0]["role"] = "lead"
        await self._answered(http, f"/api/cases/{case_no}/assign", {"assignments": tasks})
        self.expected |= {f"{case_no}/a{number}": unit for number, unit in enumerate(units, start=1)}

    async def _answered(self, http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while True:
                try:
                    answer = await http.post(path, json=body, headers=headers)
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code < 300:
                    shown: dict[str, Any] = answer.json()
                    return shown
                if answer is not None and answer.status_code < 500:
                    raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
                await asyncio.sleep(RETRY_SECONDS)
