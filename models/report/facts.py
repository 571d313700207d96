"""The facts of a case that formulas need (案件要素), from its state at the end of the month. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.case.intake import ACCEPT_LATE
from models.codes import ApplicantKind, CardColour, Category, Check, Outcome, Stage

UNCLASSIFIED = "unclassified"
"""Neither company nor person was recorded (未分类); shown as a part of its own."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The facts of one case, without personal data."""

    case_no: str
    unit: str
    matter: str
    channel: str
    applicant: str
    """enterprise, person, or unclassified."""
    stage: str
    category: str | None
    outcome: str | None
    registered_at: datetime
    first_answer_at: datetime | None
    """When it was accepted or declined."""
    answered_late: bool
    """Whether the limit for accepting or declining had passed."""
    resolved_at: datetime | None
    overdue: bool
    """Whether the case clock ever ran out."""
    score: int | None
    causes: tuple[str, ...]
    departments: tuple[str, ...]
    late_departments: tuple[str, ...]
    refusals: tuple[datetime, ...]
    signs: tuple[str, ...]
    bad_policy: bool
    """Whether supervision found the policy itself unreasonable or out of date (三查 C)."""
    applied: tuple[tuple[str, datetime | None], ...]
    """Applied solutions, and when."""
    beneficiary: str
    """The applicant's digest, else the case number, so that nobody is counted twice (受益对象)."""
    merged: bool

    @property
    def doable(self) -> bool:
        """Whether it could be done at all (可办事项); matters that the law forbids count in no rate."""
        return self.category != Category.CANNOT and self.stage != Stage.DECLINED and self.outcome != Outcome.EXPLAINED


def facts_of(state: Mapping[str, Any], applicant_key: str | None = None) -> CaseFacts:
    """The facts of a stored state; missing members have their defaults. `applicant_key` is the applicant's digest."""
    cards = [card for card in state.get("cards", ()) if card["colour"] == CardColour.RED]
    checkpoints = state.get("checkpoints", ())
    findings = [finding for point in checkpoints for finding in point.get("findings", ())]
    assignments = state.get("assignments", ())
    refused = [_instant(each["at"]) for each in state.get("refusals", ())]
    declined = refused[0] if refused and not state.get("accepted_at") else None
    registered = _instant(state["registered_at"])
    assert registered is not None, "what has a state was registered"
    return CaseFacts(
        case_no=state["case_no"],
        unit=state["unit"],
        matter=str(state.get("matter", {}).get("name", "")),
        channel=state.get("channel", "window"),
        applicant=_kind(state.get("applicant")),
        stage=state.get("stage", Stage.REGISTERED.value),
        category=state.get("category"),
        outcome=state.get("outcome"),
        registered_at=registered,
        first_answer_at=_instant(state.get("accepted_at")) or declined,
        answered_late=any(card["reason"] == ACCEPT_LATE for card in cards),
        resolved_at=_instant(state.get("resolved_at")),
        overdue=bool(state.get("clock", {}).get("overdue")),
        score=(state.get("evaluation") or {}).get("score"),
        causes=tuple(state.get("diagnosis", {}).get("causes", ())),
        departments=tuple(dict.fromkeys(each["unit"] for each in assignments)),
        late_departments=tuple(dict.fromkeys(each["unit"] for each in assignments if each.get("overdue"))),
        refusals=tuple(at for at in refused if at is not None),
        signs=tuple(str(sign["code"]) for point in checkpoints for sign in point.get("signs", ())),
        bad_policy=any(finding.get("check") == Check.BAD_POLICY for finding in findings),
        applied=tuple((each["solution_id"], _instant(each.get("at"))) for each in state.get("applied", ())),
        beneficiary=applicant_key or state["case_no"],
        merged=state.get("merged_into") is not None,
    )


def _kind(applicant: Mapping[str, Any] | None) -> str:
    kind = (applicant or {}).get("kind")
    return str(kind) if kind in (ApplicantKind.ENTERPRISE, ApplicantKind.PERSON) else UNCLASSIFIED


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
