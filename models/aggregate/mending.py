"""Mending (修复): repairs from outside the workflow, recorded in the ledger itself.

Rewriting entries from histories or restarting a workflow from the register changes no decision. The entry names the
source and the two responsible administrators, so that nobody can launder a forgery by mending.
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
    """The source in words: which histories, or the register at which entry."""
    entries: Annotated[int, Field(ge=0)]
    """How many entries were written again (重建), or stood when the workflow was started again (恢复)."""
    proposed_by: Annotated[str, Field(min_length=1)]
    confirmed_by: Annotated[str, Field(min_length=1)]

    def decide(self, aggregate: Any, ask: Ask) -> list[Draft]:
        detail = self.model_dump(mode="json", exclude={"how"})
        return [Draft(Action(self.how.value), detail)]
