"""Clients that register cases and work on them through all faults, and keep a journal of the answers."""

import asyncio
import json
import os
import random
import uuid
from pathlib import Path
from typing import Any

import httpx

from ops.lab.bench.reference import ACTS, REGISTRATION, UNIT
from ops.system import System

RETRY_SECONDS = 0.2
GIVE_UP_SECONDS = 120.0


class Journal:
    """Requests and answers, on disk before they count (流水)."""

    def __init__(self, path: Path) -> None:
        self._file = open(path, "a", encoding="utf-8")  # noqa: SIM115  closed with the trial
        self.acknowledged: list[dict[str, Any]] = []

    def note(self, **line: Any) -> None:
        """Write one line and sync it to disk."""
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        if line["event"] == "answered":
            self.acknowledged.append(line)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Client:
    """A clerk who repeats each command with the same key until it is answered."""

    def __init__(self, system: System, journal: Journal) -> None:
        self._system, self._journal = system, journal
        self._http = httpx.AsyncClient(base_url=system.api_url, timeout=20)
        self._tokens: dict[str, str] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def case(self, dice: random.Random) -> None:
        """Register one case and work on it to a random stage."""
        key = uuid.uuid4().hex
        shown = await self._until_answered("register", f"{UNIT}.clerk", "/api/cases", REGISTRATION, key, {})
        for act in ACTS[: dice.randrange(len(ACTS) + 1)]:
            path, query = f"/api/cases/{shown['case_no']}/{act.name}", {}
            if act.by.actor == "citizen":
                path, query = path.replace("/api/", "/api/public/", 1), {"code": shown["query_code"]}
            await self._until_answered(act.name, act.by.actor, path, act.body, uuid.uuid4().hex, query)

    async def _until_answered(
        self, name: str, actor: str, path: str, body: dict[str, Any], key: str, query: dict[str, str]
    ) -> dict[str, Any]:
        self._journal.note(event="sent", command=name, actor=actor, path=path, key=key)
        async with asyncio.timeout(GIVE_UP_SECONDS):
            while True:
                answer = await self._try(actor, path, body, key, query)
                if answer is not None and answer.status_code in (200, 201):
                    shown: dict[str, Any] = answer.json()
                    self._journal.note(event="answered", command=name, actor=actor, key=key, case_no=shown["case_no"])
                    return shown
                if answer is not None and answer.status_code not in (401, 500, 503):
                    raise AssertionError(f"{name} {path}: {answer.status_code} {answer.text}")
                await asyncio.sleep(RETRY_SECONDS)

    async def _try(
        self, actor: str, path: str, body: dict[str, Any], key: str, query: dict[str, str]
    ) -> httpx.Response | None:
        headers = {"Idempotency-Key": key}
        try:
            if actor != "citizen":
                if actor not in self._tokens:
                    form = {"username": actor, "password": self._system.password}
                    self._tokens[actor] = (await self._http.post("/api/token", data=form)).json()["access_token"]
                headers["Authorization"] = f"Bearer {self._tokens[actor]}"
            return await self._http.post(path, json=body, headers=headers, params=query)
        except (httpx.TransportError, KeyError, ValueError):
            return None  # the API is away, or was cut off in the middle of an answer: try again with the same key
