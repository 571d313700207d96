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
from models.case.command import ACTS, OWN_ID, SYSTEM, By, Command, Facts, Message, UnitFact, check_text, parse
from models.case.state import State

__all__ = [
    "ACTS",
    "OWN_ID",
    "SYSTEM",
    "By",
    "Case",
    "Command",
    "Facts",
    "Message",
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
