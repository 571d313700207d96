"""Registries of acts and their rules (规则登记): one per aggregate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from models.actions import Action, CommandName
from models.aggregate.body import check_text, field_errors
from models.aggregate.command import Act, Command, Draft
from models.aggregate.limits import Limit
from models.aggregate.mending import MEND, Mend
from models.codes import Role
from models.errors import BAD_CONTENT, Refusal
from models.ledger import Entry

Applier = Callable[[Any, Entry], None]
Expiry = Callable[[Any, Limit, str], list[Draft]]
Consequence = Callable[[Any], list[Draft]]
Check = Callable[[Any, Command], None]


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A kind of limit: its Chinese name, whether its holder is warned, what its passing records."""

    title: str
    warns: bool
    expire: Expiry


@dataclass(frozen=True)
class Registry:
    """Lookup tables of one aggregate's rules."""

    acts: dict[str, type[Act]] = field(default_factory=lambda: {MEND.value: Mend})
    appliers: dict[str, Applier] = field(default_factory=dict)
    limit_rules: dict[str, LimitRule] = field(default_factory=dict)
    consequences: list[Consequence] = field(default_factory=list)
    """Automatic consequences of a state, without a limit; tried after every entry."""
    checks: list[Check] = field(default_factory=list)
    """Checks for every command, besides its own rule."""
    after_each: list[Applier] = field(default_factory=list)
    """Changes for every entry, besides its own act's."""

    def act(
        self, name: CommandName, *roles: Role, remote: bool = False, after_merge: bool = False
    ) -> Callable[[type[Act]], type[Act]]:
        """Register a command under its name in contract.md, with the roles that may give it."""

        def register(cls: type[Act]) -> type[Act]:
            cls.command, cls.roles, cls.remote, cls.after_merge = name, frozenset(roles), remote, after_merge
            self.acts[name.value] = cls
            return cls

        return register

    def applies(self, action: Action) -> Callable[[Applier], Applier]:
        """Register how an entry of this action changes the state."""

        def register(function: Applier) -> Applier:
            self.appliers[action.value] = function
            return function

        return register

    def expires(self, kind: str, title: str, *, warns: bool) -> Callable[[Expiry], Expiry]:
        """Register what is recorded when a limit of this kind passes unmet."""

        def register(function: Expiry) -> Expiry:
            self.limit_rules[kind] = LimitRule(title, warns, function)
            return function

        return register

    def consequence(self, function: Consequence) -> Consequence:
        """Register an automatic consequence, due as soon as the state allows it."""
        self.consequences.append(function)
        return function

    def also_checks(self, function: Check) -> Check:
        """Register a check for every command, besides its own rule; it raises a Refusal."""
        self.checks.append(function)
        return function

    def after_each_entry(self, function: Applier) -> Applier:
        """Register a change for every entry, besides its own act's."""
        self.after_each.append(function)
        return function

    def parse(self, name: str, body: dict[str, Any]) -> Act:
        """The body as its command's model. Raises Refusal 422 with one error per field."""
        check_text(body)
        try:
            return self.acts[name].model_validate(body)
        except ValidationError as error:
            raise Refusal(
                BAD_CONTENT, "提交的内容不符合要求，请按提示修改后重新提交", field_errors(error.errors())
            ) from None
