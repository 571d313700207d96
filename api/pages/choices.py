"""Choices (可选项): what a form offers for units, tasks, consultations and the like in this case."""

from collections.abc import Iterable
from typing import Any

from models.access import User
from models.codes import AssignmentState, ConsultationState, ObligationKind, Role, UnitKind
from models.organisation import Organisation, Unit

Options = list[tuple[str, str]]

TO_DEPARTMENTS = ("assign", "conclude", "convene", "diagnose", "return", "name_owner")
TO_WINDOWS = ("escalate", "delegate")


def choices(command: str, user: User, view: dict[str, Any], organisation: Organisation) -> dict[str, Options]:
    """By the name of a field: what may be chosen for it here. What there is nothing to choose for is typed."""
    here = [unit for unit in organisation.units.values() if unit.district == _district(user, view, organisation)]
    departments = _named(unit for unit in here if unit.kind is UnitKind.DEPARTMENT)
    windows = _named(unit for unit in here if unit.kind is UnitKind.WINDOW)
    elsewhere = _named(u for u in organisation.units.values() if u.kind is UnitKind.WINDOW and u not in here)
    units = departments if command in TO_DEPARTMENTS else _named(here)
    to_unit = windows if command in TO_WINDOWS else elsewhere if command == "transfer" else _named(here)
    found: dict[str, Options] = {
        "unit": units,
        "departments": departments,
        "suggested_unit": departments,
        "respondent_unit": _named(here),
        "to_unit": to_unit,
        "assignment_id": _tasks(user, view),
        "consultation_id": [
            (each["id"], f"第 {each['round']} 轮（{ConsultationState(each['state']).label}）")
            for each in view["consultations"]
        ],
        "obligation_id": [
            (each["id"], f"{ObligationKind(each['kind']).label}：{each['what'] or each['id']}")
            for each in view["obligations"]
            if each["state"] == "open"
        ],
        "inquiry_id": [(each["id"], each["id"]) for each in view.get("inquiries", [])],
        "ref": [(each["ref"], f"{each['title']}（{each['ref']}）") for each in view["suggestions"]],
        "solution_id": [(each["ref"], each["title"]) for each in view["suggestions"] if each["kind"] == "solution"],
        "id": [(each["id"], f"{each['id']}：{each['requirement'][:30]}") for each in view["supervisions"]],
    }
    return {name: options for name, options in found.items() if options}


def _district(user: User, view: dict[str, Any], organisation: Organisation) -> str:
    return user.district or organisation.units[view["unit"]].district


def _tasks(user: User, view: dict[str, Any]) -> Options:
    mine = [a for a in view["assignments"] if user.role is not Role.LIAISON or a["unit"] == user.unit]
    return [(a["id"], f"{a['unit']}：{a['task'][:30]}（{AssignmentState(a['state']).label}）") for a in mine]


def _named(units: Iterable[Unit]) -> Options:
    return [(unit.code, unit.name) for unit in units]
