"""Signatures between systems (系统间签名): prove the sender and the time of a call.

Every call, out or in, carries `X-Bancheng-Timestamp` (Unix seconds) and `X-Bancheng-Signature`: "v1=" and the
HMAC-SHA256, in hexadecimal, over the timestamp, a full stop and the body as sent. Partners' keys are not stored: each
is derived from the installation's secret, a purpose (`department:<unit>`, `subscription:<id>`, `intake:<channel>`) and
a version, which goes up with each change of the key.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Bancheng-Timestamp", "X-Bancheng-Signature"
TOLERANCE = timedelta(minutes=5)
"""Tolerated difference of the sender's clock (contract.md, Others)."""


class SignatureError(ValueError):
    """A call without a valid signature (签名无效), with the reason in Chinese."""


def department_purpose(unit: str) -> str:
    """The key purpose of a department's system."""
    return f"department:{unit}"


def subscription_purpose(subscription_id: str) -> str:
    """The key purpose of a subscription to events."""
    return f"subscription:{subscription_id}"


def intake_purpose(channel: str) -> str:
    """The key purpose of a system that sends cases in."""
    return f"intake:{channel}"


def signing_key(master: bytes, purpose: str, version: int = 1) -> str:
    """A partner's key: 64 hexadecimal letters, whose ASCII bytes are the HMAC key."""
    return hmac.new(master, f"signing:{purpose}:{version}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, timestamp: str, body: bytes) -> str:
    """The value of `X-Bancheng-Signature`."""
    return "v1=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check(key: str, timestamp: str, body: bytes, given: str, now: datetime) -> None:
    """Raise SignatureError unless the body was signed with this key, within the tolerance of `now`."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureError(f"{TIMESTAMP_HEADER} 应为 Unix 秒数")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise SignatureError(f"{TIMESTAMP_HEADER} 与本系统时间相差超过五分钟，请校准时钟后重新签名")
    if not hmac.compare_digest(signature(key, timestamp, body).encode(), given.encode()):
        raise SignatureError(f"{SIGNATURE_HEADER} 与内容不符，请核对密钥和签名方法")
