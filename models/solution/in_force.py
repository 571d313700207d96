"""采用、阅知、评估、暂停、废止: commands on a solution in force (R79, R80, R82; KB4, CL8)."""

from __future__ import annotations

from datetime import date

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.case.wording import Text
from models.codes import Role, SolutionStage
from models.errors import conflict
from models.ledger import Entry, stamp_time
from models.solution.aggregate import Solution
from models.solution.agreeing import check_valid_until, stop, watch
from models.solution.registry import act, applies


class _InForce(Act):
    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        if solution.state.in_force is None:
            raise conflict(f"该一类事现在是“{solution.state.stage.label}”，没有生效的版本")


@act(CommandName.ADOPT, Role.CLERK, Role.HEAD)
class Adopt(_InForce):
    """采用: this window works by it from now on; says at the same time that it was read."""

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        super().open(solution, by)
        if any(each["unit"] == by.unit for each in solution.state.adoptions):
            raise conflict("本窗口已经采用")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        return [Draft(Action.ADOPTED, {})]


@applies(Action.ADOPTED)
def _adopted(solution: Solution, entry: Entry) -> None:
    solution.state.adoptions.append({"unit": entry.unit, "by": entry.actor, "at": stamp_time(entry.at)})
    _read(solution, entry)


@act(CommandName.CONFIRM_READING, Role.CLERK, Role.HEAD, Role.LIAISON)
class ConfirmReading(_InForce):
    """阅知: the version in force has been read."""

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        super().open(solution, by)
        if _has_read(solution, by.actor):
            raise conflict("您已确认阅知这一版")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        return [Draft(Action.READING_CONFIRMED, {})]


def _has_read(solution: Solution, person: str) -> bool:
    current = solution.state.in_force
    no = current.no if current else ""
    return any(each["by"] == person and each["no"] == no for each in solution.state.readings)


@applies(Action.READING_CONFIRMED)
def _read(solution: Solution, entry: Entry) -> None:
    current = solution.state.in_force
    if current is not None and not _has_read(solution, entry.actor):
        reading = {"by": entry.actor, "unit": entry.unit, "no": current.no, "at": stamp_time(entry.at)}
        solution.state.readings.append(reading)


@act(CommandName.REVIEW_EFFECT, Role.LEAD)
class ReviewEffect(_InForce):
    """效果评估: after a quarter, renewed for another one, or retired; kept with what was counted then."""

    text: Text
    renew: bool
    valid_until: date | None = None

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        current = solution.state.in_force
        assert current is not None, "open() has checked it"
        check_valid_until(solution, self.valid_until, current.valid_from, ask)
        counted = {"figures": ask.facts.effect} if ask.facts.effect else {}
        return [Draft(Action.EFFECT_REVIEWED, {**self.model_dump(mode="json", exclude_none=True), **counted})]


@applies(Action.EFFECT_REVIEWED)
def _effect_reviewed(solution: Solution, entry: Entry) -> None:
    state = solution.state
    body = ReviewEffect.model_validate({name: entry.detail.get(name) for name in ReviewEffect.model_fields})
    state.effects.append({**entry.detail, "by": entry.actor, "at": stamp_time(entry.at)})
    state.overdue = False
    if not body.renew:
        _retire(solution, body.text)
        return
    assert state.in_force is not None, "only what is in force is renewed"
    if body.valid_until is not None:
        state.in_force = state.in_force.model_copy(update={"valid_until": body.valid_until})
    watch(solution, entry.at)


@act(CommandName.SUSPEND, Role.LEAD, Role.SYSTEM)
class Suspend(_InForce):
    """暂停: its legal basis was amended; nobody works by it until new words are published."""

    reason: Text
    citation: Text | None = None

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        return [Draft(Action.SUSPENDED, self.model_dump(exclude_none=True))]


@applies(Action.SUSPENDED)
def _suspended(solution: Solution, entry: Entry) -> None:
    stop(solution)
    solution.state.stage, solution.state.suspended_for = SolutionStage.SUSPENDED, entry.detail["reason"]


@act(CommandName.RETIRE, Role.LEAD)
class Retire(Act):
    """废止: a draft that comes to nothing, or a solution that is not needed any more."""

    reason: Text

    @classmethod
    def open(cls, solution: Solution, by: By) -> None:
        if solution.state.stage is SolutionStage.RETIRED:
            raise conflict("该一类事已经废止")

    def decide(self, solution: Solution, ask: Ask) -> list[Draft]:
        return [Draft(Action.RETIRED, self.model_dump())]


@applies(Action.RETIRED)
def _retired(solution: Solution, entry: Entry) -> None:
    _retire(solution, entry.detail["reason"])


def _retire(solution: Solution, why: str) -> None:
    stop(solution)
    solution.state.limits.clear()
    solution.state.stage, solution.state.retired_for = SolutionStage.RETIRED, why
