"""The aggregate (聚合): decides commands, applies entries, says when time must act.

Nothing else changes one. Everything is a function of the state, the command and the time given.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, Field

from models.actions import COMMANDS
from models.aggregate.command import SYSTEM, Act, Ask, Availability, By, Command, Draft
from models.aggregate.limits import Limit, lapse, next_limit, pass_limit
from models.aggregate.registry import Registry
from models.calendar import BusinessCalendar
from models.codes import Role
from models.errors import CHANGED_MEANWHILE, NOT_BUILT_YET, Refusal, conflict, forbidden
from models.ledger import GENESIS, Entry, seal
from models.rules import Policy, Rules, rules

decode_calendar = lru_cache(maxsize=64)(BusinessCalendar.decode)


@cache
def schema_of(act: type[Act]) -> dict[str, Any]:
    """The JSON schema of a command's body."""
    return act.model_json_schema()


class LedgerState(BaseModel):
    """What every state has: its place in its own ledger, the rules and the calendar in force, the running limits."""

    case_no: str
    """The number of the ledger: of the case, the inquiry, the meeting."""
    seq: int = 0
    head: str = GENESIS

    rules: str = ""
    """The digest of the rules in force (models/rules)."""
    profile: str = ""
    profile_version: int = 0
    """Their place and number, for people."""
    calendar: str = ""
    """The business calendar in force, as `BusinessCalendar.encode` writes it."""

    limits: dict[str, Limit] = Field(default_factory=dict)
    lapsed: dict[str, Limit] = Field(default_factory=dict)
    """Limits that passed while what they were for is still owed (逾期未了)."""


S = TypeVar("S", bound=LedgerState)


class Aggregate(Generic[S]):
    """One thing with a ledger of its own."""

    registry: ClassVar[Registry]
    opened_by: ClassVar[str]
    """The command that begins its ledger."""
    state: S

    @classmethod
    @abstractmethod
    def empty(cls, case_no: str) -> Self:
        """One that nothing is recorded of yet."""

    @classmethod
    def from_state(cls, state: S) -> Self:
        """One as it stood, from its stored state."""
        found = cls.empty(state.case_no)
        found.state = state
        return found

    @classmethod
    def from_entries(cls, case_no: str, entries: Iterable[Entry]) -> Self:
        """One rebuilt from its ledger alone."""
        found = cls.empty(case_no)
        for entry in entries:
            found.apply(entry)
        return found

    # -- what the rules look at ----------------------------------------------------------------------

    @property
    def rules(self) -> Rules:
        """The rules in force. Raises UnknownRulesError where they were not read (`activities.rules`)."""
        return rules(self.state.rules)

    @property
    def policy(self) -> Policy:
        """The policy in force (政策档)."""
        return self.rules.policy

    @property
    def calendar(self) -> BusinessCalendar:
        """The business calendar in force."""
        return decode_calendar(self.state.calendar)

    @property
    def rests(self) -> bool:
        """Whether time does not act for now."""
        return False

    def check_possible(self, act: type[Act], by: By) -> None:
        """Raise a Refusal when the command is not possible now, whatever its body says."""
        if self.state.seq == 0 and act.command != self.opened_by:
            raise conflict("尚未登记，不能办理")
        act.open(self, by)

    # -- deciding ----------------------------------------------------------------------------------

    def decide(self, command: Command, now: datetime) -> list[Entry]:
        """The entries that the command records, or a Refusal. Changes nothing."""
        act = self.registry.acts.get(command.name)
        if act is None:
            raise Refusal(
                NOT_BUILT_YET,
                f"“{COMMANDS.get(command.name, command.name)}”功能尚未开通，请按现行线下流程办理",
            )
        _check_role(act, command.by)
        body = self.registry.parse(command.name, command.body)
        if command.expects not in ("", self.state.head):
            raise Refusal(CHANGED_MEANWHILE, "案件在您打开之后已有变化，请刷新后再提交")
        self.check_possible(act, command.by)
        drafts = body.decide(self, Ask(command.by, command.facts, now))
        return self._seal(drafts, command.by, command.id, now)

    def tick(self, now: datetime) -> list[Entry]:
        """What time brings next at `now`, or nothing. Call again after applying until nothing comes."""
        if self.state.seq == 0 or self.rests:
            return []
        nearest = next_limit(self)
        if nearest and nearest[0] <= now:
            return self._seal(pass_limit(self, nearest[1], now), SYSTEM, "", now)
        for consequence in self.registry.consequences:
            if drafts := consequence(self):
                return self._seal(drafts, SYSTEM, "", now)
        return []

    def next_wakeup(self) -> datetime | None:
        """The instant at which `tick` must be called next; None when only people can move it."""
        nearest = None if self.rests else next_limit(self)
        return nearest[0] if nearest else None

    def availability(self, name: str, by: By) -> Availability:
        """Whether this person may give that command now, and if not why; with the body's schema."""
        act = self.registry.acts.get(name)
        if act is None:
            return Availability(name, False, "功能尚未开通")
        try:
            _check_role(act, by)
            self.check_possible(act, by)
        except Refusal as refusal:
            return Availability(name, False, refusal.detail, schema_of(act))
        return Availability(name, True, "", schema_of(act))

    def _seal(self, drafts: list[Draft], by: By, command_id: str, now: datetime) -> list[Entry]:
        entries: list[Entry] = []
        seq, prev = self.state.seq, self.state.head
        for draft in drafts:
            who = draft.by or by
            seq += 1
            detail: dict[str, Any] = {**draft.detail, "on_behalf": True} if who.on_behalf else draft.detail
            if who.acting_for:
                detail = {**detail, "acting_for": who.acting_for}
            entry = seal(
                Entry(
                    self.state.case_no,
                    seq,
                    now,
                    draft.action,
                    who.actor,
                    who.role.value,
                    who.unit,
                    "" if draft.by else command_id,
                    detail,
                    prev,
                    "",
                )
            )
            entries.append(entry)
            prev = entry.hash
        return entries

    # -- applying ------------------------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:
        """Change the state by one entry. The entry must be the next of this chain."""
        state = self.state
        if entry.seq != state.seq + 1 or entry.prev != state.head:
            raise ValueError(f"entry {entry.seq} does not follow {state.seq} of {state.case_no}")
        limit = entry.detail.get("limit")
        if limit and entry.action != "warned":
            lapse(self, limit)
        self.registry.appliers[entry.action](self, entry)
        state.seq, state.head = entry.seq, entry.hash

    def run(self, command: Command, now: datetime) -> list[Entry]:
        """Decide, apply, and let time do what has become possible: the whole of one command."""
        entries = self.decide(command, now)
        for entry in entries:
            self.apply(entry)
        return entries + self.catch_up(now)

    def catch_up(self, now: datetime) -> list[Entry]:
        """Everything that time brings up to `now`, applied."""
        brought: list[Entry] = []
        while entries := self.tick(now):
            for entry in entries:
                self.apply(entry)
            brought += entries
        return brought


def _check_role(act: type[Act], by: By) -> None:
    role = Role.CITIZEN if by.on_behalf else by.role
    if role not in act.roles:
        raise forbidden(f"“{COMMANDS[act.command]}”不由{by.role.label}办理")
