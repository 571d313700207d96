"""The Inquiry aggregate (责任倒查): opened, finding, perhaps an appeal, closed."""

from __future__ import annotations

from typing import ClassVar

from models.actions import CommandName
from models.aggregate import Aggregate, LedgerState, Registry
from models.codes import InquiryStage
from models.errors import conflict
from models.inquiry.registry import INQUIRY
from models.inquiry.state import InquiryState


class Inquiry(Aggregate[InquiryState]):
    """One inquiry into who is responsible."""

    kind: ClassVar[str] = "inquiry"
    registry: ClassVar[Registry] = INQUIRY
    opened_by: ClassVar[CommandName] = CommandName.OPEN_INQUIRY
    state_model: ClassVar[type[LedgerState]] = InquiryState

    def require(self, what: str, *stages: InquiryStage) -> None:
        """Refuse (409) unless the inquiry is at one of these stages."""
        if self.state.stage not in stages:
            raise conflict(f"倒查现在是“{self.state.stage.label}”，不能{what}")
