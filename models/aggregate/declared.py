"""What an act declares besides its rule (指令声明): facts, form choices, room, follow-up work.

API and pages look these up by kind, so they name no command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Need(Enum):
    """A fact outside the case that a rule needs (案外事实)."""

    BREACHES = auto()
    """Broken promises of this applicant in other cases."""
    OPEN_CHILDREN = auto()
    """Cases of the same group that are still open."""
    SAME_ANSWERS = auto()
    """How often the text in the field `about` was the answer before."""
    COUNTER = auto()
    """Whether the request comes from the counter."""
    COLLEAGUES = auto()
    """Staff of the windows that hold the case."""
    SPECIALISTS = auto()
    """The district's experts."""
    SOLUTION = auto()
    """The version in force of the solution in the field `about`."""
    OTHER_CASE = auto()
    """Whether the case in the field `about` exists and the sender may read it."""
    UNMERGED_CASE = auto()
    """The same, and that it is not merged into another."""
    UNIT_NAMES = auto()
    """The names of the units that the act names (`Act.units`)."""
    UNIT_DUTIES = auto()
    """Their duty lists."""
    UNIT_COMPETENCE = auto()
    """Whether their duty lists cover the matter."""


class Choice(Enum):
    """The choices that a form field offers (可选项)."""

    UNITS = auto()
    DEPARTMENTS = auto()
    WINDOWS = auto()
    WINDOWS_ELSEWHERE = auto()
    TASKS = auto()
    CONSULTATIONS = auto()
    OBLIGATIONS = auto()
    INQUIRIES = auto()
    SUGGESTIONS = auto()
    SOLUTIONS = auto()
    SUPERVISIONS = auto()


Offers = Mapping[str, Choice]
"""By field name: what it offers."""

USUAL_CHOICES: Offers = {
    "unit": Choice.UNITS,
    "departments": Choice.DEPARTMENTS,
    "suggested_unit": Choice.DEPARTMENTS,
    "respondent_unit": Choice.UNITS,
    "to_unit": Choice.UNITS,
    "assignment_id": Choice.TASKS,
    "consultation_id": Choice.CONSULTATIONS,
    "obligation_id": Choice.OBLIGATIONS,
    "inquiry_id": Choice.INQUIRIES,
    "ref": Choice.SUGGESTIONS,
    "solution_id": Choice.SOLUTIONS,
    "id": Choice.SUPERVISIONS,
}
"""The usual choices by field name, unless the act declares others (`Act.offers`)."""


class Room(Enum):
    """How far a command may fill the case (件内容量; models/case/room.py)."""

    FREE = auto()
    """It takes no room, reuses its room, or comes at most once between commands that take some."""
    BESIDE = auto()
    """It is not part of the case's course."""
    ONWARD = auto()
    """It moves the case forward."""
    ENDING = auto()
    """It closes something open."""


class AtOnce(Enum):
    """Followers' work that must be done when the command is answered."""

    OPEN_SOLUTIONS = auto()
    INDEX = auto()


@dataclass(frozen=True, slots=True)
class Allegation:
    """Content of a command that only an inquiry may know (密封内容)."""

    respondents: list[dict[str, str]]
    words: str
    conduct: str | None = None
    own: bool = False
    """Whether the case itself is about it (不给办)."""
