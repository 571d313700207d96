"""One real system for all tests of the doors, and people who are signed in there."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from activities.platform.ciphers import Algorithm
from ops.postgres import conninfo
from ops.system import System
from tests.api import described
from tests.api.issuer import CLIENT_ID, Issuer


class People:
    """Users of the demo organisation at the API's door."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.http = httpx.Client(base_url=system.api_url, timeout=60, event_hooks={"response": [described.check]})
        self._tokens: dict[str, str] = {}

    def headers(self, user: str) -> dict[str, str]:
        if user not in self._tokens:
            form = {"username": user, "password": self.system.password}
            self._tokens[user] = self.http.post("/api/token", data=form).json()["access_token"]
        return {"Authorization": f"Bearer {self._tokens[user]}"}

    def get(self, user: str, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query, headers=self.headers(user))

    def post(self, user: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {**self.headers(user), **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.http.post(path, json=body if body is not None else {}, headers=sent)

    def act(self, user: str, case_no: str, command: str, **body: Any) -> httpx.Response:
        return self.post(user, f"/api/cases/{case_no}/{command}", body)

    def register(self, user: str = "xw-center.clerk", **changes: Any) -> dict[str, Any]:
        unit = user.partition(".")[0]
        answer = self.post(user, "/api/cases", registration(unit=unit, **changes), Idempotency_Key=uuid.uuid4().hex)
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    def under_way(self, user: str = "xw-center.clerk") -> str:
        """A case that is accepted and diagnosed as difficult."""
        case_no: str = self.register(user)["case_no"]
        assert self.act(user, case_no, "accept").status_code == 200
        assert self.act(user, case_no, "diagnose", **DIFFICULT).status_code == 200
        return case_no

    def view(self, case_no: str, user: str = "auditor") -> dict[str, Any]:
        shown: dict[str, Any] = self.get(user, f"/api/cases/{case_no}").json()
        return shown

    def standing(self, case_no: str) -> dict[str, Any]:
        """The case's view without what other cases have to do with it: those are resolved while we look."""
        return {name: value for name, value in self.view(case_no).items() if name != "suggestions"}

    def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(conninfo(self.system.database_url)) as connection:
            return connection.execute(statement, parameters).fetchall()

    def write(self, statement: str) -> None:
        """What somebody with the database's password could do."""
        with psycopg.connect(conninfo(self.system.database_url)) as connection:
            connection.execute(statement)


DIFFICULT = {
    "category": "difficult",
    "reason": "本人不能到场",
    "causes": ["process"],
    "obstacles": ["不能到场"],
    "measures": ["home_visit"],
}


def registration(**changes: Any) -> dict[str, Any]:
    """A registration's body."""
    person = {"name": "李先生", "kind": "person", "id_type": "id_card", "id_no": "320102190001010060"}
    body = {
        "channel": "window",
        "unit": "xw-center",
        "applicant": {**person, "phone": "13800000008"},
        "matter": {"name": "房屋租赁备案"},
        "request_type": "coordination",
        "narrative": "房主不能到场",
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


@pytest.fixture(scope="package")
def people() -> Iterator[People]:
    with System(time_skipping=True) as system:
        found = People(system)
        with found.http:
            yield found


@pytest.fixture(scope="package")
def issuer() -> Iterator[Issuer]:
    """A 统一认证 of our own that misbehaves as it is told."""
    with Issuer() as found:
        yield found


@pytest.fixture(scope="package")
def strict(issuer: Issuer) -> Iterator[People]:
    """A system that encrypts with SM4-GCM, asks supervisors and administrators for a second factor, and takes OIDC."""
    settings = {
        "BANCHENG_CIPHER": Algorithm.SM4_GCM.value,
        "BANCHENG_SECOND_FACTOR": "1",
        "BANCHENG_OIDC_ISSUER": issuer.url,
        "BANCHENG_OIDC_CLIENT_ID": CLIENT_ID,
        "BANCHENG_OIDC_CLIENT_SECRET": "made up for a test",
        "BANCHENG_RATE_ANONYMOUS": "600",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        system = System(time_skipping=True)
    with system:
        found = People(system)
        with found.http:
            yield found
