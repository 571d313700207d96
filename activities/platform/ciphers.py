"""Ciphers (加密算法): authenticated encryption under a key that has a name; AES-256-GCM, or SM4-GCM (GB/T 32907).

The sealed form is nonce, ciphertext and tag. A changed byte, another key or another context fails to open.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

NONCE_BYTES, TAG_BYTES = 12, 16


class Algorithm(StrEnum):
    """The cipher of an installation (密码算法)."""

    AES_256_GCM = "AES-256-GCM"
    SM4_GCM = "SM4-GCM"

    @property
    def key_bytes(self) -> int:
        """Length of its keys, in bytes."""
        return 32 if self is Algorithm.AES_256_GCM else 16


class UnreadableError(Exception):
    """The content cannot be opened (无法解密): it was changed, sealed with another key, or the key is gone."""


@dataclass(frozen=True, slots=True)
class Key:
    """A named key. Its secret is not shown by repr."""

    id: str
    algorithm: Algorithm
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls, key_id: str, algorithm: Algorithm) -> Self:
        """A fresh random key."""
        return cls(key_id, algorithm, os.urandom(algorithm.key_bytes))

    def derived(self, purpose: str) -> "Key":
        """A derived key for one purpose, from which this key cannot be computed."""
        secret = hmac.new(self.secret, purpose.encode(), hashlib.sha256).digest()
        return Key(self.id, self.algorithm, secret[: self.algorithm.key_bytes])

    def seal(self, content: bytes, context: bytes = b"", nonce: bytes | None = None) -> bytes:
        """Encrypt. `context` is not stored and must be given again for opening. No nonce is used twice."""
        nonce = nonce or os.urandom(NONCE_BYTES)
        if self.algorithm is Algorithm.AES_256_GCM:
            return nonce + _aes(self.secret).encrypt(nonce, content, context)
        encryptor = Cipher(SM4(self.secret), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return nonce + encryptor.update(content) + encryptor.finalize() + encryptor.tag

    def seal_alike(self, content: bytes, context: bytes = b"") -> bytes:
        """Encrypt deterministically: the nonce is derived from the content, so that a retry gives the same bytes."""
        nonce = hmac.new(self.derived("nonce").secret, context + b"\0" + content, hashlib.sha256).digest()[:NONCE_BYTES]
        return self.seal(content, context, nonce)

    def open(self, sealed: bytes, context: bytes = b"") -> bytes:
        """Decrypt. Raises UnreadableError."""
        nonce, body, tag = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:-TAG_BYTES], sealed[-TAG_BYTES:]
        try:
            if self.algorithm is Algorithm.AES_256_GCM:
                return _aes(self.secret).decrypt(nonce, sealed[NONCE_BYTES:], context)
            decryptor = Cipher(SM4(self.secret), modes.GCM(nonce, tag)).decryptor()
            decryptor.authenticate_additional_data(context)
            return decryptor.update(body) + decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise UnreadableError("内容被改动，或不是用这把密钥加密的") from error


@lru_cache(maxsize=64)
def _aes(secret: bytes) -> AESGCM:
    """Cached by key: the set-up costs more than a short payload."""
    return AESGCM(secret)
