"""Where the acts on a case register themselves (案件规则登记)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.actions import Action
from models.aggregate.registry import Applier, Registry
from models.case.notice import NoticeEvent
from models.ledger import Entry

Issues = Callable[[Entry], Iterable[tuple[str, str]]]
"""Which papers an entry issues: each with the task that it is about, or none."""

Tells = Callable[[Entry], tuple[NoticeEvent, dict[str, Any]] | None]
"""What an entry tells the department whose task it names; None: nothing, whatever became of the task."""


@dataclass(frozen=True)
class CaseRegistry(Registry):
    """Besides what every registry has: what entries leave on paper, and what they tell departments."""

    leaves: dict[str, Sequence[str]] = field(default_factory=dict)
    """By action: the papers that it leaves each time."""
    papers: dict[str, Issues] = field(default_factory=dict)
    """By action: the papers that follow from what the entry says."""
    told: dict[str, Tells] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    """Actions that neither name a task nor move one: no department has to hear of them."""

    def applies(
        self, action: Action, *, leaves: Sequence[str] = (), silent: bool = False
    ) -> Callable[[Applier], Applier]:
        """Register how an entry of this action changes the state, and which papers it leaves each time (文书)."""
        if leaves:
            self.leaves[action.value] = leaves
        if silent:
            self.silent.add(action.value)
        return super().applies(action)

    def issues(self, action: Action) -> Callable[[Issues], Issues]:
        """Register which papers an entry of this action issues, where that depends on what it says."""

        def register(function: Issues) -> Issues:
            self.papers[action.value] = function
            return function

        return register

    def tells(self, action: Action) -> Callable[[Tells], Tells]:
        """Register what an entry of this action tells the department whose task it names (通知)."""

        def register(function: Tells) -> Tells:
            self.told[action.value] = function
            return function

        return register


CASE = CaseRegistry()
act, applies, expires, consequence = CASE.act, CASE.applies, CASE.expires, CASE.consequence
also_checks, after_each_entry, issues, tells = CASE.also_checks, CASE.after_each_entry, CASE.issues, CASE.tells
