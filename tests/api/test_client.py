"""A client that is generated from the interface description (`/openapi.json`) walks a case to its end."""

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import DIFFICULT, People, registration
from tests.api.described import APP
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]

PACKAGE = "bancheng_client"
BINARY = "application/octet-stream"
CONFIG = {
    "post_hooks": [],
    "content_type_overrides": {
        "text/csv": BINARY,
        "application/zip": BINARY,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": BINARY,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": BINARY,
    },
}
"""The generator knows files by one name only."""

CLERK, HEAD, LIAISON, SUPERVISOR = "xw-center.clerk", "xw-center.head", "xw-zj.liaison", "xw-jw.supervisor"

Operation = Callable[[str, str], Any]
"""The module of an operation, by its tag and its name."""


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """The generated client, which a warning of the generator would have stopped."""
    folder: Path = tmp_path_factory.mktemp("client")
    document, config = folder / "openapi.json", folder / "config.json"
    document.write_text(json.dumps(APP.openapi()))
    config.write_text(json.dumps(CONFIG))
    generate = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
    where = ["--path", str(document), "--config", str(config), "--output-path", str(folder / PACKAGE)]
    made = subprocess.run([*generate, *where], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    try:
        import_module(PACKAGE)
    finally:
        sys.path.remove(str(folder))
    return lambda tag, name: import_module(f"{PACKAGE}.api.{tag}.{name}")


class Desk:
    """Users of the generated client, each signed in through it."""

    def __init__(self, people: People, operation: Operation, open_ones: ExitStack) -> None:
        self.people, self.operation, self.package = people, operation, import_module(PACKAGE)
        self._open_ones, self._clients = open_ones, dict[str, Any]()
        self.anybody = open_ones.enter_context(self.package.Client(people.system.api_url))

    def client(self, user: str) -> Any:
        if user not in self._clients:
            token = self.operation("登录", "token_api_token_post")
            form = token.BodyTokenApiTokenPost(username=user, password=self.people.system.password)
            granted = token.sync(client=self.anybody, body=form)
            client = self.package.AuthenticatedClient(self.people.system.api_url, granted.access_token)
            self._clients[user] = self._open_ones.enter_context(client)
        return self._clients[user]

    def register(self, user: str) -> dict[str, Any]:
        register = self.operation("案件", "register_api_cases_post")
        body = register.RegisterApiCasesPostBody.from_dict(registration())
        key = uuid.uuid4().hex
        return case_in(register.sync_detailed(client=self.client(user), body=body, idempotency_key=key), 201)

    def act(self, user: str, case_no: str, command: str, **fields: Any) -> dict[str, Any]:
        act = self.operation("案件", "act_api_cases_case_no_command_post")
        body = act.ActApiCasesCaseNoCommandPostBody.from_dict(fields)
        return case_in(act.sync_detailed(case_no, command, client=self.client(user), body=body), 200)

    def act_as_citizen(self, case_no: str, code: str, command: str, **fields: Any) -> None:
        act = self.operation("群众", "act_api_public_cases_case_no_command_post")
        body = act.ActApiPublicCasesCaseNoCommandPostBody.from_dict(fields)
        answer = act.sync_detailed(case_no, command, client=self.anybody, body=body, code=code)
        assert answer.status_code == 200, answer.content.decode()


@pytest.fixture
def desk(people: People, operation: Operation) -> Iterator[Desk]:
    with ExitStack() as open_ones:
        yield Desk(people, operation, open_ones)


def case_in(answer: Any, status: int) -> dict[str, Any]:
    """The case that a command answers, as the client has read it."""
    assert answer.status_code == status, answer.content.decode()
    case: dict[str, Any] = answer.parsed if isinstance(answer.parsed, dict) else answer.parsed.to_dict()
    return case


def test_a_generated_client_walks_a_case_to_its_end(desk: Desk, operation: Operation) -> None:
    me = operation("登录", "me_api_me_get").sync(client=desk.client(CLERK))
    assert (me.username, me.unit) == (CLERK, "xw-center")
    case = desk.register(CLERK)
    case_no, code = case["case_no"], case["query_code"]
    assert desk.act(CLERK, case_no, "accept")["stage"] == "accepted"
    assert desk.act(CLERK, case_no, "diagnose", **DIFFICULT)["category"] == "difficult"
    task = {"unit": "xw-zj", "role": "lead", "task": "视频核验房主身份"}
    [assignment] = desk.act(HEAD, case_no, "assign", assignments=[task])["assignments"]
    desk.act(LIAISON, case_no, "sign", assignment_id=assignment["id"])
    desk.act(LIAISON, case_no, "reply", assignment_id=assignment["id"], result="done", content="视频核验后当场备案")
    ended = {"outcome": "done", "summary": "视频核验后当场备案", "basis": ["商品房屋租赁管理办法第十四条"]}
    assert desk.act(CLERK, case_no, "resolve", **ended)["stage"] == "resolved"
    desk.act_as_citizen(case_no, code, "evaluate", score=5)
    seen = desk.act(SUPERVISOR, case_no, "note", text="逐个节点核查")
    for link in [point["link"] for point in seen["checkpoints"] if point["state"] == "pending"]:
        seen = desk.act(SUPERVISOR, case_no, "clear", link=link, findings=[])
    assert seen["stage"] == "archived"


def test_a_generated_client_reads_what_is_refused_and_what_is_listed(desk: Desk, operation: Operation) -> None:
    show = operation("案件", "show_api_cases_case_no_get")
    problem = show.sync(case_no="320102-20000101-0001", client=desk.client(CLERK))
    assert (problem.status, problem.title) == (404, "查无此件")
    case_no = desk.register(CLERK)["case_no"]
    pull = operation("事件流", "pull_api_events_get")

    def events() -> list[Any]:
        found: list[Any] = []
        after = 0
        while page := pull.sync(client=desk.client("admin"), after=after, limit=1000):
            found += page.items
            if page.next_ == after:
                return found
            after = page.next_
        return found

    assert until(lambda: any(event.subject == case_no for event in events()))
