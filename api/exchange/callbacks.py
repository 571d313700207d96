"""Callbacks of departments' systems (部门回调): the caller checked, each taken once, then the same door as for staff.

The delivery id is kept before the command is sent, and the command's id follows from it: after a crash in between, the
repetition finds the id taken for the same content, and sends a command that the case carries out once.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from api.cases.handler import send
from api.cases.reading import read
from api.commands.idempotency import KEY_LENGTH, usable_key
from api.http.bodies import Body
from api.http.errors import Problem, no_such_case
from api.identity.access_log import logged
from api.queries import CaseRecord
from api.services import Services
from models.access import User, may_act
from models.case import CASE
from models.case.delivery import AdapterKind
from models.codes import Role
from models.ledger import digest
from models.organisation import Unit
from models.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, check, department_purpose, signing_key
from models.views.exchange import CallbackTaken

CALLBACK = "callback"
"""The access log's name for a call that nobody signed."""


def _usable(delivery_id: str) -> str:
    if not usable_key(delivery_id):
        raise ValueError(f"须为 {KEY_LENGTH[0]} 至 {KEY_LENGTH[1]} 个字符，不以 ~ 开头")
    return delivery_id


class Callback(BaseModel):
    """What a department's system says (回调内容)."""

    model_config = ConfigDict(extra="forbid")

    delivery_id: Annotated[str, AfterValidator(_usable)]
    case_no: Annotated[str, StringConstraints(min_length=1)]
    command: Literal["sign", "return", "reply", "extend"]
    body: dict[str, Any]


async def take(
    services: Services, unit: str, raw: bytes, *, timestamp: str | None, signature: str | None, address: str
) -> CallbackTaken:
    """Carry out a command from the department's system; the assignment afterwards."""
    department = (await services.organisation()).units.get(unit)
    async with logged(
        services, User("", Role.LIAISON, department.code if department else "", ""), CALLBACK, "", address
    ):
        user = await _caller(services, department, raw, timestamp, signature)
    body = Body(raw)
    name, case_no = (str(body.peek(field) or "") for field in ("command", "case_no"))
    async with logged(services, user, name, case_no, address):
        call, record = await _judged(services, user, body, case_no)
        content = digest([call.case_no, call.command, call.body])
        if not await services.queries.departments.take_callback(unit, call.delivery_id, content):
            raise Problem(409, "这个 delivery_id 已用于另一项内容，请更换后重新提交")
        by = user.by()
        key = command_id(unit, call.delivery_id)
        await send(services, user, record, by, call.command, call.body, key, None, address=address)
    shown = await read(services, user, case_no)
    [assignment] = [each for each in shown.assignments if each.id == call.body["assignment_id"]]
    return CallbackTaken(received=True, delivery_id=call.delivery_id, case_no=case_no, assignment=assignment)


def command_id(unit: str, delivery_id: str) -> str:
    """The id under which a case knows a callback: two departments of one case may well count alike."""
    return f"{unit}:{digest(delivery_id)[:32]}"


async def _caller(
    services: Services, department: Unit | None, raw: bytes, timestamp: str | None, signature: str | None
) -> User:
    """The department's system, if it signed this. 401 without a signature or with a wrong one, 404 without a system."""
    if not timestamp or not signature:
        raise Problem(401, f"缺少签名：请带 {TIMESTAMP_HEADER} 和 {SIGNATURE_HEADER} 请求头")
    adapter = await services.queries.departments.adapter(department.code) if department else None
    if department is None or adapter is None or adapter.kind != AdapterKind.HTTP:
        raise Problem(404, "没有这个部门，或该部门没有接入系统，请核对部门代码")
    key = signing_key(services.secret, department_purpose(department.code), adapter.key_version)
    try:
        check(key, timestamp, raw, signature, datetime.now(UTC))
    except SignatureError as error:
        raise Problem(401, str(error)) from None
    return User(f"{department.code}.system", Role.LIAISON, department.code, department.district)


async def _judged(services: Services, user: User, body: Body, case_no: str) -> tuple[Callback, CaseRecord]:
    """The call and its case, in the order of contract.md: 404, 403, 422."""
    record = await services.queries.cases.case(case_no)
    if record is None and case_no:
        raise no_such_case(case_no)
    if record and not may_act(user, record, await services.organisation()):
        raise Problem(403, "本案没有交办给贵部门，不能办理")
    call = body.shaped(Callback)
    CASE.parse(call.command, call.body)
    assert record is not None
    return call, record
