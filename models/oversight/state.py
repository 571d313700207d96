"""What a task or a hole is at one moment (督导事项状态): data only, changed by nothing but `Oversight.apply`."""

from datetime import datetime
from typing import Any

from pydantic import Field

from models.aggregate import LedgerState
from models.codes import Hole, OversightKind, OversightStage


class OversightState(LedgerState):
    """All that is known of one; `case_no` is its own number."""

    kind: OversightKind = OversightKind.ORDERED
    stage: OversightStage = OversightStage.OPEN
    source: str = ""
    """The entry that it comes from, as ledger#place: one entry opens one, however often it is asked for."""
    of_case: str = ""
    """The case it is about; empty for a hole whose owner is not to know of any."""
    district: str = ""
    discipline: str = ""
    what: str = ""
    hole: Hole | None = None
    owner: str = ""
    """The unit that has to close a hole (整改责任单位)."""
    joined: list[dict[str, Any]] = Field(default_factory=list)
    """Further complaints about the same case that came while it was open, the newest (`MOST_JOINED`), each with its
    words and the entry it comes from."""
    joined_times: int = 0
    opened_at: datetime | None = None
    due: datetime | None = None
    overdue: bool = False
    claimed_by: str | None = None
    proofs: list[dict[str, Any]] = Field(default_factory=list)
    """What the owner says was done, each with what supervision answered (整改证明)."""
    result: str | None = None
    closed_by: str | None = None
