"""The business calendar (工作日历): which days are worked, and the arithmetic of working days.

Pure data and arithmetic, standard library only, as it is part of each case's history. `models.calendar_years` has the
source of each year's data. Counting follows 民法典 201 to 203 and 行政许可法 82: the start day does not count, a
period ends at close of business of its last working day (domain.md 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from models.ledger import BEIJING

ONE_DAY = timedelta(days=1)
CLOSE = time(17, 0)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that does not count, and why (跳过的日子)."""

    date: date
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due date explained day by day (期限说明)."""

    due_at: datetime
    provisional: bool
    counted: list[date]
    skipped: list[Skipped]


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Working days of some years. In a year without data the plain week applies, provisionally.

    Raises ValueError for what its text form cannot hold: a weekend in `rest`, a weekday in `work`, a close of business
    not on a whole minute. Every method refuses a naive time with ValueError.
    """

    version: int
    """0 as published; each administrator's change adds 1."""
    rest: frozenset[date]
    """Mondays to Fridays off (节假日)."""
    work: frozenset[date]
    """Saturdays and Sundays worked (调休上班)."""
    published: frozenset[int]
    """Years whose arrangement is published."""
    years: frozenset[int] = frozenset()
    """Years with data, published or estimated; always includes those of `published`, `rest` and `work`."""
    close: time = CLOSE
    """Close of business, Beijing time."""

    def __post_init__(self) -> None:
        if any(day.weekday() >= 5 for day in self.rest) or any(day.weekday() < 5 for day in self.work):
            raise ValueError("节假日只列周一至周五，调休上班日只列周六、周日，请核对日历数据")
        if self.close.second or self.close.microsecond:
            raise ValueError("下班时间须为整分钟，请改为如 17:00 的形式")
        known = self.years.union(self.published, (day.year for day in self.rest), (day.year for day in self.work))
        object.__setattr__(self, "years", known)

    def with_close(self, close: time) -> BusinessCalendar:
        """The same days with another close of business."""
        return replace(self, close=close)

    def is_workday(self, day: date) -> bool:
        """Whether this day is worked."""
        return day in self.work if day.weekday() >= 5 else day not in self.rest

    def first_workday_of_month(self, day: date) -> date:
        """The first working day of the month of this day (每月第一个工作日)."""
        first = day.replace(day=1)
        while not self.is_workday(first):
            first += ONE_DAY
        return first

    def close_of(self, day: date) -> datetime:
        """The instant of close of business on this day."""
        return datetime.combine(day, self.close, BEIJING).astimezone(UTC)

    def due(self, start: datetime, days: int) -> datetime:
        """Close of business of the `days`-th working day after the start's day."""
        return self.nth_close(start, days, beijing_date(start))

    def nth_close(self, after: datetime, n: int, beyond: date) -> datetime:
        """The n-th close of business after `after`, on working days later than `beyond`."""
        if n < 1:
            raise ValueError("工作日数须为正整数，请填 1 或更多")
        day = self._first_day(after, beyond)
        while True:
            n -= self.is_workday(day)
            if n == 0:
                return self.close_of(day)
            day += ONE_DAY

    def closes(self, after: datetime, until: datetime, beyond: date) -> int:
        """How many closes of business passed after `after` and up to `until`, on working days later than `beyond`."""
        day, end = self._first_day(after, beyond), self._first_day(until, date.min)
        count = 0
        while day < end:
            count += self.is_workday(day)
            day += ONE_DAY
        return count

    def _first_day(self, after: datetime, beyond: date) -> date:
        """The first day later than `beyond` whose close of business is still to come; it may be a rest day."""
        day = beijing_date(after)
        if day <= beyond:
            return beyond + ONE_DAY
        return day if after < self.close_of(day) else day + ONE_DAY

    def next_open(self, at: datetime, opening: time) -> datetime:
        """The instant itself within business hours, else the next opening (上班时间)."""
        day = beijing_date(at)
        opens = datetime.combine(day, opening, BEIJING).astimezone(UTC)
        if self.is_workday(day) and at < self.close_of(day):
            return max(at, opens)
        day += ONE_DAY
        while not self.is_workday(day):
            day += ONE_DAY
        return datetime.combine(day, opening, BEIJING).astimezone(UTC)

    def previous_close(self, due: datetime) -> datetime:
        """Close of business of the working day before `due`'s day: when the yellow card is given."""
        day = beijing_date(due) - ONE_DAY
        while not self.is_workday(day):
            day -= ONE_DAY
        return self.close_of(day)

    def provisional(self, start: datetime, due: datetime) -> bool:
        """Whether a day between start and due lies in an unpublished year (暂定)."""
        first, last = (beijing_date(start) + ONE_DAY).year, beijing_date(due).year
        return any(year not in self.published for year in range(first, last + 1))

    def explain(self, start: datetime, days: int) -> Explanation:
        """The due date and every day up to it, counted or skipped, with the reason."""
        due = self.due(start, days)
        counted, skipped = [], []
        day = beijing_date(start) + ONE_DAY
        while day <= beijing_date(due):
            if self.is_workday(day):
                counted.append(day)
            else:
                skipped.append(Skipped(day, self.why_off(day)))
            day += ONE_DAY
        return Explanation(due, self.provisional(start, due), counted, skipped)

    def why_off(self, day: date) -> str:
        """Why a day is off (不计的原因)."""
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
        first, *parts = _YEAR_START.split(text)
        head = _HEAD.fullmatch(first)
        if not head:
            raise ValueError(f"不是工作日历的文本：{text!r}")
        rest: set[date] = set()
        work: set[date] = set()
        published, known = set(), set()
        for part in parts:
            match = _YEAR.fullmatch(part)
            if not match or int(match["year"]) in known:
                raise ValueError(f"不是工作日历的文本：{part!r}")
            year = int(match["year"])
            known.add(year)
            if not match["unpublished"]:
                published.add(year)
            rest |= {d for d in _days(year, match["rest"]) if d.weekday() < 5}
            work |= set(_days(year, match["work"]))
        close = time(int(head["hour"]), int(head["minute"]))
        return cls(
            int(head["version"]), frozenset(rest), frozenset(work), frozenset(published), frozenset(known), close
        )


_HEAD = re.compile(r"v(?P<version>\d+) (?P<hour>\d\d)(?P<minute>\d\d)", re.ASCII)
_YEAR_START = re.compile(r" (?=\d{4}\??:)", re.ASCII)
_SPANS = r"(?:\d{4}(?:-\d{4})?(?:,\d{4}(?:-\d{4})?)*)?"
_YEAR = re.compile(rf"(?P<year>\d{{4}})(?P<unpublished>\??):(?P<rest>{_SPANS})\+(?P<work>{_SPANS})", re.ASCII)


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
        if end < day:
            raise ValueError(f"不是工作日历的文本：{part!r} 的起止日颠倒")
        while day <= end:
            yield day
            day += ONE_DAY


def _day(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


def beijing_date(at: datetime) -> date:
    """The date of an instant in Beijing. Refuses a naive time."""
    if at.tzinfo is None:
        raise ValueError("时间缺少时区，请写明，如 2026-09-30T10:00:00+08:00")
    return at.astimezone(BEIJING).date()
