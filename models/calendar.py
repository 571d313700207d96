"""The business calendar (工作日历): which days are worked, and the arithmetic of working days.

Pure data and arithmetic, standard library only: it travels inside each case's history. Where the data of a year
comes from is `models.calendar_years`. Counting follows 民法典 201 to 203 and 行政许可法 82: the start day does not
count, a period ends at close of business of its last working day (domain.md 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from models.ledger import BEIJING

ONE_DAY = timedelta(days=1)
CLOSE = time(17, 0)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that did not count, and why (跳过的日子)."""

    date: date
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a date came about (期限说明), day by day."""

    due_at: datetime
    provisional: bool
    counted: list[date]
    skipped: list[Skipped]


@dataclass(frozen=True)
class BusinessCalendar:
    """Working days of some years. A day of a year without data counts by the plain week and is provisional."""

    version: int
    """0 as published; grows with each administrator's change."""
    rest: frozenset[date]
    """Mondays to Fridays off (节假日)."""
    work: frozenset[date]
    """Saturdays and Sundays worked (调休上班)."""
    published: frozenset[int]
    """Years whose arrangement is published."""
    years: frozenset[int] = frozenset()
    """Years with data, published or estimated."""
    close: time = CLOSE
    """Close of business, Beijing time."""

    def with_close(self, close: time) -> BusinessCalendar:
        """The same days with another close of business."""
        return replace(self, close=close)

    def is_workday(self, day: date) -> bool:
        """Whether this day is worked."""
        return day in self.work if day.weekday() >= 5 else day not in self.rest

    def close_of(self, day: date) -> datetime:
        """The instant of close of business on this day."""
        return datetime.combine(day, self.close, BEIJING).astimezone(UTC)

    def due(self, start: datetime, days: int) -> datetime:
        """Close of business of the `days`-th working day after the start's day."""
        return self.nth_close(start, days, beijing_date(start))

    def nth_close(self, after: datetime, n: int, beyond: date) -> datetime:
        """The n-th close of business after `after`, on working days later than `beyond`."""
        if n < 1:
            raise ValueError("at least one working day")
        for day in self._closing_days(after, beyond):
            n -= 1
            if n == 0:
                return self.close_of(day)
        raise AssertionError("unreachable: days do not end")

    def closes(self, after: datetime, until: datetime, beyond: date) -> int:
        """How many closes of business passed after `after` and up to `until`, on working days later than `beyond`."""
        count = 0
        for day in self._closing_days(after, beyond):
            if self.close_of(day) > until:
                return count
            count += 1
        return count

    def _closing_days(self, after: datetime, beyond: date) -> Iterator[date]:
        day = beijing_date(after)
        if day <= beyond:
            day = beyond + ONE_DAY
        elif self.close_of(day) <= after:
            day += ONE_DAY
        while True:
            if self.is_workday(day):
                yield day
            day += ONE_DAY

    def previous_close(self, due: datetime) -> datetime:
        """Close of business of the working day before `due`'s day: when the yellow card is given."""
        day = beijing_date(due) - ONE_DAY
        while not self.is_workday(day):
            day -= ONE_DAY
        return self.close_of(day)

    def provisional(self, start: datetime, due: datetime) -> bool:
        """Whether a day after the start's up to the due day lies in a year not published (暂定)."""
        first, last = (beijing_date(start) + ONE_DAY).year, beijing_date(due).year
        return any(year not in self.published for year in range(first, last + 1))

    def explain(self, start: datetime, days: int) -> Explanation:
        """The date and every day on the way to it: counted, or skipped and why."""
        due = self.due(start, days)
        counted, skipped = [], []
        day = beijing_date(start) + ONE_DAY
        while day <= beijing_date(due):
            if self.is_workday(day):
                counted.append(day)
            else:
                skipped.append(Skipped(day, self._why_off(day)))
            day += ONE_DAY
        return Explanation(due, self.provisional(start, due), counted, skipped)

    def _why_off(self, day: date) -> str:
        why = "周末" if day.weekday() >= 5 else "法定节假日"
        return why if day.year in self.published else f"{why}（暂定，该年放假安排尚未公布）"

    def encode(self) -> str:
        """The calendar as a short readable text; `decode` gives the same calendar back."""
        parts = [f"v{self.version}", self.close.strftime("%H%M")]
        for year in sorted(self.years):
            mark = "" if year in self.published else "?"
            rest = _ranges(sorted(d for d in self.rest if d.year == year))
            work = ",".join(d.strftime("%m%d") for d in sorted(self.work) if d.year == year)
            parts.append(f"{year}{mark}:{rest}+{work}")
        return " ".join(parts)

    @classmethod
    def decode(cls, text: str) -> BusinessCalendar:
        """The calendar that `encode` wrote. Raises ValueError for any other text."""
        version, close, *years = text.split()
        rest: set[date] = set()
        work: set[date] = set()
        published, known = set(), set()
        for part in years:
            found = _YEAR.fullmatch(part)
            if not found:
                raise ValueError(f"not a calendar: {part!r}")
            year = int(found["year"])
            known.add(year)
            if not found["unpublished"]:
                published.add(year)
            rest |= {d for d in _days(year, found["rest"]) if d.weekday() < 5}
            work |= set(_days(year, found["work"]))
        at = time(int(close[:2]), int(close[2:]))
        return cls(int(version[1:]), frozenset(rest), frozenset(work), frozenset(published), frozenset(known), at)


_YEAR = re.compile(r"(?P<year>\d{4})(?P<unpublished>\??):(?P<rest>[\d,-]*)\+(?P<work>[\d,]*)")


def _ranges(days: list[date]) -> str:
    """Weekdays off as ranges; a range may run over a weekend, which is off anyway."""
    ranges: list[list[date]] = []
    for day in days:
        if ranges and all((ranges[-1][1] + ONE_DAY * i).weekday() >= 5 for i in range(1, (day - ranges[-1][1]).days)):
            ranges[-1][1] = day
        else:
            ranges.append([day, day])
    return ",".join(f"{a:%m%d}" if a == b else f"{a:%m%d}-{b:%m%d}" for a, b in ranges)


def _days(year: int, text: str) -> Iterable[date]:
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        day, end = _day(year, first), _day(year, last or first)
        while day <= end:
            yield day
            day += ONE_DAY


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


def beijing_date(at: datetime) -> date:
    """The date of an instant in Beijing. A naive time is refused: it names no instant."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(BEIJING).date()
