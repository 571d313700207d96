"""Calling back (回调): the simulated department's callbacks, signed well or badly."""

import asyncio
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from ops.lab.simulator.behaviour import Behaviour, Trick

BODIES: dict[str, dict[str, Any]] = {
    "sign": {},
    "reply": {"result": "done", "content": "已按规定办理", "legal_basis": []},
    "return": {"ground": "not_competent", "reason": "职责清单列明由其他部门办理"},
    "extend": {"working_days": 1, "reason": "需要现场核查"},
}
STALE_SECONDS = 600
RETRY_SECONDS = 0.3
GIVE_UP_SECONDS = 120.0


@dataclass
class Caller:
    """Calls the API as the department's system does, with the same delivery id until it is answered."""

    http: httpx.AsyncClient
    url: str
    key: str
    answers: Counter[str] = field(default_factory=Counter)
    """Answers to callbacks, counted by `sort status`."""
    _first: dict[str, Any] | None = None

    async def work_on(self, assignment: dict[str, Any], behaviour: Behaviour) -> None:
        """Send the behaviour's commands for a new assignment."""
        for command in behaviour.acts:
            body = {"assignment_id": assignment["assignment_id"], **BODIES[command]}
            callback = {"case_no": assignment["case_no"], "command": command, "body": body}
            await self.say({"delivery_id": uuid.uuid4().hex, **callback}, behaviour.tricks)

    async def say(self, callback: dict[str, Any], tricks: list[Trick]) -> None:
        """Send a proper callback, and those of the tricks."""
        sent = [self._until_answered("proper", callback)]
        if Trick.TWICE in tricks:
            sent.append(self._until_answered(Trick.TWICE, callback))
        await asyncio.gather(*sent)
        self._first = self._first or callback
        for trick in tricks:
            if trick is not Trick.TWICE:
                await self._until_answered(trick, self._first if trick is Trick.REPLAY else callback)

    async def send(self, callback: dict[str, Any], trick: Trick | None = None) -> httpx.Response:
        """Send a callback once."""
        raw = orjson.dumps(callback)
        timestamp = str(int(time.time()) - (STALE_SECONDS if trick is Trick.STALE else 0))
        key = self.key[::-1] if trick is Trick.FORGED else self.key
        headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature(key, timestamp, raw)}
        return await self.http.post(self.url, content=raw, headers=headers)

    async def _until_answered(self, sort: str, callback: dict[str, Any]) -> None:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while True:
                try:
                    answer = await self.send(callback, Trick(sort) if sort != "proper" else None)
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code < 500:
                    self.answers[f"{sort} {answer.status_code}"] += 1
                    return
                await asyncio.sleep(RETRY_SECONDS)
