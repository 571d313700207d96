"""解码: payloads of the engine's histories as the Web UI reads them (protobuf JSON)."""

from typing import Any

from models.views.base import View, absent


class Payload(View):
    """A payload, opened (内容)."""

    metadata: dict[str, str] | None = absent("编码方式等，值为 Base64", examples=[{"encoding": "anNvbi9wbGFpbg=="}])
    data: str | None = absent("内容，Base64", examples=["eyJzZXEiOjF9"])
    external_payloads: list[dict[str, Any]] | None = absent(
        "存放在引擎之外的内容，本系统不用", alias="externalPayloads", examples=[[{"sizeBytes": "1024"}]]
    )


class Payloads(View):
    """Payloads in the order in which they were sent."""

    payloads: list[Payload]
