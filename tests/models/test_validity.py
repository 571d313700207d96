"""有效期 (R79; issue 7, 1): a solution that is valid until a day is renewed before, or nobody works by it after."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.aggregate import By, Command
from models.codes import Role
from models.errors import Refusal
from models.ledger import BEIJING, Entry
from models.rules import in_force
from models.solution import Solution
from models.solution.state import EDITION
from tests.models.walk import FIRST_CALENDAR

MONDAY = datetime(2026, 9, 14, 9, 30, tzinfo=BEIJING).astimezone(UTC)
FRIDAY = "2026-09-18"
CONTENT = {"title": "视频核验", "applies_to": "不能到场", "steps": ["连线"], "legal_basis": ["某办法第三条"]}


class Drafted:
    """A solution in some edition of the rules, and the time of its clock."""

    def __init__(self, edition: int = EDITION) -> None:
        self.it, self.now, self.entries = Solution("330604-20260914-Y0001"), MONDAY, list[Entry]()
        place = {"district": "shangyu", "lead": "sy-zw", **in_force("shangyu").reference}
        body = {"content": CONTENT, **place, "calendar": FIRST_CALENDAR, "edition": edition}
        self.give("draft_solution", Role.CLERK, **body)

    def give(self, name: str, role: Role = Role.LEAD, **body: Any) -> None:
        by = By(actor=f"x.{role}", role=role, unit="sy-zw")
        self.entries += self.it.run(Command(name=name, by=by, body=body), self.now)

    def published(self, until: str | None) -> "Drafted":
        self.give("review_legality", decision="grant")
        self.give("publish", **({"valid_until": until} if until else {}))
        return self

    def pass_to(self, at: datetime) -> None:
        while (wakeup := self.it.next_wakeup()) and wakeup <= at:
            self.now = wakeup
            self.entries += self.it.catch_up(wakeup)
        self.now = at

    def at(self, day: str, hour: int) -> None:
        self.pass_to(datetime.fromisoformat(f"{day}T{hour:02d}:01").replace(tzinfo=BEIJING))

    @property
    def actions(self) -> list[str]:
        return [entry.action for entry in self.entries]


def test_its_lead_is_warned_a_day_before_and_nobody_works_by_it_after() -> None:
    solution = Drafted().published(FRIDAY)
    solution.at("2026-09-17", 17)
    assert solution.actions[-1] == "warned"
    assert solution.it.state.in_force is not None
    solution.at(FRIDAY, 16)
    assert solution.it.state.in_force is not None, "until the office closes"
    solution.at(FRIDAY, 17)
    state = solution.it.state
    assert (solution.actions[-1], state.stage, state.in_force) == ("validity_ended", "suspended", None)
    assert state.suspended_for == "有效期至 2026-09-18，已满，没有续期"
    assert not state.limits, "and no effect is asked for"
    assert Solution.from_entries(state.case_no, solution.entries).state == state


def test_a_renewal_moves_the_day_and_one_without_a_day_lasts() -> None:
    solution = Drafted().published(FRIDAY)
    solution.give("review_effect", text="有效", renew=True, valid_until="2026-10-30")
    solution.at("2026-09-30", 18)
    assert solution.it.state.stage == "published"
    solution.at("2026-10-30", 18)
    assert solution.it.state.stage == "suspended"
    lasting = Drafted().published(None)
    lasting.pass_to(MONDAY + timedelta(days=200))
    assert (lasting.it.state.stage, lasting.actions[-1]) == ("published", "overdue"), "its effect is still asked for"


def test_new_words_that_are_on_their_way_go_on() -> None:
    solution = Drafted().published(FRIDAY)
    solution.give("revise", content=CONTENT | {"steps": ["先连线", "再核对"]}, reason="补一步")
    solution.at(FRIDAY, 17)
    assert (solution.it.state.stage, solution.it.state.in_force) == ("draft", None)
    solution.it.state.authors = ["somebody"]
    solution.published("2026-12-31")
    assert (solution.it.state.stage, solution.it.state.suspended_for) == ("published", None)


def test_a_day_that_is_over_is_refused() -> None:
    for day in ("2026-09-11", MONDAY.date().isoformat()):
        solution = Drafted()
        solution.now = MONDAY + timedelta(hours=8)  # half past five in the afternoon
        with pytest.raises(Refusal, match="也不能已经过了"):
            solution.published(day)
    solution = Drafted().published(FRIDAY)
    with pytest.raises(Refusal, match="也不能已经过了"):
        solution.give("review_effect", text="有效", renew=True, valid_until=date(2026, 9, 1).isoformat())


def test_what_was_drafted_under_the_older_rules_goes_as_it_went() -> None:
    old = Drafted(edition=1).published(FRIDAY)
    old.at("2026-10-30", 18)
    assert (old.it.state.stage, old.actions[-1]) == ("published", "published")
    assert old.it.state.is_in_force(MONDAY)
    assert not old.it.state.is_in_force(old.now), "though it may not be applied any more"
