"""The Solution aggregate (一类事)."""

from __future__ import annotations

from typing import ClassVar

from models.actions import CommandName
from models.aggregate import Aggregate, By, LedgerState, Registry
from models.codes import SolutionStage
from models.errors import conflict, forbidden
from models.solution.registry import SOLUTION
from models.solution.state import SolutionState


class Solution(Aggregate[SolutionState]):
    """A district's standard solution for one kind of case."""

    kind: ClassVar[str] = "solution"
    registry: ClassVar[Registry] = SOLUTION
    opened_by: ClassVar[CommandName] = CommandName.DRAFT_SOLUTION
    state_model: ClassVar[type[LedgerState]] = SolutionState

    def require(self, what: str, *stages: SolutionStage) -> None:
        """Refuse (409) unless it is at one of these stages."""
        if self.state.stage not in stages:
            raise conflict(f"该一类事现在是“{self.state.stage.label}”，不能{what}")

    def require_other_than_author(self, by: By, what: str) -> None:
        """Refuse (403) the author: author and approver are never the same (domain.md 5)."""
        if by.people & set(self.state.authors):
            raise forbidden(f"起草人不能{what}自己起草的办法，请由他人{what}")
