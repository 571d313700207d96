"""What papers between offices may quote (交办单、督办单、会诊、审批): R40 to R62."""

from typing import Any

from models.codes import Category, Cause, Decision, Position, Resolution, ReturnGround
from models.ledger import read_time
from models.papers.source import Fields, Source, day, minute


def _steps(source: Source) -> list[dict[str, Any]]:
    otherwise = {each["step"]: each["why"] for each in source.detail["deviations"]}
    steps = enumerate(source.detail["content"]["steps"], start=1)
    return [{"step": step, "deviation": otherwise.get(number)} for number, step in steps]


def _cards(source: Source) -> list[dict[str, Any]]:
    return [{"unit": source.unit(card.unit), "reason": card.reason} for card in source.case.state.cards]


def _opinions(source: Source) -> list[dict[str, Any]]:
    spoken = source.table().opinions
    return [{"unit": source.unit(o.unit), "position": Position(o.position).label, "opinion": o.opinion} for o in spoken]


def _silent(source: Source) -> list[dict[str, Any]]:
    table = source.table()
    spoken = {opinion.unit for opinion in table.opinions}
    return [{"unit": source.unit(unit)} for unit in table.departments if unit not in spoken]


def _tasks(source: Source) -> list[dict[str, Any]]:
    given = source.detail.get("assignments") or []
    return [
        {"unit": source.unit(each["unit"]), "task": each["task"], "working_days": each.get("working_days")}
        for each in given
    ]


def _unit_named(name: str) -> Any:
    return lambda source: source.unit(source.detail[name]) if source.detail.get(name) else None


def _solution_due(source: Source) -> str | None:
    due = source.detail.get("due_at")
    return minute(read_time(due)) if due else None


TABLE: Fields = {
    "kind": lambda source: source.table().kind.label,
    "round": lambda source: source.table().round,
    "question": lambda source: source.table().question,
}

FIELDS: dict[str, Fields] = {
    "分类诊断单": {
        "category": lambda source: Category(source.detail["category"]).label,
        "causes": lambda source: "、".join(Cause(cause).label for cause in source.detail["causes"]),
        "reason": lambda source: source.detail["reason"],
        "legal_basis": lambda source: "；".join(source.detail.get("legal_basis") or []),
        "departments": lambda source: source.units(source.detail.get("departments") or []),
        "why_changed": lambda source: source.detail.get("why_changed"),
    },
    "交办单": {
        "unit": lambda source: source.unit(source.task().unit),
        "role": lambda source: source.task().role.label,
        "narrative": lambda source: source.case.state.narrative,
        "task": lambda source: source.task().task,
        "days": lambda source: source.task().days,
        "due": lambda source: minute(source.task().due),
    },
    "退回申请单": {
        "unit": lambda source: source.unit(source.task().unit),
        "task": lambda source: source.task().task,
        "ground": lambda source: ReturnGround(source.detail["ground"]).label,
        "reason": lambda source: source.detail["reason"],
        "suggested_unit": _unit_named("suggested_unit"),
    },
    "延期审批单": {
        "unit": lambda source: source.unit(source.task().unit),
        "task": lambda source: source.task().task,
        "asked_days": lambda source: source.task().extensions[-1].working_days,
        "asked_reason": lambda source: source.task().extensions[-1].reason,
        "decision": lambda source: Decision(source.detail["decision"]).label,
        "reason": lambda source: source.detail.get("reason"),
        "due": lambda source: minute(source.task().due),
    },
    "转办单": {
        "from_unit": _unit_named("from_unit"),
        "to_unit": _unit_named("to_unit"),
        "reason": lambda source: source.detail.get("reason"),
    },
    "督办单": {
        "order_no": lambda source: f"{source.case.state.case_no}-{source.order().id}",
        "unit": lambda source: source.unit(source.order().to_unit),
        "requirement": lambda source: source.order().requirement,
        "working_days": lambda source: source.detail["working_days"],
        "due": lambda source: minute(source.order().due),
        "cards": _cards,
    },
    "特事特办审批单": {
        "reason": lambda source: source.detail["reason"],
        "working_days": lambda source: source.detail["working_days"],
        "due": lambda source: minute(source.detail["due_at"]),
    },
    "一类事办理单": {
        "title": lambda source: source.detail["content"]["title"],
        "solution_no": lambda source: source.detail["no"],
        "version": lambda source: source.detail["version"],
        "applies_to": lambda source: source.detail["content"]["applies_to"],
        "steps": _steps,
        "materials": lambda source: "；".join(source.detail["content"].get("materials") or []),
        "legal_basis": lambda source: "；".join(source.detail["content"].get("legal_basis") or []),
        "due": _solution_due,
    },
    "会诊通知": {
        **TABLE,
        "departments": lambda source: source.units(source.table().departments),
        "meets_at": lambda source: source.table().meets_at,
        "place": lambda source: source.table().place,
        "days": lambda source: source.table().days,
        "due": lambda source: minute(source.table().due),
        "convened_by": lambda source: source.unit(source.table().convened_by),
        "why": lambda source: source.table().why,
    },
    "会诊纪要": {
        **TABLE,
        "resolution": lambda source: Resolution(source.detail["resolution"]).label,
        "minutes": lambda source: source.table().minutes,
        "opinions": _opinions,
        "silent": _silent,
        "root_cause": lambda source: [{"text": each} for each in source.table().root_cause],
        "tasks": _tasks,
    },
    "工作建议": {
        "to_unit": _unit_named("to"),
        "report": lambda source: source.detail["report"],
        "due": lambda source: day(source.detail["reply_due_at"]),
    },
}
"""By kind, the values of the names that its wording may use (models/rules/offered.py)."""
