"""A process's health (运行状况): `/healthz` and `/metrics` at an address of its own, for programs without HTTP.

The SDK's counts (tasks, latencies, slots, failures) come from its own exporter at an internal address.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

HOST = "127.0.0.1"
PATIENCE_SECONDS = 5.0
MOST_BYTES = 8192

Report = Callable[[], dict[str, Any]]
"""The process's report; `ok` says whether it does its work."""


@asynccontextmanager
async def health(address: str, report: Report) -> AsyncIterator[None]:
    """Answer at host:port while the block runs; nothing where no address is given. Enter it before any client of the
    engine is made: that is when the SDK begins to count. Raises OSError where the address is taken.
    """
    if not address:
        yield
        return
    host, _, port = address.rpartition(":")
    inner = _free_port()
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(metrics=PrometheusConfig(bind_address=f"{HOST}:{inner}"))))
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{inner}", timeout=PATIENCE_SECONDS) as http:

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    asked = await reader.readuntil(b"\r\n\r\n")
                    writer.write(_response(*await _answer(asked.split(b" ", 2), report, http)))
                    await writer.drain()
            except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
                pass  # the client left, or sent no request
            finally:
                writer.close()

        server = await asyncio.start_server(answer, host, int(port), limit=MOST_BYTES)
        async with server:
            yield


async def _answer(asked: list[bytes], report: Report, http: httpx.AsyncClient) -> tuple[int, str, bytes]:
    """Status, type and content."""
    path = asked[1] if len(asked) == 3 and asked[0] == b"GET" else b""
    if path == b"/healthz":
        state = report()
        return 200 if state["ok"] else 503, "application/json", orjson.dumps(state)
    if path == b"/metrics":
        counted = (await http.get("/metrics")).content
        return 200, CONTENT_TYPE_LATEST, counted + generate_latest()
    return 404, "text/plain", b""


def _response(status: int, kind: str, content: bytes) -> bytes:
    head = f"HTTP/1.1 {status} \r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port
