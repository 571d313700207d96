"""100,000 random commands and ticks over the core, and what must hold after every one of them."""

import os
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from models.aggregate.limits import due_of
from models.case import Case, State
from models.case import clock as case_clock
from models.ledger import Entry, first_break
from models.views.parts import clock_view
from tests.models.walk import Walker, oracle_used

STEPS_A_WALK = 100
WALKS = 1000
SHARES = 2
"""Parts of the whole, so that two cores share them."""

LEGAL = {
    "": {"registered"},
    "registered": {"accepted", "declined", "withdrawn"},
    "accepted": {"assigned", "handling", "resolved", "withdrawn"},
    "assigned": {"handling", "resolved", "withdrawn"},
    "handling": {"resolved", "withdrawn"},
    "resolved": {"evaluated", "handling"},
    "evaluated": {"archived", "handling"},
    "archived": {"handling", "registered"},
    "declined": {"archived", "registered"},
    "withdrawn": {"archived", "registered"},
}
"""Every way from one stage to the next (contract.md, How a case moves)."""


class Watch:
    """What must hold, checked against what was there before."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        self.beside = Case.from_entries(walker.case.state.case_no, walker.entries)
        """The same case, made by its entries alone."""
        self.stage, self.overdue, self.obligations = "registered", False, 0
        self.first_receiver = walker.case.state.first_receiver
        self.promised_before: str | None = None

    def check(self, recorded: list[Entry]) -> None:
        case, state, now = self.walker.case, self.walker.case.state, self.walker.now
        self._stages(recorded)
        assert state.first_receiver == self.first_receiver
        assert len(state.obligations) >= self.obligations
        self.obligations = len(state.obligations)
        open_promises = {o.id for o in state.obligations if o.state == "open"}
        watched = {limit.ref for limit in state.limits.values() if limit.kind == "obligation"}
        assert open_promises == watched, "a promise without its limit, or a limit without its promise"

        clock = state.clock
        used = case_clock.used(clock, case.calendar, now)
        assert used == oracle_used(case, now)
        shown = clock_view(case, now)
        if clock.start:
            assert shown.used_working_days + shown.left_working_days == shown.limit_working_days
        assert (clock.state == "running") or "case" not in state.limits
        assert not (self.overdue and not clock.overdue), "a breach stays"
        self.overdue = clock.overdue

        self._table()
        self._holders()
        self._seals()

        wakeup = case.next_wakeup()
        assert wakeup is None or wakeup > now, "something is due and was not done"
        for limit in state.limits.values():
            assert limit.due > now or state.merged_into, limit
            assert limit.due == due_of(limit, case.calendar), "a limit that its own figures do not give"
            assert limit.warn is None or limit.warn < limit.due
        for card in state.cards:
            assert card.unit, "a card for nobody"

    def _seals(self) -> None:
        """Each seal has its own supervision record, and no record is without a seal (R65)."""
        state, entries = self.walker.case.state, self.walker.entries
        records = [entry.detail["record_no"] for entry in entries if entry.action == "supervision_begun"]
        assert records == [stamp.record_no for stamp in state.stamps]
        assert len(set(records)) == len(records) == len({stamp.code for stamp in state.stamps})
        accepted = sum(entry.action == "accepted" for entry in entries)
        assert len(state.stamps) == (accepted if self.walker.case.policy.stamps else 0)

    def _table(self) -> None:
        """One consultation at a time; who has not spoken at an open one has a limit, unless it passed."""
        state = self.walker.case.state
        open_ones = [c for c in state.consultations if c.state == "open"]
        assert len(open_ones) <= 1
        silent = {f"{c.id}/{unit}" for c in open_ones for unit in c.departments} - {
            f"{c.id}/{said.unit}" for c in open_ones for said in c.opinions
        }
        assert silent == {limit.ref for limit in state.limits.values() if limit.kind == "opinion"}
        for held in open_ones:
            assert 1 <= held.round <= 3
            assert state.stage in ("assigned", "handling")
        if state.follow_up and not state.follow_up.closed:
            assert "follow_up" in state.limits, "on the follow-up list, and nobody is asked"

    def _holders(self) -> None:
        """The holders' spans add up to the case's own time exactly."""
        state, now = self.walker.case.state, self.walker.now
        for before, after in pairwise(state.held):
            assert before.until is not None
            assert before.until <= after.since
            ended = before.until < after.since
            assert not ended or after.unit == before.unit, "a gap that is no reopening"
        assert state.held[0].since == state.registered_at
        last = state.held[-1]
        assert (last.until is None) == (state.stage in ("registered", "accepted", "assigned", "handling"))
        assert last.until is not None or (last.unit == state.unit and last.since <= now)

    def _stages(self, recorded: list[Entry]) -> None:
        if not recorded:
            return
        # One command may go through several stages: look at each entry's effect by itself.
        case = self.beside
        for entry in recorded:
            before = case.state.stage.value if case.state.seq else ""
            case.apply(entry)
            after = case.state.stage.value
            assert after == before or after in LEGAL[before], f"{before} → {after} by {entry.action}"
        assert case.state == self.walker.case.state, "apply(decide) is not what the entries give"


def whole(walker: Walker) -> None:
    """What is checked once a walk: the chain, the fold, the stored form."""
    case = walker.case
    assert first_break(walker.entries) is None
    assert Case.from_entries(case.state.case_no, walker.entries).state == case.state
    stored = case.state.model_dump_json(exclude_defaults=True)
    assert State.model_validate_json(stored) == case.state
    assert len({entry.seq for entry in walker.entries}) == case.state.seq == len(walker.entries)


@pytest.mark.parametrize("share", range(SHARES))
def test_a_hundred_thousand_random_steps(share: int) -> None:
    reached: set[str] = set()
    for seed in range(share, WALKS, SHARES):
        walker = Walker(seed)
        watch = Watch(walker)
        try:
            for _ in range(STEPS_A_WALK):
                watch.check(walker.step())
            whole(walker)
        except AssertionError as error:
            error.add_note(
                f"seed {seed}, after {len(walker.entries)} entries: {[e.action for e in walker.entries[-12:]]}"
            )
            raise
        reached |= {entry.action for entry in walker.entries}
    rare = {"convened", "opined", "concluded", "reported", "follow_up_due", "solution_proposed"}
    rare |= {"measured", "breached", "pinged_head", "carded", "look_back_due", "archived", "reopened", "unmerged"}
    assert rare <= reached, f"the walks never got to {rare - reached}"


class CaseMachine(RuleBasedStateMachine):
    """The same walk under hypothesis, which shrinks what it finds."""

    @initialize(seed=st.integers(0, 2**31))
    def begin(self, seed: int) -> None:
        self.walker = Walker(seed)
        self.watch = Watch(self.walker)
        self.recorded: list[Entry] = []

    @rule(times=st.integers(1, 5))
    def act(self, times: int) -> None:
        for _ in range(times):
            self.watch.check(self.walker.step())

    @rule()
    def wait(self) -> None:
        self.watch.check(self.walker.pass_time())

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "walker"):
            whole(self.walker)


CaseMachine.TestCase.settings = settings(
    max_examples=int(os.environ.get("MACHINE_EXAMPLES", "40")), stateful_step_count=25, deadline=None
)
TestCaseMachine = CaseMachine.TestCase
