"""查毒: a file is shown to a scanner before it is kept, where an installation has one (clamd's INSTREAM)."""

import asyncio
import struct
from dataclasses import dataclass

from api.http.errors import Problem
from models.errors import FieldError

PIECE = 1 << 16
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Scanner:
    """clamd at an address (host:port); without one every file passes."""

    address: str = ""

    async def check(self, content: bytes) -> None:
        """Problem 422 when something is found, 503 when the scanner does not answer: nothing unscanned is kept."""
        if not self.address:
            return
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            raise Problem(503, "查毒服务没有应答，文件没有保存：请稍后再上传", headers={"Retry-After": "60"}) from None
        if answer.endswith(b"FOUND"):
            reason = "文件未通过查毒，没有保存：请换一个文件"
            raise Problem(422, reason, errors=[FieldError("file", reason)])
        if not answer.endswith(b"OK"):
            raise Problem(503, "查毒服务出错，文件没有保存：请稍后再上传", headers={"Retry-After": "60"})

    async def _ask(self, content: bytes) -> bytes:
        host, _, port = self.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(b"zINSTREAM\0")
            for place in range(0, len(content), PIECE):
                piece = content[place : place + PIECE]
                writer.write(struct.pack("!I", len(piece)) + piece)
                await writer.drain()
            writer.write(struct.pack("!I", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").strip()
        finally:
            writer.close()
