"""What a paper is written from (文书依据): the issuing entry, the case as it stood then, and names of units."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.case import Case
from models.case.parts import Assignment, Consultation, Document, Supervision
from models.ledger import BEIJING, Entry, read_time
from models.papers.blocks import Block, Items, Para


@dataclass(frozen=True, slots=True)
class Said:
    """Everything a paper may quote. Personal words come opened, or masked for who may not read them."""

    case: Case
    entry: Entry
    detail: Mapping[str, Any]
    paper: Document
    applicant: Mapping[str, Any] | None
    proxy: Mapping[str, Any] | None
    names: Mapping[str, str]
    """Units' names by code, as they were when the paper was handed out."""

    @property
    def matter(self) -> str:
        """The matter in hand."""
        return str(self.case.state.matter.get("name", ""))

    @property
    def who(self) -> str:
        """The applicant, as a letter addresses them."""
        return str(self.applicant["name"]) if self.applicant else "反映人"

    def unit(self, code: object) -> str:
        """A unit's name; what is no code is a name already."""
        return self.names.get(str(code), str(code))

    def units(self, codes: Sequence[str]) -> str:
        """Several, as they are read out."""
        return "、".join(self.unit(code) for code in codes)

    def task(self) -> Assignment:
        """The task that this paper is about."""
        return self.case.assignment(self.paper.ref or self.detail["assignment_id"])

    def table(self) -> Consultation:
        """The consultation that this paper is about."""
        wanted = self.detail.get("consultation_id") or self.detail["id"]
        return next(each for each in self.case.state.consultations if each.id == wanted)

    def order(self) -> Supervision:
        """The supervision order that this paper is."""
        return next(each for each in self.case.state.supervisions if each.id == self.detail["id"])


Fields = Mapping[str, Callable[[Said], object]]
"""What stands behind each name of a kind's words: a text, a number or nothing; for a list its items by their names."""


def listed(name: str) -> Callable[[Said], object]:
    """A plain list of the entry: each item a text."""
    return lambda said: [{"text": each} for each in said.detail.get(name) or []]


def day(at: datetime | str | None) -> str:
    """A date as an official paper writes it; a dash for none."""
    if at is None:
        return "—"
    local = (read_time(at) if isinstance(at, str) else at).astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"


def minute(at: datetime | str | None) -> str:
    """The same with the time of day."""
    if at is None:
        return "—"
    local = (read_time(at) if isinstance(at, str) else at).astimezone(BEIJING)
    return f"{day(local)} {local:%H:%M}"


def para(text: str) -> Para:
    """A paragraph."""
    return Para(text=text)


def heading(text: str) -> Para:
    """A heading of the first level."""
    return Para(text=text, heading=True)


def under(title: str, said: Sequence[str]) -> list[Block]:
    """A heading with a list below it; nothing for an empty list."""
    return [heading(title), Items(items=list(said))] if said else []
