"""The case (案件): its state, its commands and its rules, one file per act of the office."""

from models.case import (  # importing an act registers its commands
    assignment,
    closing,
    conclusion,
    consultation,
    diagnosis,
    explanation,
    follow_up,
    handover,
    intake,
    materials,
    measures,
    records,
    solution,
    supervision,
)
from models.case.aggregate import Case
from models.case.command import ACTS, OWN_ID, SYSTEM, Act, By, Command, Facts, Message, UnitFact, check_text, parse
from models.case.state import State

__all__ = [
    "ACTS",
    "OWN_ID",
    "SYSTEM",
    "Act",
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
    "conclusion",
    "consultation",
    "diagnosis",
    "explanation",
    "follow_up",
    "handover",
    "intake",
    "materials",
    "measures",
    "parse",
    "records",
    "solution",
    "supervision",
]
