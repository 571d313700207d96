"""The source of a paper (文书依据): its entry, the case at that entry, and names of units."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.case import Case
from models.case.parts import Assignment, Consultation, Document, Supervision
from models.ledger import BEIJING, Entry, read_time
from models.papers.blocks import Block, Items, Para


@dataclass(frozen=True, slots=True)
class Source:
    """Everything a paper may quote. Personal data is opened, or masked for readers without access."""

    case: Case
    entry: Entry
    detail: Mapping[str, Any]
    paper: Document
    applicant: Mapping[str, Any] | None
    proxy: Mapping[str, Any] | None
    names: Mapping[str, str]
    """Units' names by code, as of the handing out."""

    @property
    def matter(self) -> str:
        """The matter's name."""
        return str(self.case.state.matter.get("name", ""))

    @property
    def who(self) -> str:
        """The applicant's name for the salutation."""
        return str(self.applicant["name"]) if self.applicant else "反映人"

    def unit(self, code: object) -> str:
        """A unit's name; anything that is no code counts as a name."""
        return self.names.get(str(code), str(code))

    def units(self, codes: Sequence[str]) -> str:
        """Several units' names in one text."""
        return "、".join(self.unit(code) for code in codes)

    def task(self) -> Assignment:
        """The task of this paper."""
        return self.case.assignment(self.paper.ref or self.detail["assignment_id"])

    def table(self) -> Consultation:
        """The consultation of this paper."""
        wanted = self.detail.get("consultation_id") or self.detail["id"]
        return next(each for each in self.case.state.consultations if each.id == wanted)

    def order(self) -> Supervision:
        """The supervision order of this paper."""
        return next(each for each in self.case.state.supervisions if each.id == self.detail["id"])


Fields = Mapping[str, Callable[[Source], object]]
"""By the names that a kind's wording may use: a text, a number or nothing; for a list its items."""


def listed(name: str) -> Callable[[Source], object]:
    """A plain list of the entry, each item a text."""
    return lambda source: [{"text": each} for each in source.detail.get(name) or []]


def day(at: datetime | str | None) -> str:
    """A date in the form of official papers; a dash for none."""
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


def under(title: str, items: Sequence[str]) -> list[Block]:
    """A heading with a list below it; nothing for an empty list."""
    return [heading(title), Items(items=list(items))] if items else []
