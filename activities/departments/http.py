"""接口: the notice is posted to the department's system, signed, under an Idempotency-Key."""

from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from activities.departments.protocol import OutageError, Receipt, RefusedError
from models.case.delivery import AdapterKind
from models.notices import Notice
from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

MOST_BYTES = 64 * 1024
"""Bytes of an acknowledgement that are read at most."""

LONGEST_REFERENCE = 200

WORTH_ANOTHER_TRY = (408, 425, 429)
"""Transient 4xx statuses: they concern the moment, not the request."""


def http_client() -> httpx.AsyncClient:
    """The client for all departments: no redirects, no proxies, as many connections as the bulkheads let through."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, limits=limits)


@dataclass(frozen=True)
class HttpAdapter:
    """A department's system behind one address."""

    client: httpx.AsyncClient
    url: str
    key: str
    timestamp: int
    """Unix seconds from which the signature is valid for a few minutes."""

    async def deliver(self, notice: Notice) -> Receipt:
        """Post the notice; the answer must be 2xx with `{"received": true}`."""
        body = orjson.dumps(notice.payload)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": notice.delivery_id,
            TIMESTAMP_HEADER: str(self.timestamp),
            SIGNATURE_HEADER: signature(self.key, str(self.timestamp), body),
        }
        try:
            async with self.client.stream("POST", self.url, content=body, headers=headers, timeout=None) as answer:
                _check_status(answer.status_code)
                return _receipt(await _read(answer))
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise RefusedError(f"接口地址无效：{error}") from error
        except httpx.HTTPError as error:
            raise OutageError(f"对方系统没有正常应答（{type(error).__name__}: {error}）") from error


def _check_status(status: int) -> None:
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in WORTH_ANOTHER_TRY:
        raise RefusedError(f"对方系统拒收（HTTP {status}）")
    raise OutageError(f"对方系统暂时不能接收（HTTP {status}）")


async def _read(answer: httpx.Response) -> bytes:
    content = b""
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise OutageError("对方系统的回执过大")
    return content


def _receipt(content: bytes) -> Receipt:
    try:
        receipt: Any = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise OutageError("对方系统的回执不是有效的 JSON") from error
    if not isinstance(receipt, dict) or receipt.get("received") is not True:
        raise OutageError("对方系统的回执没有确认收到（缺少 received: true）")
    reference = receipt.get("reference")
    usable = isinstance(reference, str) and 0 < len(reference) <= LONGEST_REFERENCE
    return Receipt(adapter=AdapterKind.HTTP, reference=reference if usable else None)
