"""Sealing (密封): what travels to an inquiry and stays in its history is encrypted with a key of its own.

AES-256-GCM over each payload as it stands, a fresh nonce each. The key follows from the installation's secret; its
version stands beside what was sealed with it.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from workflows.client import connect

NAMESPACE = "sealed"
TASK_QUEUE, OVERSIGHT_QUEUE = "inquiries", "oversight"
_ENCODING, _KEY_ID = b"binary/sealed", b"inquiries-1"
_NONCE_BYTES = 12


class SealingCodec(PayloadCodec):
    """Encrypts every payload, and decrypts what it encrypted."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(hmac.new(secret, b"sealing:" + _KEY_ID, hashlib.sha256).digest())

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload sealed, its metadata included."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Each payload as it was. Raises InvalidTag for one that was changed or sealed with another key."""
        return [
            self.open(payload) if payload.metadata.get("encoding") == _ENCODING else payload for payload in payloads
        ]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, payload.SerializeToString(), _KEY_ID)
        return Payload(metadata={"encoding": _ENCODING, "key": _KEY_ID}, data=nonce + sealed)

    def open(self, payload: Payload) -> Payload:
        """A sealed payload as it was before."""
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        return Payload.FromString(self._cipher.decrypt(nonce, sealed, _KEY_ID))


def sealed_converter(secret: bytes) -> DataConverter:
    """Payloads and failures alike are sealed."""
    return replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(secret),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def workflow_id(secret: bytes, number: str, kind: str = "inquiry") -> str:
    """The id of a sealed ledger's workflow: tells nothing, and is the same whenever it is asked for."""
    return hmac.new(secret, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()[:32]


async def connect_sealed(address: str, secret: bytes) -> Client:
    """A client of the inquiries' namespace that seals and opens."""
    return await connect(address, NAMESPACE, sealed_converter(secret))
