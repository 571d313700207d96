"""外部来件: pieces from hotlines, rating systems and other offices, each under its sender's own number.

The same number with the same content is the same case, however often it is sent: number and channel are the key of the
registration. A refused piece is kept with its reasons, without its content.
"""

import re
from datetime import UTC, datetime
from typing import Any

from api.cases.registration import duplicates, enter
from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.services import Services
from models.access import User
from models.codes import SENT_IN, Channel, Role
from models.errors import BAD_CONTENT, FieldError, Refusal
from models.intake_status import status_of
from models.ledger import digest, stamp_time
from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, check, intake_purpose, signing_key
from models.views.exchange import PieceReceived, PieceRefused, PieceStatus, PieceTaken

INTAKE = "intake"
"""The access log's name for a piece that was sent in."""

LONGEST_ID = 64

_FIELD_NAME = re.compile(r"[a-z0-9_.]{0,80}", re.ASCII)


async def take(
    services: Services, channel: str, raw: bytes, timestamp: str | None, signature: str | None, address: str
) -> tuple[int, PieceTaken]:
    """Register a piece: 201 with its case, or 200 with the case that it is already."""
    async with logged(services, _sender(channel), INTAKE, "", address):
        verify(services, channel, raw, timestamp, signature)
        body = Body(raw)
        try:
            fields = body.fields()
            source_id = _source_id(fields)
            user, receiver = await _received_by(services, channel, str(fields.get("unit")))
            key = key_of(channel, source_id)
            case_no, new = await _enter(services, user, fields, channel, source_id, key, receiver)
        except Refusal as refusal:
            if refusal.status == BAD_CONTENT:
                await _keep_refused(services, channel, raw, body.peek("source_id"), refusal)
            raise
    received = await _status(services, case_no, source_id)
    if not isinstance(received, PieceStatus):  # its row was lost: sent again later, it is answered whole
        raise Problem(503, "来件已经收到，案件还没有写入台账，请稍后重发", headers={"Retry-After": "30"})
    taken = PieceTaken(
        **dict(received),
        query_code=services.tokens.query_code(case_no),
        duplicates=len(await duplicates(services, user.unit, body, besides=case_no)),
    )
    return (201 if new else 200), taken


async def status(
    services: Services, channel: str, source_id: str, timestamp: str | None, signature: str | None
) -> PieceStatus | PieceReceived:
    """How far the case has come that was sent in under this number."""
    verify(services, channel, b"", timestamp, signature)
    registration = await services.queries.desk.registration(_sender(channel).username, key_of(channel, source_id))
    if registration is None:
        raise Problem(404, f"没有收到过编号为 {source_id} 的来件，请核对编号")
    return await _status(services, registration.case_no, source_id)


async def refused(services: Services, limit: int) -> list[PieceRefused]:
    """Pieces that could not be registered, the newest first."""
    rows = await services.queries.intake.refusals(limit)
    return [
        PieceRefused(channel=row.channel, source_id=row.source_id, reasons=row.reasons, at=stamp_time(row.at))
        for row in rows
    ]


def verify(services: Services, channel: str, raw: bytes, timestamp: str | None, signature: str | None) -> None:
    """401 unless it is signed with the channel's key; 404 for a channel that takes nothing from other systems."""
    if not timestamp or not signature:
        raise Problem(401, f"缺少签名：请带 {TIMESTAMP_HEADER} 和 {SIGNATURE_HEADER} 请求头")
    try:
        check(key_for(services, channel), timestamp, raw, signature, datetime.now(UTC))
    except SignatureError as error:
        raise Problem(401, str(error)) from None
    if channel not in SENT_IN:
        raise Problem(404, f"没有“{channel}”这个来件渠道，请核对：{'、'.join(sorted(SENT_IN))}")


def key_for(services: Services, channel: str) -> str:
    """The key that this channel's system signs with."""
    return signing_key(services.secret, intake_purpose(channel))


def key_of(channel: str, source_id: str) -> str:
    """The Idempotency-Key of a piece: its channel and the sender's number."""
    return digest([channel, source_id])[:40]


def _sender(channel: str) -> User:
    """The system that sends, as a user without a place; which window it sends to, each piece says."""
    return User(f"{INTAKE}.{channel}"[:60], Role.CLERK, "", "")


def _source_id(fields: dict[str, Any]) -> str:
    source_id = fields.pop("source_id", None)
    if not isinstance(source_id, str) or not 1 <= len(source_id.strip()) <= LONGEST_ID or not source_id.strip(" ."):
        reason = f"请填写来件系统自己的编号，1 至 {LONGEST_ID} 个字符，不能只有句点"
        raise Problem(422, reason, errors=[FieldError("source_id", reason)])
    if "channel" in fields:
        reason = "渠道由地址决定，请去掉这个字段"
        raise Problem(422, reason, errors=[FieldError("channel", reason)])
    return source_id.strip()


async def _received_by(services: Services, channel: str, code: str) -> tuple[User, str]:
    """The sender at the window that it sends to, and that window's first clerk, who is the first receiver."""
    unit = (await services.organisation()).units.get(code)
    receiver = await services.queries.office.first_clerk(code) if unit else None
    if unit is None or receiver is None:
        reason = "没有这个窗口，请核对窗口代码"
        raise Problem(422, reason, errors=[FieldError("unit", reason)])
    return User(_sender(channel).username, Role.CLERK, unit.code, unit.district), receiver


async def _enter(
    services: Services, user: User, fields: dict[str, Any], channel: str, source_id: str, key: str, receiver: str
) -> tuple[str, bool]:
    body = {**fields, "channel": Channel(channel).value}
    extra = {"source": {"channel": channel, "source_id": source_id}}
    try:
        return await enter(services, user, body, key, extra, receiver)
    except Problem as problem:
        if problem.status != 409:
            raise
        known = await services.queries.desk.registration(user.username, key)
        number = known.case_no if known else ""
        raise Problem(409, f"编号 {source_id} 已登记为案件 {number}，内容与此次不同；如需补充，请在该案备注") from None


async def _keep_refused(services: Services, channel: str, raw: bytes, source_id: Any, refusal: Refusal) -> None:
    reasons = [{"field": _known(error.field), "reason": error.reason} for error in refusal.errors]
    await services.queries.intake.refused(
        {
            "channel": channel,
            "source_id": source_id[:LONGEST_ID].replace("\0", "") if isinstance(source_id, str) else "",
            "at": datetime.now(UTC),
            "digest": digest(raw.decode(errors="replace"))[:16],
            "reasons": reasons or [{"field": "", "reason": refusal.detail}],
        }
    )


def _known(field: str) -> str:
    """A field's name if it is of the form of ours; another one may be content."""
    return field if _FIELD_NAME.fullmatch(field) else "（未知字段）"


async def _status(services: Services, case_no: str, source_id: str) -> PieceStatus | PieceReceived:
    """How far a piece has come; only its numbers while its case is not in the register yet."""
    record = await services.queries.cases.case(case_no)
    if record is None:
        return PieceReceived(source_id=source_id, case_no=case_no)
    return status_of(record.case, source_id, await services.gateway.now(case_no))
