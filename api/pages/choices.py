"""Choices (可选项) of a form for units, tasks, consultations and the like in this case."""

from collections.abc import Iterable

from models.access import User
from models.aggregate import Act, Choice
from models.codes import ObligationState, Role, UnitKind
from models.organisation import Organisation, Unit
from models.views.case import CaseView

Options = list[tuple[str, str]]


def offered(user: User, view: CaseView, organisation: Organisation) -> dict[Choice, Options]:
    """The choices in this case, by their kind, for any command."""
    here = [unit for unit in organisation.units.values() if unit.district == _district(user, view, organisation)]
    windows = [unit for unit in organisation.units.values() if unit.kind is UnitKind.WINDOW]
    return {
        Choice.UNITS: _named(here),
        Choice.DEPARTMENTS: _named(unit for unit in here if unit.kind is UnitKind.DEPARTMENT),
        Choice.WINDOWS: _named(unit for unit in windows if unit in here),
        Choice.WINDOWS_ELSEWHERE: _named(unit for unit in windows if unit not in here),
        Choice.TASKS: _tasks(user, view),
        Choice.CONSULTATIONS: [(each.id, f"第 {each.round} 轮（{each.state.label}）") for each in view.consultations],
        Choice.OBLIGATIONS: [
            (each.id, f"{each.kind.label}：{each.what or each.id}")
            for each in view.obligations
            if each.state is ObligationState.OPEN
        ],
        Choice.INQUIRIES: [(each.id, each.id) for each in view.inquiries or []],
        Choice.SUGGESTIONS: [(each.ref, f"{each.title}（{each.ref}）") for each in view.suggestions],
        Choice.SOLUTIONS: [(each.ref, each.title) for each in view.suggestions if each.kind == "solution"],
        Choice.SUPERVISIONS: [(each.id, f"{each.id}：{each.requirement[:30]}") for each in view.supervisions],
    }


def choices(act: type[Act], offered: dict[Choice, Options]) -> dict[str, Options]:
    """The choices of each field, by its name. A field without choices is typed."""
    return {name: offered[choice] for name, choice in act.choices().items() if offered[choice]}


def _district(user: User, view: CaseView, organisation: Organisation) -> str:
    return user.district or organisation.units[view.unit].district


def _tasks(user: User, view: CaseView) -> Options:
    mine = [each for each in view.assignments if user.role is not Role.LIAISON or each.unit == user.unit]
    return [(each.id, f"{each.unit}：{each.task[:30]}（{each.state.label}）") for each in mine]


def _named(units: Iterable[Unit]) -> Options:
    return [(unit.code, unit.name) for unit in units]
