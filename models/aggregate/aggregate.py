"""The aggregate (聚合): decides commands, applies entries, and knows when a deadline acts.

Nothing else changes its state. Everything is a function of state, command and time.

Each decision is made once. The acts' `@applies` functions then change the state by the rules of the day, and the entry
keeps that change as data. Later `apply` only repeats the change: it consults no rule, figure or calendar, so all of
them may change under a running case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, ClassVar, Generic, Self, TypeVar

from pydantic import BaseModel, Field

from models.actions import COMMANDS, Action, CommandName
from models.aggregate.change import Form, between, changed
from models.aggregate.command import SYSTEM, Act, Ask, Availability, By, Command, Draft
from models.aggregate.envelope import command_digest
from models.aggregate.limits import Limit, lapse, next_limit, pass_limit
from models.aggregate.mending import Mended
from models.aggregate.registry import Registry
from models.aggregate.upcasting import current_format, upcast_state
from models.calendar import BusinessCalendar
from models.codes import Role
from models.errors import CHANGED_MEANWHILE, NOT_BUILT_YET, Refusal, conflict, forbidden
from models.ledger import GENESIS, Entry, seal, stamp_time
from models.rules import Policy, Rules, rules

decode_calendar = lru_cache(maxsize=64)(BusinessCalendar.decode)


@cache
def schema_of(act: type[Act]) -> dict[str, Any]:
    """The JSON schema of a command's body."""
    return act.model_json_schema()


class LedgerState(BaseModel):
    """Fields of every state: place in its ledger, rules and calendar in force, running limits."""

    v: int = 0
    """The format number it is written in (格式); always stored, so never left at the default."""
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
    """Limits that expired while the duty is still open (逾期未了)."""


S = TypeVar("S", bound=LedgerState)

NOTICED = Action.CANCEL_IGNORED
"""The action of entries about the workflow itself."""

_CHANGES_NOTHING = frozenset({NOTICED.value, *(each.value for each in Mended)})

_PLACE = frozenset({"v", "case_no", "seq", "head"})
"""Fields that follow from the entry's place in the chain; not part of its change."""


class Aggregate(Generic[S]):
    """Something with a ledger of its own."""

    kind: ClassVar[str]
    """Which kind of ledger it keeps: case, inquiry, meeting, oversight, solution, report."""
    registry: ClassVar[Registry]
    opened_by: ClassVar[CommandName]
    """The command that opens its ledger."""
    state_model: ClassVar[type[LedgerState]]

    def __init__(self, number: str) -> None:
        """An aggregate without entries yet."""
        v = current_format(self.kind)
        self._form: Form = {"v": v, "case_no": number, "seq": 0, "head": GENESIS}
        self._state: S | None = None

    @classmethod
    def from_form(cls, form: Form) -> Self:
        """The aggregate of a stored state, of this release or an older one."""
        aggregate = cls(form["case_no"])
        aggregate._form = form
        return aggregate

    @classmethod
    def from_entries(cls, number: str, entries: Iterable[Entry]) -> Self:
        """The aggregate rebuilt from its ledger alone."""
        aggregate = cls(number)
        for entry in entries:
            aggregate.apply(entry)
        return aggregate

    # -- what the rules read -------------------------------------------------------------------------

    @property
    def state(self) -> S:
        """The state. Only acts change it, while they are decided."""
        if self._state is None:
            form = upcast_state(self.kind, self._form, self._form["v"], current_format(self.kind))
            self._state = self.state_model.model_validate({**form, "v": current_format(self.kind)})  # type: ignore[assignment]
        return self._state  # type: ignore[return-value]

    @property
    def form(self) -> Form:
        """The state as JSON values, as stored; read only."""
        return self._form

    @property
    def number(self) -> str:
        """The number of its ledger."""
        return str(self._form["case_no"])

    @property
    def seq(self) -> int:
        """The number of entries in its ledger."""
        return int(self._form["seq"])

    @property
    def head(self) -> str:
        """The hash of its last entry."""
        return str(self._form["head"])

    @property
    def rules(self) -> Rules:
        """The rules in force. Raises UnknownRulesError where they are not loaded (`activities.ledgers.rules`)."""
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
        """Whether deadlines are suspended."""
        return False

    def check_possible(self, act: type[Act], by: By) -> None:
        """Raise a Refusal when the command is not possible now, whatever its body."""
        if self.state.seq == 0 and act.command != self.opened_by:
            raise conflict("尚未登记，不能办理")
        act.open(self, by)

    # -- deciding ----------------------------------------------------------------------------------

    def check(self, command: Command, now: datetime) -> list[Draft]:
        """What the command would record, or a Refusal. Changes nothing."""
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
        for also in self.registry.checks:
            also(self, command)
        return drafts

    def decide(self, command: Command, now: datetime) -> list[Entry]:
        """Make and apply the command's own entries. A Refusal changes nothing."""
        signed = command_digest(command)
        return [
            self._enter(draft, draft.by or command.by, now, "" if draft.by else command.id, signed)
            for draft in self.check(command, now)
        ]

    def run(self, command: Command, now: datetime) -> list[Entry]:
        """Make and apply a command's entries and everything that time then brings."""
        entries = self.decide(command, now)
        return entries + self.catch_up(now)

    def catch_up(self, now: datetime) -> list[Entry]:
        """Make and apply everything that time brings up to `now`."""
        brought: list[Entry] = []
        while drafts := self.brought_by_time(now):
            brought += [self._enter(draft, draft.by or SYSTEM, now, "", "") for draft in drafts]
        return brought

    def brought_by_time(self, now: datetime) -> list[Draft]:
        """What time would record next at `now`, or nothing. Changes nothing."""
        if self.seq == 0 or self.rests:
            return []
        nearest = next_limit(self)
        if nearest and nearest[0] <= now:
            return pass_limit(self, nearest[1], now)
        for consequence in self.registry.consequences:
            if drafts := consequence(self):
                return drafts
        return []

    def notice(self, what: str, now: datetime) -> Entry:
        """Record an event of the workflow that changes nothing (取消请求), in words."""
        return self._enter(Draft(NOTICED, {"reason": what}), SYSTEM, now, "", "")

    def next_wakeup(self) -> datetime | None:
        """The instant at which time acts next; None when only people can move it."""
        nearest = None if self.rests else next_limit(self)
        return nearest[0] if nearest else None

    def wakes_at(self) -> str | None:
        """The same as text for its row, so that the watch finds a limit that passed without an entry (巡查)."""
        at = self.next_wakeup()
        return stamp_time(at) if at else None

    def availability(self, name: str, by: By) -> Availability:
        """Whether this person may give the command now; if not, why; with the body's schema."""
        act = self.registry.acts.get(name)
        if act is None:
            return Availability(name, False, "功能尚未开通")
        try:
            _check_role(act, by)
            self.check_possible(act, by)
        except Refusal as refusal:
            return Availability(name, False, refusal.detail, schema_of(act))
        return Availability(name, True, "", schema_of(act))

    def _enter(self, draft: Draft, by: By, now: datetime, command_id: str, signed: str) -> Entry:
        """Make a draft's entry: its act changes the state, the entry keeps the change."""
        detail: dict[str, Any] = {**draft.detail, "on_behalf": True} if by.on_behalf else draft.detail
        if by.acting_for:
            detail = {**detail, "acting_for": by.acting_for}
        state = self.state
        written = Entry(
            case_no=self.number,
            seq=self.seq + 1,
            at=now,
            action=draft.action.value,
            actor=by.actor,
            role=by.role.value,
            unit=by.unit,
            command_id=command_id,
            detail=detail,
            prev=self.head,
            hash="",
            v=current_format(self.kind),
            command=signed,
        )
        before = upcast_state(self.kind, self._form, self._form["v"], written.v)
        self.effect(written)
        after = _form_of(state)
        entry = seal(replace(written, change=between(_without_place(before), _without_place(after))))
        state.seq, state.head = entry.seq, entry.hash
        self._form = {**after, "seq": entry.seq, "head": entry.hash}
        return entry

    def effect(self, entry: Entry) -> None:
        """Let the act change the state by the rules of the day; once per entry, when it is decided."""
        if entry.action not in _CHANGES_NOTHING:
            limit = entry.detail.get("limit")
            if limit and entry.action != Action.WARNED:
                lapse(self, limit)
            self.registry.appliers[entry.action](self, entry)
        for also in self.registry.after_each:
            also(self, entry)

    # -- applying ------------------------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:
        """Apply the change that an entry holds. It must be the next of this chain; no rule is consulted."""
        form = self._form
        if entry.seq != form["seq"] + 1 or entry.prev != form["head"]:
            raise ValueError(f"entry {entry.seq} does not follow {form['seq']} of {form['case_no']}")
        # An empty aggregate has no format yet: it takes the first entry's.
        form = upcast_state(self.kind, form, form["v"] if form["seq"] else entry.v, entry.v)
        self._form = {**changed(form, entry.change), "v": entry.v, "seq": entry.seq, "head": entry.hash}
        self._state = None


def _form_of(state: LedgerState) -> Form:
    return state.model_dump(mode="json", exclude_defaults=True)


def _without_place(form: Form) -> Form:
    return {name: value for name, value in form.items() if name not in _PLACE}


def _check_role(act: type[Act], by: By) -> None:
    role = Role.CITIZEN if by.on_behalf else by.role
    if role not in act.roles:
        raise forbidden(f"“{COMMANDS[act.command]}”不由{by.role.label}办理")
