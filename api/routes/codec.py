"""解码接口 (Temporal 的 codec endpoint): asked by the Web UI when an administrator opens a case's history.

It opens the engine's payloads, and no more: the personal words within stay sealed with their case's key. Inquiries'
payloads are opened for nobody here. Each use is in the access log.
"""

from typing import Any

from fastapi import APIRouter, Request
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from pydantic import BaseModel, ConfigDict, Field
from temporalio.api.common import v1 as proto

from activities.platform.ciphers import UnreadableError
from api.http.bodies import BodyDep, documented
from api.http.errors import Problem
from api.identity.access_log import seen
from api.identity.dependencies import ServicesDep, SessionDep, address, require
from models.codes import Role
from models.views.codec import Payload, Payloads
from workflows.platform.codec import CASES, Codec, is_sealed
from workflows.platform.sealing import NAMESPACE

router = APIRouter(prefix="/codec", tags=["解码"])

MOST_PAYLOADS = 1000


class Sealed(BaseModel):
    """Payloads as the Web UI sends them."""

    model_config = ConfigDict(extra="ignore")

    payloads: list[dict[str, Any]] = Field(max_length=MOST_PAYLOADS)


@router.post("/decode", summary="解码历史内容", openapi_extra=documented(Sealed))
async def decode(request: Request, services: ServicesDep, user: SessionDep, body: BodyDep) -> Payloads:
    """供 Temporal Web UI 使用：登录的系统管理员和审计人员可解码办件流程的内容；个人信息另有密钥，这里看不到。"""
    require(user, Role.ADMIN, Role.AUDITOR)
    if user.enrolling:
        raise Problem(403, "本账号须先绑定动态口令")
    if request.headers.get("X-Namespace", "default") == NAMESPACE:
        raise Problem(403, "密封空间的内容不在这里解码")
    codec = Codec(services.personal.ring, CASES)
    try:
        sent = [ParseDict(payload, proto.Payload()) for payload in body.shaped(Sealed).payloads]
        opened = [codec.open(payload) if is_sealed(payload) else payload for payload in sent]
    except (ParseError, UnreadableError, KeyError, ValueError) as error:
        raise Problem(422, f"内容无法解码：{error}") from None
    await seen(services, user, "decode", "", address(request))
    return Payloads(payloads=[Payload.model_validate(MessageToDict(payload)) for payload in opened])
