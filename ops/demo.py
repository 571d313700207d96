"""`bancheng demo`: a handful of the seeds' cases at different stages (演示案件).

Works through the API, as the window does. May be repeated: registrations and commands carry fixed keys, and a case that
people have moved on is left as they left it.
"""

import sys
import time
from pathlib import Path
from typing import Any

import httpx
import yaml

from ops.settings import OpsSettings

CASES = Path(__file__).with_name("demo.yaml")
READY_SECONDS = 60
CONFLICT = 409


class Counter:
    """A clerk who signs in once, then acts (演示人员)."""

    def __init__(self, url: str, password: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=30)
        self._password = password
        self._tokens: dict[str, str] = {}

    def await_ready(self) -> None:
        """Wait until the API is ready. Raises TimeoutError."""
        deadline = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise TimeoutError("接口服务未就绪，演示案件没有装载")
            time.sleep(0.2)

    def _is_ready(self) -> bool:
        try:
            return self._http.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def post(self, user: str, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Send one command of this user. Raises httpx.HTTPStatusError when it is refused."""
        headers = {"Authorization": f"Bearer {self._token(user)}", "Idempotency-Key": key}
        answer = self._http.post(path, json=body, headers=headers)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    def post_as_citizen(self, path: str, code: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Send one command of the applicant."""
        answer = self._http.post(path, params={"code": code}, json=body, headers={"Idempotency-Key": key})
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    def _token(self, user: str) -> str:
        if user not in self._tokens:
            answer = self._http.post("/api/token", data={"username": user, "password": self._password})
            answer.raise_for_status()
            self._tokens[user] = answer.json()["access_token"]
        return self._tokens[user]


def load(counter: Counter, name: str, case: dict[str, Any]) -> str:
    """Register one demo case and bring it to its stage. Returns its number.

    What was done before under the same key is not done again; a case that people have taken further refuses the rest
    (409).
    """
    shown = counter.post(case["register"]["as"], "/api/cases", case["register"]["with"], f"demo-{name}")
    number, code = str(shown["case_no"]), str(shown["query_code"])
    for index, step in enumerate(case["steps"], start=1):
        path, key = f"/api/cases/{number}/{step['do']}", f"demo-{name}-{index:02d}"
        try:
            if step["as"] == "citizen":
                counter.post_as_citizen(path.replace("/api/", "/api/public/", 1), code, step.get("with", {}), key)
            else:
                counter.post(step["as"], path, step.get("with", {}), key)
        except httpx.HTTPStatusError as error:
            if error.response.status_code == CONFLICT:
                break
            raise
    return number


def main() -> int:
    """Load every case of `demo.yaml`."""
    here = OpsSettings.read()
    counter = Counter(here.api_url, here.demo_password)
    try:
        counter.await_ready()
        for name, case in yaml.safe_load(CASES.read_text(encoding="utf-8")).items():
            print(load(counter, name, case), case["title"], flush=True)
    except (httpx.HTTPError, TimeoutError) as error:
        detail = error.response.text if isinstance(error, httpx.HTTPStatusError) else str(error)
        print(f"演示案件未能装载：{detail}", file=sys.stderr)
        return 1
    return 0
