"""The state of a task or control gap (督导事项状态): data only, changed by acts alone."""

from datetime import datetime
from typing import Any

from pydantic import Field

from models.aggregate import LedgerState
from models.codes import Hole, OversightKind, OversightStage


class OversightState(LedgerState):
    """The state of one; `case_no` is its own number."""

    kind: OversightKind = OversightKind.ORDERED
    stage: OversightStage = OversightStage.OPEN
    source: str = ""
    """The entry it comes from, as ledger#place; an entry opens at most one task."""
    of_case: str = ""
    """Its case; empty for a control gap whose owner must not learn of one."""
    district: str = ""
    discipline: str = ""
    what: str = ""
    hole: Hole | None = None
    owner: str = ""
    """The unit that must close a control gap (整改责任单位)."""
    joined: list[dict[str, Any]] = Field(default_factory=list)
    """Further complaints about the same case while it was open, the newest `MOST_JOINED`, each with its text and
    entry."""
    joined_times: int = 0
    opened_at: datetime | None = None
    due: datetime | None = None
    overdue: bool = False
    claimed_by: str | None = None
    proofs: list[dict[str, Any]] = Field(default_factory=list)
    """The owner's proofs, each with supervision's answer (整改证明)."""
    result: str | None = None
    closed_by: str | None = None
