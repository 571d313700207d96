"""成效: what came before a solution and what after, over equally long times (KB4)."""

from datetime import UTC, datetime, timedelta

from models.solution.effect import LONGEST, Held, effect

PUBLISHED = datetime(2026, 6, 1, tzinfo=UTC)


def held(offset: float, days: float | None) -> Held:
    came = PUBLISHED + timedelta(days=offset)
    return Held(came, None if days is None else came + timedelta(days=days))


def test_before_and_after_are_equally_long_and_never_more_than_a_quarter() -> None:
    cases = [held(-100, 1), held(-89, 9), held(-1, 5), held(-1, None), held(0, 1), held(80, 2), held(95, 1)]
    found = effect(cases, PUBLISHED, PUBLISHED + timedelta(days=200))
    assert found == {
        "days": LONGEST / timedelta(days=1),
        "before": {"cases": 3, "resolved": 2, "median_days": 7.0},
        "after": {"cases": 2, "resolved": 2, "median_days": 1.5},
    }


def test_a_young_solution_is_compared_over_its_own_age() -> None:
    found = effect([held(-9, 1), held(-11, 1), held(3, None)], PUBLISHED, PUBLISHED + timedelta(days=10))
    assert (found["days"], found["before"]["cases"]) == (10, 1)
    assert found["after"] == {"cases": 1, "resolved": 0, "median_days": None}
