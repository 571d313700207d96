"""What an act says of itself beside its rule (指令声明): facts, choices of its form, room, what it sets off.

Doors and pages have a table by each of these kinds, and so name no command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Need(Enum):
    """A fact of the world outside the case that a rule asks for (案外事实)."""

    BREACHES = auto()
    """Promises that this applicant broke in other cases."""
    OPEN_CHILDREN = auto()
    """Cases of the same group that are still open."""
    SAME_ANSWERS = auto()
    """How often the words in the field `about` were the answer before."""
    COUNTER = auto()
    """Whether the applicant speaks from the counter."""
    COLLEAGUES = auto()
    """Who works at the windows that hold the case."""
    SPECIALISTS = auto()
    """The district's experts."""
    SOLUTION = auto()
    """The version in force of the solution in the field `about`."""
    OTHER_CASE = auto()
    """Whether the case in the field `about` exists, and may be read by who asks."""
    UNMERGED_CASE = auto()
    """The same, and whether it is merged into no other."""
    UNIT_NAMES = auto()
    """The names of the units that the act names (`Act.units`)."""
    UNIT_DUTIES = auto()
    """Their duty lists."""
    UNIT_COMPETENCE = auto()
    """Whether their duty lists cover the matter."""


class Choice(Enum):
    """What a field of a form offers to choose from (可选项)."""

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
"""By the name of a field: what it offers."""

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
"""What fields of that name offer, unless the act says otherwise (`Act.offers`)."""


class Room(Enum):
    """How far a command may fill its case up (件内容量; models/case/room.py)."""

    FREE = auto()
    """It takes no room, or what it took before, or comes once between two commands that take some."""
    BESIDE = auto()
    """It stands beside the course."""
    ONWARD = auto()
    """It brings the case on."""
    ENDING = auto()
    """It ends something that is open."""


class AtOnce(Enum):
    """What followers of the event log do with it, that who gives the command is to find done."""

    OPEN_SOLUTIONS = auto()
    INDEX = auto()


@dataclass(frozen=True, slots=True)
class Allegation:
    """What a command says that only an inquiry may know (密封内容)."""

    respondents: list[dict[str, str]]
    words: str
    conduct: str | None = None
    own: bool = False
    """Whether the case itself is about it (不给办)."""
