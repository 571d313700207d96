"""The reference case over HTTP: the counter (窗口) and all others who work on it, as clients of an API."""

import uuid
from collections.abc import Awaitable, Callable

import httpx

from ops.lab.bench.reference import ACTS, CITIZEN, CLERK, REGISTRATION

EMPTY_POST = "/bench/empty"


class Counter:
    """All who work on a case, signed in once each."""

    def __init__(self, password: str, http: httpx.AsyncClient) -> None:
        """`http` has the address of the API."""
        self._password, self._http = password, http
        self._tokens: dict[str, dict[str, str]] = {}

    async def headers(self, user: str) -> dict[str, str]:
        """The user's sign-in as request headers."""
        if user not in self._tokens:
            form = {"username": user, "password": self._password}
            token = (await self._http.post("/api/token", data=form)).raise_for_status().json()["access_token"]
            self._tokens[user] = {"Authorization": f"Bearer {token}"}
        return self._tokens[user]

    async def sign_in(self) -> None:
        """Sign everybody in: the API checks passwords slowly on purpose, which is no part of a case."""
        for user in sorted({CLERK.actor, *(act.by.actor for act in ACTS)} - {CITIZEN.actor}):
            await self.headers(user)

    async def register(self) -> tuple[str, str]:
        """Register one case. Returns its number and query code."""
        headers = {**await self.headers(CLERK.actor), "Idempotency-Key": uuid.uuid4().hex}
        shown = (await self._http.post("/api/cases", json=REGISTRATION, headers=headers)).raise_for_status().json()
        return str(shown["case_no"]), str(shown["query_code"])

    async def run_case(self, before_each: Callable[[], Awaitable[None]] | None = None, upto: int = len(ACTS)) -> str:
        """Run a reference case: registration and `upto` commands, `before_each` before each. Returns its number."""
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
        """Send one small command."""
        headers, path = await self.headers(CLERK.actor), f"/api/cases/{case_no}/note"
        (await self._http.post(path, json={"text": "备注"}, headers=headers)).raise_for_status()

    async def post_nothing(self) -> None:
        """Send an empty POST as a signed-in user to `ops.lab.bench.empty`."""
        (await self._http.post(EMPTY_POST, headers=await self.headers(CLERK.actor))).raise_for_status()
