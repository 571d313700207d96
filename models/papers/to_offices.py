"""What papers between offices may quote (交办单、督办单、会诊、审批): R40 to R62."""

from typing import Any

from models.codes import Category, Cause, Decision, Position, Resolution, ReturnGround
from models.ledger import read_time
from models.papers.said import Fields, Said, day, minute


def _steps(said: Said) -> list[dict[str, Any]]:
    otherwise = {each["step"]: each["why"] for each in said.detail["deviations"]}
    steps = enumerate(said.detail["content"]["steps"], start=1)
    return [{"step": step, "deviation": otherwise.get(number)} for number, step in steps]


def _cards(said: Said) -> list[dict[str, Any]]:
    return [{"unit": said.unit(card.unit), "reason": card.reason} for card in said.case.state.cards]


def _opinions(said: Said) -> list[dict[str, Any]]:
    spoken = said.table().opinions
    return [{"unit": said.unit(o.unit), "position": Position(o.position).label, "opinion": o.opinion} for o in spoken]


def _silent(said: Said) -> list[dict[str, Any]]:
    table = said.table()
    spoken = {opinion.unit for opinion in table.opinions}
    return [{"unit": said.unit(unit)} for unit in table.departments if unit not in spoken]


def _tasks(said: Said) -> list[dict[str, Any]]:
    given = said.detail.get("assignments") or []
    return [
        {"unit": said.unit(each["unit"]), "task": each["task"], "working_days": each.get("working_days")}
        for each in given
    ]


def _unit_said(name: str) -> Any:
    return lambda said: said.unit(said.detail[name]) if said.detail.get(name) else None


def _solution_due(said: Said) -> str | None:
    due = said.detail.get("due_at")
    return minute(read_time(due)) if due else None


TABLE: Fields = {
    "kind": lambda said: said.table().kind.label,
    "round": lambda said: said.table().round,
    "question": lambda said: said.table().question,
}

FIELDS: dict[str, Fields] = {
    "分类诊断单": {
        "category": lambda said: Category(said.detail["category"]).label,
        "causes": lambda said: "、".join(Cause(cause).label for cause in said.detail["causes"]),
        "reason": lambda said: said.detail["reason"],
        "legal_basis": lambda said: "；".join(said.detail.get("legal_basis") or []),
        "departments": lambda said: said.units(said.detail.get("departments") or []),
        "why_changed": lambda said: said.detail.get("why_changed"),
    },
    "交办单": {
        "unit": lambda said: said.unit(said.task().unit),
        "role": lambda said: said.task().role.label,
        "narrative": lambda said: said.case.state.narrative,
        "task": lambda said: said.task().task,
        "days": lambda said: said.task().days,
        "due": lambda said: minute(said.task().due),
    },
    "退回申请单": {
        "unit": lambda said: said.unit(said.task().unit),
        "task": lambda said: said.task().task,
        "ground": lambda said: ReturnGround(said.detail["ground"]).label,
        "reason": lambda said: said.detail["reason"],
        "suggested_unit": _unit_said("suggested_unit"),
    },
    "延期审批单": {
        "unit": lambda said: said.unit(said.task().unit),
        "task": lambda said: said.task().task,
        "asked_days": lambda said: said.task().extensions[-1].working_days,
        "asked_reason": lambda said: said.task().extensions[-1].reason,
        "decision": lambda said: Decision(said.detail["decision"]).label,
        "reason": lambda said: said.detail.get("reason"),
        "due": lambda said: minute(said.task().due),
    },
    "转办单": {
        "from_unit": _unit_said("from_unit"),
        "to_unit": _unit_said("to_unit"),
        "reason": lambda said: said.detail.get("reason"),
    },
    "督办单": {
        "order_no": lambda said: f"{said.case.state.case_no}-{said.order().id}",
        "unit": lambda said: said.unit(said.order().to_unit),
        "requirement": lambda said: said.order().requirement,
        "working_days": lambda said: said.detail["working_days"],
        "due": lambda said: minute(said.order().due),
        "cards": _cards,
    },
    "特事特办审批单": {
        "reason": lambda said: said.detail["reason"],
        "working_days": lambda said: said.detail["working_days"],
        "due": lambda said: minute(said.detail["due_at"]),
    },
    "一类事办理单": {
        "title": lambda said: said.detail["content"]["title"],
        "solution_no": lambda said: said.detail["no"],
        "version": lambda said: said.detail["version"],
        "applies_to": lambda said: said.detail["content"]["applies_to"],
        "steps": _steps,
        "materials": lambda said: "；".join(said.detail["content"].get("materials") or []),
        "legal_basis": lambda said: "；".join(said.detail["content"].get("legal_basis") or []),
        "due": _solution_due,
    },
    "会诊通知": {
        **TABLE,
        "departments": lambda said: said.units(said.table().departments),
        "meets_at": lambda said: said.table().meets_at,
        "place": lambda said: said.table().place,
        "days": lambda said: said.table().days,
        "due": lambda said: minute(said.table().due),
        "convened_by": lambda said: said.unit(said.table().convened_by),
        "why": lambda said: said.table().why,
    },
    "会诊纪要": {
        **TABLE,
        "resolution": lambda said: Resolution(said.detail["resolution"]).label,
        "minutes": lambda said: said.table().minutes,
        "opinions": _opinions,
        "silent": _silent,
        "root_cause": lambda said: [{"text": each} for each in said.table().root_cause],
        "tasks": _tasks,
    },
    "工作建议": {
        "to_unit": _unit_said("to"),
        "report": lambda said: said.detail["report"],
        "due": lambda said: day(said.detail["reply_due_at"]),
    },
}
"""By kind, what stands behind each name that its words may use (models/rules/offered.py)."""
