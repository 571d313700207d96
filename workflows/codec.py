"""The codec (负载加密): what travels to the engine and stays in its histories is compressed and encrypted.

The key's name stands beside what was sealed with it, so old histories stay readable after a rotation. Payloads that
were never sealed (kept histories of tests, packages) pass unchanged.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from activities.keyring import KeyRing

ENCODING = b"binary/bancheng"
CASES, SEALED = "cases", "sealed"
"""What a key is derived for: who can open a case's history cannot open an inquiry's."""

WORTH_COMPRESSING = 200
"""Bytes; below it deflating costs more than it saves."""

PLAIN, DEFLATED = b"\0", b"\1"


class Codec(PayloadCodec):
    """Encrypts every payload for one purpose, and opens what it encrypted."""

    def __init__(self, ring: KeyRing, purpose: str) -> None:
        self._ring, self._purpose = ring, purpose

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload sealed, its metadata included."""
        key = self._ring.current
        sealing = key.derived(self._purpose)
        context = self._context(key.id)
        return [
            Payload(
                metadata={"encoding": ENCODING, "key": key.id.encode()},
                data=sealing.seal(_packed(payload.SerializeToString()), context),
            )
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload as it was. Raises UnreadableError for one that was changed, or whose key is missing."""
        return [self.open(payload) for payload in payloads]

    def open(self, payload: Payload) -> Payload:
        """A sealed payload as it was before; any other as it is."""
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata["key"].decode()
        opened = self._ring.key(key_id).derived(self._purpose).open(payload.data, self._context(key_id))
        return Payload.FromString(_unpacked(opened))

    def _context(self, key_id: str) -> bytes:
        return f"{self._purpose}:{key_id}".encode()


def converter(ring: KeyRing, purpose: str) -> DataConverter:
    """Payloads and failures alike are sealed."""
    return replace(
        pydantic_data_converter,
        payload_codec=Codec(ring, purpose),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _packed(content: bytes) -> bytes:
    if len(content) < WORTH_COMPRESSING:
        return PLAIN + content
    return DEFLATED + zlib.compress(content, 6)


def _unpacked(content: bytes) -> bytes:
    return zlib.decompress(content[1:]) if content[:1] == DEFLATED else content[1:]


def opened_history(history: Any, codec: Codec) -> Any:
    """A history as JSON with every payload as it was before: what leaves the house is read without our keys."""
    if isinstance(history, dict):
        metadata = history.get("metadata")
        if isinstance(metadata, dict) and base64.b64decode(metadata.get("encoding", "")) == ENCODING:
            return MessageToDict(codec.open(ParseDict(history, Payload())))
        return {name: opened_history(item, codec) for name, item in history.items()}
    return [opened_history(item, codec) for item in history] if isinstance(history, list) else history
