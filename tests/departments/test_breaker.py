"""One department that is down, slow or crowded is held back by itself, and let through again when it answers."""

import asyncio

import pytest

from activities.departments.breaker import AT_ONCE, FAILURES, OPEN_LONGEST, OPEN_SECONDS, Breaker, HeldBackError
from activities.departments.protocol import OutageError, RefusedError


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


async def call(breaker: Breaker, error: Exception | None = None) -> None:
    async with breaker.call():
        if error:
            raise error


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(OutageError):
            asyncio.run(call(breaker, OutageError("down")))


def held_back(breaker: Breaker) -> float:
    with pytest.raises(HeldBackError) as found:
        asyncio.run(call(breaker))
    return found.value.retry_after.total_seconds()


def test_it_opens_after_so_many_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    asyncio.run(call(breaker))
    fail(breaker, FAILURES)
    assert held_back(breaker) == OPEN_SECONDS


def test_a_refusal_is_a_sign_of_life(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    with pytest.raises(RefusedError):
        asyncio.run(call(breaker, RefusedError("404")))
    fail(breaker, FAILURES - 1)
    asyncio.run(call(breaker))


def test_each_failed_probe_doubles_the_time_up_to_a_minute(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    waits = []
    for _ in range(8):
        waits.append(held_back(breaker))
        clock.now += waits[-1]
        fail(breaker)
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    clock.now += OPEN_LONGEST
    asyncio.run(call(breaker))
    fail(breaker, FAILURES)
    assert held_back(breaker) == OPEN_SECONDS, "one success and everything begins anew"


def test_only_one_probe_at_a_time(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, FAILURES)
    clock.now += OPEN_SECONDS

    async def both() -> None:
        async with breaker.call():
            with pytest.raises(HeldBackError):
                await call(breaker)

    asyncio.run(both())


def test_calls_from_before_it_opened_do_not_keep_it_open_longer(breaker: Breaker, clock: Clock) -> None:
    async def late() -> None:
        async with breaker.call():
            for _ in range(FAILURES):
                with pytest.raises(OutageError):
                    await call(breaker, OutageError("down"))
            raise OutageError("still from before")

    with pytest.raises(OutageError):
        asyncio.run(late())
    clock.now += OPEN_SECONDS
    asyncio.run(call(breaker))


def test_the_bulkhead_lets_so_many_through_and_gives_places_back(breaker: Breaker) -> None:
    async def crowd() -> int:
        release, refused = asyncio.Event(), 0

        async def one() -> None:
            async with breaker.call():
                await release.wait()

        tasks = [asyncio.create_task(one()) for _ in range(AT_ONCE + 3)]
        await asyncio.sleep(0)
        release.set()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            refused += isinstance(result, HeldBackError)
        return refused

    assert asyncio.run(crowd()) == 3
    assert asyncio.run(crowd()) == 3


def test_a_call_that_is_given_up_gives_its_place_back(breaker: Breaker) -> None:
    async def given_up() -> None:
        async with breaker.call():
            await asyncio.sleep(60)

    async def crowd() -> None:
        for _ in range(AT_ONCE * 2):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(given_up(), 0.001)
        await call(breaker)

    asyncio.run(crowd())
