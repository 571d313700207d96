"""Mending (修复): what was done to a ledger from outside its workflow, recorded in the ledger itself.

Entries that were written again from histories, and a workflow that was started again from the register, change nothing
of what was decided. The entry says where it came from and which two administrators answer for it, so that nobody can
launder a forgery by mending.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field

from models.actions import Action, CommandName
from models.aggregate.command import Act, Ask, Draft
from models.codes import Role

MEND = CommandName.MEND
"""The command that records it. Only the system gives it, when it has mended."""


class Mended(StrEnum):
    """How a ledger was mended: the action of its entry."""

    REBUILT = Action.REBUILT.value
    TAKEN_UP = Action.TAKEN_UP.value


class Mend(Act):
    """修复说明: the ledger was written again from histories, or its workflow was started again from the register."""

    command: ClassVar[CommandName] = MEND
    roles: ClassVar[frozenset[Role]] = frozenset({Role.SYSTEM})
    after_merge: ClassVar[bool] = True

    how: Mended
    source: Annotated[str, Field(min_length=1)]
    """From what, in words: which histories, or the register at which entry."""
    entries: Annotated[int, Field(ge=0)]
    """How many entries were written again (重建), or stood when the workflow was started again (恢复)."""
    proposed_by: Annotated[str, Field(min_length=1)]
    confirmed_by: Annotated[str, Field(min_length=1)]

    def decide(self, on: Any, ask: Ask) -> list[Draft]:
        said = self.model_dump(mode="json", exclude={"how"})
        return [Draft(Action(self.how.value), said)]
