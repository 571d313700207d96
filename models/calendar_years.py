"""Sources of a year's days (日历数据): a published arrangement, a statutory estimate, an overlay.

The library `chinesecalendar` has the State Council's arrangement of past years up to the last published one;
`holidays` gives the statutory days and 补假 of later years, without 调休, so such a year is provisional (domain.md
1.4). Workflows never load it: the libraries' data changes with releases, so a case carries its calendar as data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache

import chinese_calendar
import holidays

from models.calendar import CLOSE, BusinessCalendar


@dataclass(frozen=True, slots=True)
class YearOverlay:
    """An administrator's days for a year (日历叠加)."""

    year: int
    workdays: tuple[date, ...]
    holidays: tuple[date, ...]
    source: str
    published: bool
    """True: the whole arrangement of a year the library lacks, plain weeks plus these days, replacing earlier overlays.
    False: single days laid over the year."""


@dataclass(frozen=True, slots=True)
class YearDays:
    """The days of one year that differ from the plain week."""

    rest: frozenset[date]
    work: frozenset[date]
    published: bool


@cache
def published_by_library(year: int) -> bool:
    """Whether the library knows the arrangement of the year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@cache
def library_year(year: int) -> YearDays:
    """The year from the libraries: published, or estimated from the statutory days.

    Years before the first published one keep the plain week, as the statutory days differed.
    """
    rest, work = set(), set()
    published = published_by_library(year)
    estimated = year > min(chinese_calendar.holidays).year and not published
    statutory = holidays.country_holidays("CN", years=year) if estimated else {}
    day = date(year, 1, 1)
    while day.year == year:
        weekend = day.weekday() >= 5
        if published:
            worked = chinese_calendar.is_workday(day)
            if worked and weekend:
                work.add(day)
            elif not worked and not weekend:
                rest.add(day)
        elif not weekend and day in statutory:
            rest.add(day)
        day += timedelta(days=1)
    return YearDays(frozenset(rest), frozenset(work), published)


def overlaid(days: YearDays, overlay: YearOverlay) -> YearDays:
    """The year with an administrator's days applied.

    Raises ValueError, in Chinese, when the days contradict themselves or lie in another year.
    """
    for day in (*overlay.workdays, *overlay.holidays):
        if day.year != overlay.year:
            raise ValueError(f"{day} 不在 {overlay.year} 年内，请按年份分别提交")
    both = set(overlay.workdays) & set(overlay.holidays)
    if both:
        raise ValueError(f"{min(both)} 同时列为上班和放假，请核对")
    whole = overlay.published and not published_by_library(overlay.year)
    rest, work = (set(), set()) if whole else (set(days.rest), set(days.work))
    for day in overlay.holidays:
        work.discard(day)
        if day.weekday() < 5:
            rest.add(day)
    for day in overlay.workdays:
        rest.discard(day)
        if day.weekday() >= 5:
            work.add(day)
    return YearDays(frozenset(rest), frozenset(work), days.published or overlay.published)


def build_calendar(
    years: Iterable[int], overlays: Iterable[YearOverlay], *, version: int = 0, close: time = CLOSE
) -> BusinessCalendar:
    """The business calendar of these years with all overlays."""
    wanted = sorted(set(years))
    by_year = {year: library_year(year) for year in wanted}
    for overlay in overlays:
        if overlay.year in by_year:
            by_year[overlay.year] = overlaid(by_year[overlay.year], overlay)
    return BusinessCalendar(
        version=version,
        rest=frozenset().union(*(days.rest for days in by_year.values())),
        work=frozenset().union(*(days.work for days in by_year.values())),
        published=frozenset(year for year, days in by_year.items() if days.published),
        years=frozenset(wanted),
        close=close,
    )
