"""The Case aggregate (案件): one stuck matter, from registration to the look-back."""

from __future__ import annotations

from typing import ClassVar

from models.actions import CommandName
from models.aggregate import Act, Aggregate, By, LedgerState, Registry
from models.case.parts import Assignment
from models.case.registry import CASE
from models.case.state import State
from models.codes import AssignmentState, Stage
from models.errors import conflict, invalid

OPEN = (AssignmentState.SENT, AssignmentState.SIGNED, AssignmentState.RETURNED)


class Case(Aggregate[State]):
    """One stuck matter."""

    kind: ClassVar[str] = "case"
    registry: ClassVar[Registry] = CASE
    opened_by: ClassVar[CommandName] = CommandName.REGISTER
    state_model: ClassVar[type[LedgerState]] = State

    @property
    def rests(self) -> bool:
        """A merged case rests; the other case continues."""
        return self.state.merged_into is not None

    def check_possible(self, act: type[Act], by: By) -> None:
        """Also require that the case is not merged into another."""
        if self.state.merged_into and not act.after_merge:
            raise conflict(f"本案已并入 {self.state.merged_into}，请到该案办理，或先撤销并案")
        super().check_possible(act, by)

    def assignment(self, ref: str) -> Assignment:
        """The assignment with that id; 422 when the case has none."""
        for assignment in self.state.assignments:
            if assignment.id == ref:
                return assignment
        raise invalid(f"本案没有编号为 {ref} 的交办，请刷新后重选", "assignment_id")

    def open_assignments(self) -> list[Assignment]:
        """Assignments that still wait for an answer or for a ruling."""
        return [a for a in self.state.assignments if a.state in OPEN]

    def require_stage(self, what: str, *stages: Stage) -> None:
        """Refuse (409) unless the case is at one of these stages."""
        if self.state.stage not in stages:
            raise conflict(f"案件现在是“{self.state.stage.label}”，不能{what}")
