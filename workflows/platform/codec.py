"""The codec (负载加密): compresses and encrypts everything sent to the engine and kept in its histories.

The sealed form begins with the key's name, so old histories stay readable after a rotation. Only the empty payload
passes unsealed, and the engine's own words about an activity that never began. Any other payload that our keys did not
seal is marked and passed on: an error here would fail the whole task, and one payload from anybody at the engine's port
could freeze a case. No converter reads a marked payload: a validator refuses it, and a marked answer of an activity
fails the task.
"""

import base64
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from activities.platform.ciphers import Key, UnreadableError
from activities.platform.keyring import KeyRing

ENCODING = b"binary/sealed"
NOTHING = b"binary/null"
REFUSED = b"binary/refused"
"""The mark of a payload that none of our keys sealed. No converter reads it."""
ENGINE_SAYS = frozenset({b'"ACTIVITY_ID_NOT_STARTED"', b'"ACTIVITY_ID_UNKNOWN"'})
"""The server's own unsealed text when it cancels an activity that no worker holds; never a command."""
CASES, SEALED = "cases", "sealed"
"""Purposes of derived keys: the key of cases' histories does not open inquiries'."""

WORDS_1 = Path(__file__).with_name("words.txt").read_bytes()
"""A dictionary of frequent strings, with which short messages deflate to half. It never changes, because histories were
written with it; a better one needs its own file and mark."""

DEFLATED_WITH_1 = b"\1"
WINDOW = -15
"""Raw deflate: the cipher authenticates, so no header and checksum."""


class Codec(PayloadCodec):
    """Encrypts every payload for one purpose, and opens what it encrypted."""

    def __init__(self, ring: KeyRing, purpose: str) -> None:
        self._ring, self._purpose = ring, purpose
        self._derived: dict[str, tuple[Key, bytes]] = {}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload sealed, its metadata included."""
        key_id = self._ring.current.id
        key, context = self._key(key_id)
        return [
            Payload(
                metadata={"encoding": ENCODING},
                data=key_id.encode() + b"\0" + key.seal(_packed(payload.SerializeToString()), context),
            )
            if payload.metadata.get("encoding") != NOTHING
            else payload
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload decrypted; an unreadable one is marked. Never raises for the content of payloads."""
        return [payload if payload.data in ENGINE_SAYS else self._opened(payload) for payload in payloads]

    def open(self, payload: Payload) -> Payload:
        """A sealed payload decrypted. Raises UnreadableError for any other that is not empty."""
        encoding = payload.metadata.get("encoding")
        if encoding == NOTHING and not payload.data:
            return payload
        if encoding != ENCODING:
            raise UnreadableError("内容没有加密，不是本系统写入的")
        name, _, sealed = payload.data.partition(b"\0")
        key, context = self._key(name.decode(errors="replace"))
        return Payload.FromString(_unpacked(key.open(sealed, context)))

    def _opened(self, payload: Payload) -> Payload:
        try:
            return self.open(payload)
        except (UnreadableError, DecodeError, zlib.error) as error:
            return Payload(metadata={"encoding": REFUSED}, data=str(error).encode())

    def _key(self, key_id: str) -> tuple[Key, bytes]:
        """The key for this purpose and its authenticated context; derived once."""
        if key_id not in self._derived:
            derived = self._ring.key(key_id).derived(self._purpose)
            self._derived[key_id] = derived, f"{self._purpose}:{key_id}".encode()
        return self._derived[key_id]


class _WithoutReferences(DataConverter):
    """Treats a reference to external storage as an unsealed payload.

    The SDK raises an error for such a reference, which fails the whole task: one signal with it would freeze a case for
    good. Passed on unchanged, the codec marks it. Every entry point of the SDK is covered; tests check that.
    """

    async def _decode_reference_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def _external_retrieve_payload_sequence(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def _transform_inbound_payloads(self, payloads: Payloads) -> None:
        if self.payload_codec:
            await self.payload_codec.decode_wrapper(payloads)


def is_sealed(payload: Payload) -> bool:
    """Whether some key sealed this payload; opening it shows whether the key is ours."""
    return payload.metadata.get("encoding") == ENCODING


def converter(ring: KeyRing, purpose: str) -> DataConverter:
    """Payloads and failures alike are sealed."""
    return _WithoutReferences(
        payload_converter_class=pydantic_data_converter.payload_converter_class,
        payload_codec=Codec(ring, purpose),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


_DEFLATE, _INFLATE = zlib.compressobj(wbits=WINDOW, zdict=WORDS_1), zlib.decompressobj(wbits=WINDOW, zdict=WORDS_1)
"""Set up once and copied for each payload, at a fifth of the cost."""


def _packed(content: bytes) -> bytes:
    deflate = _DEFLATE.copy()
    return DEFLATED_WITH_1 + deflate.compress(content) + deflate.flush()


def _unpacked(content: bytes) -> bytes:
    if content[:1] != DEFLATED_WITH_1:
        raise UnreadableError("内容由更新的版本写成：请用写它的版本解读")
    return _INFLATE.copy().decompress(content[1:])


def opened_history(history: Any, codec: Codec) -> Any:
    """A history as JSON with every payload decrypted: exports are readable without our keys."""
    if isinstance(history, dict):
        metadata = history.get("metadata")
        if isinstance(metadata, dict) and base64.b64decode(metadata.get("encoding", "")) == ENCODING:
            return MessageToDict(codec.open(ParseDict(history, Payload())))
        return {name: opened_history(item, codec) for name, item in history.items()}
    return [opened_history(item, codec) for item in history] if isinstance(history, list) else history
