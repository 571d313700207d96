"""附件存储与查毒: a folder, an S3 store and a scanner that misbehave; each a server of our own."""

import asyncio
import hashlib
import struct
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from api.attachments.scanner import Scanner
from api.attachments.store import Store, store_at
from api.http.errors import Problem

MISSING = b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>'


class _Bucket(BaseHTTPRequestHandler):
    """What of S3 we use: PUT and GET of one object, signed."""

    kept: dict[str, bytes]
    broken: bool

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        signed = self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 Credential=key/")
        if not signed or self.broken:
            self._answer(503, b"")
            return
        type(self).kept[self.path] = content
        self._answer(200, b"", ETag=f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"')

    def do_GET(self) -> None:
        content = self.kept.get(self.path)
        self._answer(200, content) if content is not None else self._answer(404, MISSING)

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/xml" if status == 404 else "application/octet-stream")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Nothing is logged."""


@contextmanager
def bucket(*, broken: bool = False) -> Iterator[tuple[Store, type[_Bucket]]]:
    handler = type("Handler", (_Bucket,), {"kept": {}, "broken": broken})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield store_at(f"s3://key:secret@127.0.0.1:{server.server_port}/files?tls=0"), handler
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_bucket_keeps_and_gives_back() -> None:
    with bucket() as (store, handler):
        asyncio.run(store.put("330109-1/abc", b"sealed"))
        assert handler.kept == {"/files/330109-1/abc": b"sealed"}
        assert asyncio.run(store.get("330109-1/abc")) == b"sealed"
        assert asyncio.run(store.get("330109-1/none")) is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_store_that_does_not_answer_is_said_so() -> None:
    with bucket(broken=True) as (store, handler), pytest.raises(Problem) as caught:
        asyncio.run(store.put("a/b", b"x"))
    assert caught.value.status == 503
    assert handler.kept == {}
    gone = store_at("s3://key:secret@127.0.0.1:9/files?tls=0")
    with pytest.raises(Problem):
        asyncio.run(gone.get("a/b"))


def test_a_folder_holds_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    store = store_at(str(tmp_path / "files"))
    asyncio.run(store.put("case/one", b"x" * 1000))
    assert asyncio.run(store.get("case/one")) == b"x" * 1000
    assert asyncio.run(store.get("case/two")) is None
    assert [path.name for path in (tmp_path / "files" / "case").iterdir()] == ["one"]
    (tmp_path / "blocked").write_text("a file stands where the folder should be")
    with pytest.raises(OSError, match="blocked"):
        asyncio.run(store_at(str(tmp_path / "blocked")).put("case/one", b"x"))


@asynccontextmanager
async def clamd(answer: bytes | None) -> AsyncIterator[tuple[Scanner, list[bytes]]]:
    """A scanner that answers this to whatever it is shown; None: hangs up."""
    shown: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", await reader.readexactly(4))[0]:
            content += await reader.readexactly(length)
        shown.append(content)
        if answer is not None:
            writer.write(answer + b"\0")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Scanner(f"127.0.0.1:{server.sockets[0].getsockname()[1]}"), shown


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"stream: OK", None),
        (b"stream: Eicar-Test-Signature FOUND", 422),
        (b"INSTREAM size limit exceeded. ERROR", 503),
        (None, 503),
    ],
)
def test_a_file_passes_only_when_the_scanner_says_so(answer: bytes | None, status: int | None) -> None:
    async def trial() -> None:
        async with clamd(answer) as (scanner, shown):
            if status is None:
                await scanner.check(b"x" * 200_000)
            else:
                with pytest.raises(Problem) as caught:
                    await scanner.check(b"x" * 200_000)
                assert caught.value.status == status
            assert shown == [b"x" * 200_000]

    asyncio.run(trial())


def test_a_scanner_that_is_away_lets_nothing_pass() -> None:
    with pytest.raises(Problem) as caught:
        asyncio.run(Scanner("127.0.0.1:9").check(b"x"))
    assert caught.value.status == 503
    asyncio.run(Scanner("").check(b"x"))
