"""The registry of acts on a case (案件规则登记)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.actions import Action
from models.aggregate.registry import Applier, Registry
from models.case.notice import NoticeEvent
from models.ledger import Entry

Issues = Callable[[Entry], Iterable[tuple[str, str]]]
"""The papers that an entry issues, each with its task, or an empty one."""

Tells = Callable[[Entry], tuple[NoticeEvent, dict[str, Any]] | None]
"""The notice of an entry to the department whose task it names; None: no notice."""


@dataclass(frozen=True)
class CaseRegistry(Registry):
    """Adds the papers and the notices to departments that entries cause."""

    leaves: dict[str, Sequence[str]] = field(default_factory=dict)
    """By action: the papers it always issues."""
    papers: dict[str, Issues] = field(default_factory=dict)
    """By action: the papers that depend on the entry's detail."""
    notices: dict[str, Tells] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Actions that neither name nor move a task, so no department is notified."""

    def applies(
        self, action: Action, *, leaves: Sequence[str] = (), silent: bool = False
    ) -> Callable[[Applier], Applier]:
        """Register how an entry of this action changes the state, and the papers it always issues (文书)."""
        if leaves:
            self.leaves[action.value] = leaves
        if silent:
            self.silent.add(action.value)
        return super().applies(action)

    def issues(self, action: Action) -> Callable[[Issues], Issues]:
        """Register the papers of this action, where they depend on the entry's detail."""

        def register(function: Issues) -> Issues:
            self.papers[action.value] = function
            return function

        return register

    def tells(self, action: Action) -> Callable[[Tells], Tells]:
        """Register the notice of this action to the department whose task it names (通知)."""

        def register(function: Tells) -> Tells:
            self.notices[action.value] = function
            return function

        return register


CASE = CaseRegistry()
act, applies, expires, consequence = CASE.act, CASE.applies, CASE.expires, CASE.consequence
also_checks, after_each_entry, issues, tells = CASE.also_checks, CASE.after_each_entry, CASE.issues, CASE.tells
