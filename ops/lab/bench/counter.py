"""The reference case over HTTP: a counter (窗口) and whoever else has a part in it, at an API."""

import uuid
from collections.abc import Awaitable, Callable

import httpx

from ops.lab.bench.reference import ACTS, CITIZEN, CLERK, REGISTRATION

EMPTY_POST = "/bench/empty"


class Counter:
    """Whoever works on a case, signed in once each."""

    def __init__(self, password: str, http: httpx.AsyncClient) -> None:
        """`http` knows the address of the API."""
        self._password, self._http = password, http
        self._tokens: dict[str, dict[str, str]] = {}

    async def headers(self, user: str) -> dict[str, str]:
        """The user's sign-in."""
        if user not in self._tokens:
            form = {"username": user, "password": self._password}
            token = (await self._http.post("/api/token", data=form)).raise_for_status().json()["access_token"]
            self._tokens[user] = {"Authorization": f"Bearer {token}"}
        return self._tokens[user]

    async def sign_in(self) -> None:
        """Everybody signs in: the API checks passwords slowly on purpose, and that is no part of a case."""
        for user in sorted({CLERK.actor, *(act.by.actor for act in ACTS)} - {CITIZEN.actor}):
            await self.headers(user)

    async def register(self) -> tuple[str, str]:
        """One new case: its number and the applicant's query code."""
        headers = {**await self.headers(CLERK.actor), "Idempotency-Key": uuid.uuid4().hex}
        shown = (await self._http.post("/api/cases", json=REGISTRATION, headers=headers)).raise_for_status().json()
        return str(shown["case_no"]), str(shown["query_code"])

    async def run_case(self, before_each: Callable[[], Awaitable[None]] | None = None, upto: int = len(ACTS)) -> str:
        """One reference case, `upto` commands after its registration; its number. `before_each` runs before each."""
        if before_each:
            await before_each()
        case_no, code = await self.register()
        for act in ACTS[:upto]:
            path, query, headers = f"/api/cases/{case_no}/{act.name}", {}, {}
            if act.by.actor == CITIZEN.actor:
                path, query = path.replace("/api/", "/api/public/", 1), {"code": code}
            else:
                headers = await self.headers(act.by.actor)
            if before_each:
                await before_each()
            (await self._http.post(path, json=act.body, params=query, headers=headers)).raise_for_status()
        return case_no

    async def note(self, case_no: str) -> None:
        """One small command."""
        headers, path = await self.headers(CLERK.actor), f"/api/cases/{case_no}/note"
        (await self._http.post(path, json={"text": "备注"}, headers=headers)).raise_for_status()

    async def post_nothing(self) -> None:
        """An empty POST of somebody signed in, to `ops.lab.bench.empty`."""
        (await self._http.post(EMPTY_POST, headers=await self.headers(CLERK.actor))).raise_for_status()
