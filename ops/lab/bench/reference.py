"""The reference case (参照案件): eight commands, from registration to evaluation."""

import secrets
from dataclasses import dataclass
from datetime import time
from typing import Any

from api.commands.gateway import Gateway
from models.actions import CommandName
from models.aggregate import OWN_ID, By, Command, Facts, UnitFact
from models.calendar_years import build_calendar
from models.case import Case
from models.codes import Role
from models.rules import in_force

UNIT, DEPARTMENT = "xw-center", "xw-zj"
CALENDAR = build_calendar((2026, 2027, 2028), (), close=time(17, 0)).encode()
CLERK = By(actor=f"{UNIT}.clerk", role=Role.CLERK, unit=UNIT)
HEAD = By(actor=f"{UNIT}.head", role=Role.HEAD, unit=UNIT)
LIAISON = By(actor=f"{DEPARTMENT}.liaison", role=Role.LIAISON, unit=DEPARTMENT)
CITIZEN = By(actor="citizen", role=Role.CITIZEN)

REGISTRATION: dict[str, Any] = {
    "channel": "window",
    "unit": UNIT,
    "applicant": {
        "name": "李先生",
        "kind": "person",
        "id_type": "id_card",
        "id_no": "320102190001010060",
        "phone": "13800000008",
    },
    "matter": {"name": "房屋租赁备案"},
    "request_type": "coordination",
    "narrative": "房主无法到现场",
}
OPENING = {
    **in_force("xuanwu").reference,
    "calendar": CALENDAR,
    "district": "xuanwu",
    "level": "district",
    "lead": "xw-spj",
    "discipline": "xw-jw",
}


@dataclass(frozen=True)
class Act:
    """One command of the reference case: its sender and body."""

    name: str
    by: By
    body: dict[str, Any]


ACTS = (
    Act("accept", CLERK, {}),
    Act(
        "diagnose",
        CLERK,
        {
            "category": "difficult",
            "reason": "房主无法到场",
            "causes": ["process"],
            "obstacles": ["房主无法到场"],
            "measures": ["remote_video"],
        },
    ),
    Act("assign", HEAD, {"assignments": [{"unit": DEPARTMENT, "role": "lead", "task": "视频核验后备案"}]}),
    Act("sign", LIAISON, {"assignment_id": "a1"}),
    Act("reply", LIAISON, {"assignment_id": "a1", "result": "done", "content": "已备案", "legal_basis": []}),
    Act("resolve", CLERK, {"outcome": "done", "summary": "已备案", "basis": ["商品房屋租赁管理办法"], "evidence": []}),
    Act("evaluate", CITIZEN, {"score": 5}),
)
FACTS = Facts(units={DEPARTMENT: UnitFact(kind="department", level="district", district="xuanwu")})


def commands() -> list[Command]:
    """The eight commands, with ids of their own."""
    register = {**REGISTRATION, "opening": OPENING}
    sequence = [Command(name=CommandName.REGISTER, by=CLERK, body=register, id=OWN_ID + "register")]
    for act in ACTS:
        facts = FACTS if act.name == "assign" else Facts()
        own_id = OWN_ID + secrets.token_urlsafe(6)
        sequence.append(Command(name=act.name, by=act.by, body=act.body, facts=facts, id=own_id))
    return sequence


async def run_case(gateway: Gateway, case_no: str, upto: int = 8) -> None:
    """Run a reference case through the gateway, as the API does after authentication."""
    first, *rest = commands()[:upto]
    await gateway.register(first, case_no, "房屋租赁备案 · 玄武区政务服务中心 · 部门协同")
    for command in rest:
        await gateway.send(case_no, command, Case(case_no))
