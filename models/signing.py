"""Signatures between systems (系统间签名): who sent this, and just now.

Every call out of here and into here carries `X-Bancheng-Timestamp` (Unix seconds) and `X-Bancheng-Signature`: "v1=" and
the HMAC-SHA256, in hexadecimal, over the timestamp, a full stop and the body as sent. No secret is stored: a partner's
key follows from the installation's own secret, a purpose (`department:<unit>`, `subscription:<id>`, `intake:<channel>`)
and a version, which goes up when the key is changed.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Bancheng-Timestamp", "X-Bancheng-Signature"
TOLERANCE = timedelta(minutes=5)
"""How far the sender's clock may be off (contract.md, Others)."""


class SignatureError(ValueError):
    """A call that is not signed as it must be (签名无效): why, in Chinese."""


def department_purpose(unit: str) -> str:
    """What the key of a department's system is derived for."""
    return f"department:{unit}"


def subscription_purpose(subscription_id: str) -> str:
    """What the key of a subscription to events is derived for."""
    return f"subscription:{subscription_id}"


def intake_purpose(channel: str) -> str:
    """What the key of a system that sends cases in is derived for."""
    return f"intake:{channel}"


def signing_key(master: bytes, purpose: str, version: int = 1) -> str:
    """The key of one partner: 64 hexadecimal letters, whose ASCII bytes are the HMAC key."""
    return hmac.new(master, f"signing:{purpose}:{version}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, timestamp: str, body: bytes) -> str:
    """What stands in `X-Bancheng-Signature`."""
    return "v1=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check(key: str, timestamp: str, body: bytes, given: str, now: datetime) -> None:
    """Raise SignatureError unless the body was signed with this key within the tolerance of `now`."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureError(f"{TIMESTAMP_HEADER} 应为 Unix 秒数")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise SignatureError(f"{TIMESTAMP_HEADER} 与本系统时间相差超过五分钟，请校准时钟后重新签名")
    if not hmac.compare_digest(signature(key, timestamp, body).encode(), given.encode()):
        raise SignatureError(f"{SIGNATURE_HEADER} 与内容不符，请核对密钥和签名方法")
