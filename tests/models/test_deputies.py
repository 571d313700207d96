"""代理: dates, no loops, and who may stand in for whom."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import Role
from models.deputies import Deputation, Person, check, standing_in
from models.errors import Refusal
from models.organisation import demo_organisation

ORG = demo_organisation()
TODAY = date(2026, 11, 2)
PEOPLE = {name: Person(name, Role.CLERK, "xs-center") for name in ("a", "b", "c", "d")}


def days(first: int, last: int) -> tuple[date, date]:
    return TODAY + timedelta(days=first), TODAY + timedelta(days=last)


def make(principal: str, deputy: str, first: int = 0, last: int = 5) -> Deputation:
    return Deputation(principal, deputy, *days(first, last))


def try_to(new: Deputation, *standing: Deputation) -> None:
    check(new, PEOPLE[new.principal], PEOPLE[new.deputy], standing, TODAY, ORG)


@pytest.mark.parametrize(
    ("new", "standing", "status"),
    [
        (make("a", "a"), [], 422),
        (make("a", "b", -9, -1), [], 422),
        (make("a", "b", 5, 4), [], 422),
        (make("a", "b", 0, 400), [], 422),
        (make("a", "b"), [make("a", "c", 5, 9)], 409),
        (make("a", "b"), [make("b", "a", 3, 9)], 409),
        (make("a", "b"), [make("b", "c"), make("c", "a", 5, 5)], 409),
    ],
)
def test_what_may_not_stand(new: Deputation, standing: list[Deputation], status: int) -> None:
    with pytest.raises(Refusal) as refused:
        try_to(new, *standing)
    assert refused.value.status == status


def test_a_ring_that_no_day_shares_is_none() -> None:
    try_to(make("a", "b", 0, 9), make("b", "c", 0, 3), make("c", "a", 4, 9))


def test_only_within_the_unit_or_along_the_line_of_windows() -> None:
    def may(one: tuple[Role, str], other: tuple[Role, str]) -> bool:
        try:
            check(make("a", "b"), Person("a", *one), Person("b", *other), [], TODAY, ORG)
        except Refusal:
            return False
        return True

    assert may((Role.HEAD, "xs-guali"), (Role.CLERK, "xs-guali"))
    assert may((Role.HEAD, "xs-guali"), (Role.HEAD, "xs-center"))
    assert may((Role.SUPERVISOR, "xs-jw"), (Role.SUPERVISOR, "xs-jw"))
    assert not may((Role.HEAD, "xs-guali"), (Role.HEAD, "fy-center"))
    assert not may((Role.SUPERVISOR, "xs-jw"), (Role.HEAD, "xs-center"))
    assert not may((Role.LIAISON, "xs-mz"), (Role.LIAISON, "xs-zj"))
    assert not may((Role.ADMIN, ""), (Role.AUDITOR, ""))


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 8), st.integers(0, 8))))
def test_whatever_is_made_there_is_never_a_ring_on_any_day(wishes: list[tuple[str, str, int, int]]) -> None:
    standing: list[Deputation] = []
    for principal, deputy, first, last in wishes:
        new = make(principal, deputy, first, last)
        try:
            try_to(new, *standing)
        except Refusal:
            continue
        standing.append(new)
    for day in (TODAY + timedelta(days=n) for n in range(10)):
        stands_in = {each.principal: each.deputy for each in standing if each.covers(day)}
        for start in stands_in:
            at, steps = start, 0
            while at in stands_in:
                at, steps = stands_in[at], steps + 1
                assert steps <= len(stands_in), "a ring"
            assert standing_in(start, day, standing) == at
