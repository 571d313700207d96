"""Where sealed files lie (附件存储): a folder of this machine, or a bucket of an S3-compatible store.

A store sees names without meaning and ciphertext; a lost or changed file is found out when it is read.
"""

import asyncio
import contextlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException

from api.http.errors import Problem

NOT_ANSWERING = "附件存储没有应答，请稍后再试"


class Store(Protocol):
    """Keeps bytes by name."""

    async def put(self, name: str, content: bytes) -> None:
        """Keep them; after that they outlive a crash. Problem 503 where the store does not answer."""

    async def get(self, name: str) -> bytes | None:
        """The file's content; None where it is not there. Problem 503 where the store does not answer."""

    async def remove(self, name: str) -> None:
        """Forget a file that no ledger knows. Nothing happens where it is not there, or the store does not answer."""

    async def count(self, folder: str) -> int:
        """How many there are under `folder/`. Problem 503 where the store does not answer."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, a file each."""

    path: Path

    async def put(self, name: str, content: bytes) -> None:
        """Write a part file and move it into place: a file is there whole or not at all."""
        await asyncio.to_thread(self._write, name, content)

    def _write(self, name: str, content: bytes) -> None:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        except OSError:
            part.unlink(missing_ok=True)
            raise Problem(503, NOT_ANSWERING, headers={"Retry-After": "60"}) from None

    async def get(self, name: str) -> bytes | None:
        """The file's bytes."""
        try:
            return await asyncio.to_thread((self.path / name).read_bytes)
        except FileNotFoundError:
            return None

    async def remove(self, name: str) -> None:
        """The file is gone."""
        await asyncio.to_thread((self.path / name).unlink, missing_ok=True)

    async def count(self, folder: str) -> int:
        """The files of one folder."""
        return await asyncio.to_thread(lambda: sum(1 for _ in (self.path / folder).glob("*")))


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket; the client retries by itself."""

    client: Minio
    bucket: str

    async def put(self, name: str, content: bytes) -> None:
        """One PUT: the store answers when it is kept."""
        try:
            await asyncio.to_thread(self.client.put_object, self.bucket, name, io.BytesIO(content), len(content))
        except (MinioException, urllib3.exceptions.HTTPError):
            raise Problem(503, NOT_ANSWERING, headers={"Retry-After": "60"}) from None

    async def get(self, name: str) -> bytes | None:
        """One GET."""
        try:
            return await asyncio.to_thread(self._read, name)
        except MinioException as error:
            if getattr(error, "code", "") == "NoSuchKey":
                return None
            raise Problem(503, NOT_ANSWERING, headers={"Retry-After": "60"}) from None
        except urllib3.exceptions.HTTPError:
            raise Problem(503, NOT_ANSWERING, headers={"Retry-After": "60"}) from None

    async def remove(self, name: str) -> None:
        """One DELETE; where the store does not answer, the file is nobody's, as after a crash."""
        with contextlib.suppress(MinioException, urllib3.exceptions.HTTPError):
            await asyncio.to_thread(self.client.remove_object, self.bucket, name)

    async def count(self, folder: str) -> int:
        """One listing, or a few."""
        try:
            return await asyncio.to_thread(self._count, folder)
        except (MinioException, urllib3.exceptions.HTTPError):
            raise Problem(503, NOT_ANSWERING, headers={"Retry-After": "60"}) from None

    def _count(self, folder: str) -> int:
        return sum(1 for _ in self.client.list_objects(self.bucket, prefix=f"{folder}/"))

    def _read(self, name: str) -> bytes:
        answer = self.client.get_object(self.bucket, name)
        try:
            return bytes(answer.read())
        finally:
            answer.close()
            answer.release_conn()


def store_at(address: str) -> Store:
    """A folder's path, or `s3://key:secret@host:port/bucket` (`?tls=0` for plain HTTP, `?region=`)."""
    if not address.startswith("s3://"):
        return Folder(Path(address))
    parts = urlsplit(address)
    options = parse_qs(parts.query)
    port = f":{parts.port}" if parts.port else ""
    client = Minio(
        f"{parts.hostname}{port}",
        access_key=unquote(parts.username or ""),
        secret_key=unquote(parts.password or ""),
        secure=options.get("tls", ["1"])[0] != "0",
        region=options.get("region", ["us-east-1"])[0],
        http_client=urllib3.PoolManager(timeout=20, retries=urllib3.Retry(total=2, backoff_factor=0.2)),
    )
    return Bucket(client, parts.path.strip("/"))
