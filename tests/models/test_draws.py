"""抽查: committed before, checkable after, and fair."""

from datetime import timedelta

import pytest

from models.case.archiving import is_finished
from models.draws import commitment, following, is_drawn, ticket
from tests.models.changed_rules import changed
from tests.models.story import Story


def test_the_draw_is_what_the_docs_say_it_is() -> None:
    assert commitment("s") == "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89"
    assert ticket("s", "330109-20261102-0001") == pytest.approx(0.2945, abs=1e-4)
    assert is_drawn("s", "330109-20261102-0001", 0.3)
    assert not is_drawn("s", "330109-20261102-0001", 0.29)


def test_a_share_of_the_cases_is_drawn_and_a_larger_share_draws_these_too() -> None:
    cases = [f"330109-20261102-{n:04d}" for n in range(4000)]
    small = {case for case in cases if is_drawn("seed", case, 0.2)}
    assert 0.17 < len(small) / len(cases) < 0.23
    assert small < {case for case in cases if is_drawn("seed", case, 0.4)}
    assert small != {case for case in cases if is_drawn("other", case, 0.2)}


def test_months_follow_each_other() -> None:
    assert [following(month) for month in ("2026-01", "2026-11", "2026-12")] == ["2026-02", "2026-12", "2027-01"]


@pytest.fixture
def archived() -> Story:
    """A case that is archived where a fifth is sampled."""
    sampling = changed("zhangqiu", settings={"look_back_share": {"value": 0.2, "source": "测试"}})
    story = Story(by=sampling).accepted().diagnosed()
    story.hours(1)
    story.give("measure", "head", kind="guidance", detail="当面指导")
    story.give("resolve", "clerk", outcome="done", summary="已办", basis=["某法"], evidence=[])
    story.give("evaluate", "citizen", score=5)
    story.working_days(3)
    assert story.case.state.stage == "archived"
    return story


def drawn(story: Story, ticket_no: float) -> None:
    story.give("draw_look_back", "system", month="2026-08", commitment="c", ticket=ticket_no, share=0.2)


def test_a_case_waits_for_the_draw_and_is_looked_back_on_when_drawn(archived: Story) -> None:
    assert archived.case.state.awaits_draw
    assert not is_finished(archived.case)
    archived.hours(24 * 40)
    assert not archived.case.state.look_back_due, "nobody is drawn before the draw"
    drawn(archived, 0.1)
    archived.pass_to(archived.entries[-1].at + timedelta(days=31))
    assert archived.case.state.look_back_due


def test_a_case_that_is_not_drawn_has_come_to_its_end(archived: Story) -> None:
    drawn(archived, 0.3)
    assert is_finished(archived.case)
    with pytest.raises(Exception, match="已经抽签"):
        drawn(archived, 0.1)
