"""The case (案件): its state, its commands and its rules, one file per act of the office."""

from models.case import (  # importing an act registers its commands
    assignment,
    closing,
    diagnosis,
    explanation,
    handover,
    intake,
    materials,
    measures,
    records,
    supervision,
)
from models.case.aggregate import Case
from models.case.command import ACTS, SYSTEM, By, Command, Facts, UnitFact, check_text, parse
from models.case.state import State

__all__ = [
    "ACTS",
    "SYSTEM",
    "By",
    "Case",
    "Command",
    "Facts",
    "State",
    "UnitFact",
    "assignment",
    "check_text",
    "closing",
    "diagnosis",
    "explanation",
    "handover",
    "intake",
    "materials",
    "measures",
    "parse",
    "records",
    "supervision",
]
