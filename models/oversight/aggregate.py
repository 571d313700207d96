"""The Oversight aggregate (督导事项): opened, claimed, perhaps with a proof, closed."""

from __future__ import annotations

from typing import ClassVar

from models.actions import CommandName
from models.aggregate import Aggregate, LedgerState, Registry
from models.codes import OversightKind, OversightStage
from models.errors import conflict
from models.oversight.registry import OVERSIGHT
from models.oversight.state import OversightState

OWNED = (OversightKind.HOLE, OversightKind.REPAIR, OversightKind.POLICY)
"""Tasks owned by a unit and verified by supervision: a control gap, a systemic fix, a policy review."""


class Oversight(Aggregate[OversightState]):
    """One task of the supervisors, or one control gap."""

    kind: ClassVar[str] = "oversight"
    registry: ClassVar[Registry] = OVERSIGHT
    opened_by: ClassVar[CommandName] = CommandName.OPEN_TASK
    state_model: ClassVar[type[LedgerState]] = OversightState

    @property
    def is_owned(self) -> bool:
        """Whether a unit must fix something and prove it (漏洞、类案、政策)."""
        return self.state.kind in OWNED

    def require(self, what: str, *stages: OversightStage) -> None:
        """Refuse (409) unless it is at one of these stages."""
        if self.state.stage not in stages:
            raise conflict(f"该督导事项现在是“{self.state.stage.label}”，不能{what}")
