"""The Case aggregate (案件): decides commands, applies entries, says when time must act.

    entries = case.decide(command, now)     # or a Refusal; changes nothing
    for entry in entries: case.apply(entry)
    case.next_wakeup()                      # when to call case.tick(now)

Nothing else changes a case. Everything is a function of the state, the command and the time given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from models.actions import COMMANDS
from models.calendar import BusinessCalendar
from models.case.command import (
    ACTS,
    APPLIERS,
    CONSEQUENCES,
    SYSTEM,
    Act,
    Ask,
    Availability,
    By,
    Command,
    Draft,
    parse,
)
from models.case.limits import next_limit, pass_limit
from models.case.parts import Assignment
from models.case.state import State
from models.codes import Role, Stage
from models.errors import CHANGED_MEANWHILE, NOT_BUILT_YET, Refusal, conflict, forbidden, invalid
from models.ledger import Entry, seal
from models.policy import Policy, policy

decode_calendar = lru_cache(maxsize=64)(BusinessCalendar.decode)


@cache
def schema_of(act: type[Act]) -> dict[str, Any]:
    """The JSON schema of a command's body."""
    return act.model_json_schema()


class Case:
    """One stuck matter, from registration to the look-back."""

    def __init__(self, case_no: str) -> None:
        self.state = State(case_no=case_no)

    @classmethod
    def from_state(cls, state: State) -> Case:
        """A case as it stood, from its stored state."""
        case = cls(state.case_no)
        case.state = state
        return case

    @classmethod
    def from_entries(cls, case_no: str, entries: Iterable[Entry]) -> Case:
        """A case rebuilt from its ledger alone."""
        case = cls(case_no)
        for entry in entries:
            case.apply(entry)
        return case

    # -- what the rules look at ----------------------------------------------------------------------

    @property
    def policy(self) -> Policy:
        """The profile version that the case was registered under (政策档)."""
        return policy(self.state.profile, self.state.profile_version)

    @property
    def calendar(self) -> BusinessCalendar:
        """The business calendar in force for this case."""
        return decode_calendar(self.state.calendar)

    def assignment(self, ref: str) -> Assignment:
        """The assignment of that id; 422 when the case has none such."""
        for assignment in self.state.assignments:
            if assignment.id == ref:
                return assignment
        raise invalid(f"本案没有编号为 {ref} 的交办，请刷新后重选", "assignment_id")

    def open_assignments(self) -> list[Assignment]:
        """Assignments that still wait for an answer or for a ruling."""
        return [a for a in self.state.assignments if a.state in ("sent", "signed", "returned")]

    def require_stage(self, what: str, *stages: Stage) -> None:
        """Refuse (409) unless the case is at one of these stages."""
        if self.state.stage not in stages:
            raise conflict(f"案件现在是“{self.state.stage.label}”，不能{what}")

    # -- deciding ----------------------------------------------------------------------------------

    def decide(self, command: Command, now: datetime) -> list[Entry]:
        """The entries that the command records, or a Refusal. Changes nothing."""
        act = ACTS.get(command.name)
        if act is None:
            raise Refusal(
                NOT_BUILT_YET,
                f"“{COMMANDS.get(command.name, command.name)}”功能尚未开通，请按现行线下流程办理",
            )
        self._check_role(act, command.by)
        body = parse(command.name, command.body)
        if command.expects not in ("", self.state.head):
            raise Refusal(CHANGED_MEANWHILE, "案件在您打开之后已有变化，请刷新后再提交")
        self._check_possible(act, command.by)
        drafts = body.decide(self, Ask(command.by, command.facts, now))
        return self._seal(drafts, command.by, command.id, now)

    def tick(self, now: datetime) -> list[Entry]:
        """What time brings next at `now`, or nothing. Call again after applying until nothing comes."""
        if self.state.seq == 0 or self.state.merged_into:
            return []
        nearest = next_limit(self)
        if nearest and nearest[0] <= now:
            return self._seal(pass_limit(self, nearest[1], now), SYSTEM, "", now)
        for consequence in CONSEQUENCES:
            if drafts := consequence(self):
                return self._seal(drafts, SYSTEM, "", now)
        return []

    def next_wakeup(self) -> datetime | None:
        """The instant at which `tick` must be called next; None when only people can move the case."""
        if self.state.merged_into:
            return None
        nearest = next_limit(self)
        return nearest[0] if nearest else None

    def availability(self, name: str, by: By) -> Availability:
        """Whether this person may give that command now, and if not why; with the body's schema."""
        act = ACTS.get(name)
        if act is None:
            return Availability(name, False, "功能尚未开通")
        try:
            self._check_role(act, by)
            self._check_possible(act, by)
        except Refusal as refusal:
            return Availability(name, False, refusal.detail, schema_of(act))
        return Availability(name, True, "", schema_of(act))

    @staticmethod
    def _check_role(act: type[Act], by: By) -> None:
        role = Role.CITIZEN if by.on_behalf else by.role
        if role not in act.roles:
            raise forbidden(f"“{COMMANDS[act.command]}”不由{by.role.label}办理")

    def _check_possible(self, act: type[Act], by: By) -> None:
        if self.state.merged_into and not act.after_merge:
            raise conflict(f"本案已并入 {self.state.merged_into}，请到该案办理，或先撤销并案")
        if self.state.seq == 0 and act.command != "register":
            raise conflict("案件尚未登记")
        act.open(self, by)

    def _seal(self, drafts: list[Draft], by: By, command_id: str, now: datetime) -> list[Entry]:
        entries: list[Entry] = []
        seq, prev = self.state.seq, self.state.head
        for draft in drafts:
            who = draft.by or by
            seq += 1
            detail: dict[str, Any] = {**draft.detail, "on_behalf": True} if who.on_behalf else draft.detail
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
        """Change the state by one entry. The entry must be the next of this case's chain."""
        state = self.state
        if entry.seq != state.seq + 1 or entry.prev != state.head:
            raise ValueError(f"entry {entry.seq} does not follow {state.seq} of case {state.case_no}")
        limit = entry.detail.get("limit")
        if limit and entry.action != "warned":
            state.limits.pop(limit, None)
        APPLIERS[entry.action](self, entry)
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
