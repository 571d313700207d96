"""A subscriber of our own (事件接收方): a real HTTP server that answers as a test wants."""

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, check
from ops.ports import free_ports
from tests.api.conftest import People
from tests.waiting import until

UNDER_WAY = ["registered", "accepted", "diagnosed"]
"""What `People.under_way` leaves in the ledger."""


@dataclass
class Call:
    """One request as it came, and how it was answered."""

    headers: dict[str, str]
    raw: bytes
    status: int
    at: float = field(default_factory=time.monotonic)

    @property
    def event(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.raw)
        return said


class Receiver:
    """`answers` are the next statuses, then always 204; `delay` is how long each answer takes, in seconds."""

    def __init__(self, port: int, *answers: int, delay: float = 0.0, headers: dict[str, str] | None = None) -> None:
        self.calls: list[Call] = []
        self.answers, self.delay, self.headers = list(answers), delay, headers or {}
        self.url = f"http://127.0.0.1:{port}/events?key=值"
        self._port = port

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def events(self, status: int = 204) -> list[dict[str, Any]]:
        """The events that were answered so, in the order in which they came."""
        return [call.event for call in self.calls if call.status == status]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 204
                receiver.calls.append(Call(dict(self.headers), raw, status))
                time.sleep(receiver.delay)
                self.send_response(status)
                for name, value in {"Content-Length": "0", **receiver.headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing on the test's output."""

        return Handler


def subscribe(people: People, url: str, **wanted: Any) -> dict[str, Any]:
    """A new subscription; what happened before it has its number already, and is none of its business."""
    until(lambda: not people.rows("SELECT 1 FROM outbox"))
    answer = people.post("admin", "/api/subscriptions", {"url": url, **wanted})
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


def shown(people: People, subscription_id: str) -> dict[str, Any]:
    items = people.get("auditor", "/api/subscriptions").json()["items"]
    [found] = [item for item in items if item["id"] == subscription_id]
    kept: dict[str, Any] = found
    return kept


def of(events: list[dict[str, Any]], case_no: str) -> list[str]:
    """The actions of one case, in the order in which they came."""
    return [event["data"]["action"] for event in events if event["subject"] == case_no]


def receiver(*answers: int, **options: Any) -> Receiver:
    [port] = free_ports(1)
    return Receiver(port, *answers, **options)


def signed_with(secret: str, call: Call) -> bool:
    given = call.headers[SIGNATURE_HEADER]
    try:
        check(secret, call.headers[TIMESTAMP_HEADER], call.raw, given, datetime.now(UTC))
    except SignatureError:
        return False
    return True
