"""The business calendar against the notices, the libraries and its own definition (工作日历)."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import BusinessCalendar, Skipped, beijing_date
from models.calendar_years import YearOverlay, build_calendar, library_year, published_by_library

BEIJING = timezone(timedelta(hours=8))
CALENDAR = build_calendar(range(2004, 2028), [])
ONE_DAY = timedelta(days=1)

# domain.md 1.3: start, then the due day after 1, 3, 5, 10, 20 working days
VECTORS = """
2026-02-12  2026-02-13  2026-02-24  2026-02-26  2026-03-04   2026-03-18
2026-02-13  2026-02-14  2026-02-25  2026-02-27  2026-03-05   2026-03-19
2026-02-15  2026-02-24  2026-02-26  2026-02-28  2026-03-06   2026-03-20
2026-04-30  2026-05-06  2026-05-08  2026-05-11  2026-05-18   2026-06-01
2026-09-17  2026-09-18  2026-09-21  2026-09-23  2026-10-08   2026-10-21
2026-09-24  2026-09-28  2026-09-30  2026-10-09  2026-10-15   2026-10-29
2026-09-30  2026-10-08  2026-10-10  2026-10-13  2026-10-20   2026-11-03
2026-11-23  2026-11-24  2026-11-26  2026-11-30  2026-12-07   2026-12-21
2026-12-24  2026-12-25  2026-12-29  2026-12-31  2027-01-08?  -
2026-12-28  2026-12-29  2026-12-31  2027-01-05? -            -
"""
SINGLE = [
    ("2026-09-17", 2, "2026-09-20"),
    ("2026-11-23", 30, "2027-01-05?"),
    # features.md DL1
    ("2025-09-26", 3, "2025-09-30"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2025-01-24", 3, "2025-02-05"),
]


def table() -> list[tuple[str, int, str]]:
    rows = [line.split() for line in VECTORS.strip().splitlines()]
    cells = [(row[0], n, cell) for row in rows for n, cell in zip((1, 3, 5, 10, 20), row[1:], strict=True)]
    return [cell for cell in cells if cell[2] != "-"] + SINGLE


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(("start", "days", "expected"), table())
def test_the_published_vectors(start: str, days: int, expected: str) -> None:
    at = beijing(f"{start}T10:00")
    due = CALENDAR.due(at, days)
    assert due == beijing(f"{expected.rstrip('?')}T17:00")
    assert due.utcoffset() == timedelta(0)
    assert CALENDAR.provisional(at, due) is expected.endswith("?")


def test_every_day_as_both_libraries_have_it() -> None:
    china = holidays.country_holidays("CN", years=range(2010, 2027))
    day = date(2010, 1, 1)
    while day.year < 2027:
        assert CALENDAR.is_workday(day) is chinese_calendar.is_workday(day) is china.is_working_day(day), day
        day += ONE_DAY


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.closes(beijing("2025-12-31T18:00"), beijing("2026-12-31T17:00"), date(2025, 12, 31)) == 248


# --- what an instant's date is -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("utc", "day", "due"),
    [
        ("2026-09-29T15:59:59", "2026-09-29", "2026-09-30"),  # 23:59:59 in Beijing
        ("2026-09-29T16:00:00", "2026-09-30", "2026-10-08"),  # midnight there, still the 29th in UTC
        ("2026-09-29T23:59:59", "2026-09-30", "2026-10-08"),
        ("2026-09-30T00:00:00", "2026-09-30", "2026-10-08"),  # 08:00
    ],
)
def test_the_start_day_is_beijings(utc: str, day: str, due: str) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert beijing_date(at) == date.fromisoformat(day)
    assert CALENDAR.due(at, 1) == beijing(f"{due}T17:00")


def test_after_hours_counts_from_the_next_day_all_the_same() -> None:
    assert CALENDAR.due(beijing("2026-04-30T09:00"), 3) == CALENDAR.due(beijing("2026-04-30T23:30"), 3)


def test_a_start_on_any_rest_day_of_a_holiday_has_one_due_day() -> None:
    starts = [beijing(f"2026-02-{day}T12:00") for day in range(15, 24)]
    assert {CALENDAR.due(start, 1) for start in starts} == {beijing("2026-02-24T17:00")}


AWARE = datetime(2026, 9, 30, 2, tzinfo=UTC)
NAIVE = AWARE.replace(tzinfo=None)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: beijing_date(NAIVE),
        lambda: CALENDAR.due(NAIVE, 1),
        lambda: CALENDAR.nth_close(NAIVE, 1, date(2026, 9, 30)),
        lambda: CALENDAR.closes(NAIVE, AWARE, date(2026, 9, 1)),
        lambda: CALENDAR.closes(AWARE, NAIVE, date(2026, 9, 1)),
        lambda: CALENDAR.previous_close(NAIVE),
        lambda: CALENDAR.provisional(NAIVE, AWARE),
        lambda: CALENDAR.provisional(AWARE, NAIVE),
        lambda: CALENDAR.explain(NAIVE, 1),
    ],
)
def test_a_naive_time_is_refused(ask) -> None:
    with pytest.raises(ValueError, match="时区"):
        ask()


@pytest.mark.parametrize("days", [0, -1])
def test_no_working_days_is_no_limit(days: int) -> None:
    with pytest.raises(ValueError, match="正整数"):
        CALENDAR.due(AWARE, days)


# --- closes of business ------------------------------------------------------------------------------------------

instants = st.builds(
    lambda day, since: beijing("2024-12-01T00:00") + timedelta(days=day) + since,
    st.integers(0, 820),
    st.timedeltas(timedelta(0), ONE_DAY)
    | st.sampled_from([-1, 0, 1]).map(lambda step: timedelta(hours=17, microseconds=step)),
)
counts = st.integers(1, 60)
offsets = st.integers(-10, 10).map(timedelta)


@given(instants, counts, offsets)
def test_the_nth_close_is_the_nth(after: datetime, n: int, offset: timedelta) -> None:
    beyond = beijing_date(after) + offset
    found = CALENDAR.nth_close(after, n, beyond)
    assert CALENDAR.closes(after, found, beyond) == n
    assert CALENDAR.closes(after, found - timedelta(microseconds=1), beyond) == n - 1
    assert found > after
    assert beijing_date(found) > beyond


@given(instants, instants, offsets)
def test_closes_by_their_definition(after: datetime, until: datetime, offset: timedelta) -> None:
    beyond = beijing_date(after) + offset
    days = (date(2024, 11, 15) + ONE_DAY * i for i in range(900))
    expected = sum(
        chinese_calendar.is_workday(day) and day > beyond and after < beijing(f"{day}T17:00") <= until
        for day in days
        if day.year < 2027
    )
    assert CALENDAR.closes(after, min(until, datetime(2026, 12, 31, 9, tzinfo=UTC)), beyond) == expected


@given(instants, st.lists(instants, min_size=2, max_size=2))
def test_the_closes_of_two_spells_add_up(after: datetime, ends: list[datetime]) -> None:
    first, last = sorted(max(end, after) for end in ends)
    start_day = beijing_date(after)
    whole = CALENDAR.closes(after, last, start_day)
    assert CALENDAR.closes(after, first, start_day) + CALENDAR.closes(first, last, start_day) == whole


@given(instants, counts)
def test_a_limit_ends_after_that_many_closes_beyond_the_start_day(start: datetime, days: int) -> None:
    due = CALENDAR.due(start, days)
    assert due == CALENDAR.nth_close(start, days, beijing_date(start))
    assert CALENDAR.due(start.astimezone(timezone(timedelta(hours=-7))), days) == due
    if days > 1:
        assert CALENDAR.previous_close(due) == CALENDAR.due(start, days - 1)


def test_the_instant_of_closing_has_passed() -> None:
    close = beijing("2026-11-23T17:00")
    before, yesterday = close - timedelta(microseconds=1), date(2026, 11, 22)
    assert CALENDAR.closes(before, close, yesterday) == 1
    assert CALENDAR.closes(close, close, yesterday) == 0
    assert CALENDAR.nth_close(before, 1, yesterday) == close
    assert CALENDAR.nth_close(close, 1, yesterday) == beijing("2026-11-24T17:00")


def test_the_yellow_card_skips_the_holiday() -> None:
    assert CALENDAR.previous_close(beijing("2026-10-08T17:00")) == beijing("2026-09-30T17:00")


def test_another_close_of_business_moves_the_instant_not_the_day() -> None:
    early = CALENDAR.with_close(time(16, 30))
    assert early.due(AWARE, 3) == beijing("2026-10-10T16:30")
    assert early.closes(AWARE, beijing("2026-10-10T16:30"), date(2026, 9, 30)) == 3
    assert early.with_close(CALENDAR.close) == CALENDAR


# --- years and overlays ------------------------------------------------------------------------------------------

# An arrangement made up for these tests: that of 2027 is not known here.
MADE_UP_2027 = YearOverlay(
    year=2027,
    workdays=(date(2027, 1, 9),),
    holidays=(date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4)),
    source="测试用安排",
    published=True,
)


def test_the_library_says_which_years_it_has() -> None:
    assert [year for year in range(2000, 2030) if published_by_library(year)] == list(range(2004, 2027))


def test_publishing_a_year_firms_its_dates() -> None:
    start = beijing("2026-12-28T10:00")
    firm = build_calendar([2026, 2027], [MADE_UP_2027], version=1)
    due = firm.due(start, 5)
    assert due == beijing("2027-01-06T17:00")
    assert not firm.provisional(start, due)
    assert firm.is_workday(date(2027, 1, 9))
    assert firm.is_workday(date(2027, 5, 3))  # an arrangement is whole: nothing estimated is left in it
    assert firm.version == 1
    assert CALENDAR.provisional(start, CALENDAR.due(start, 5))


def test_a_second_publication_takes_the_place_of_the_first() -> None:
    corrected = YearOverlay(2027, (), (date(2027, 1, 1),), "测试用更正", True)
    calendar = build_calendar([2027], [MADE_UP_2027, corrected])
    assert (calendar.rest, calendar.work) == ({date(2027, 1, 1)}, set())


def test_single_days_leave_the_rest_of_the_year_as_it_was() -> None:
    closed = YearOverlay(2026, (), (date(2026, 11, 24),), "大厅搬迁", False)
    calendar = build_calendar([2026], [closed])
    assert calendar.rest == library_year(2026).rest | {date(2026, 11, 24)}
    assert calendar.work == library_year(2026).work
    assert calendar.due(beijing("2026-11-23T10:00"), 1) == beijing("2026-11-25T17:00")
    estimated = build_calendar([2027], [YearOverlay(2027, (date(2027, 1, 9),), (), "单日", False)])
    assert estimated.is_workday(date(2027, 1, 9))
    assert not estimated.is_workday(date(2027, 5, 3))
    assert estimated.published == frozenset()


def test_a_make_up_day_can_be_taken_back() -> None:
    back = YearOverlay(2026, (date(2026, 10, 1),), (date(2026, 10, 10),), "临时调整", False)
    calendar = build_calendar([2026], [back])
    assert calendar.is_workday(date(2026, 10, 1))
    assert not calendar.is_workday(date(2026, 10, 10))


@pytest.mark.parametrize(
    ("workdays", "off", "said"),
    [
        ((date(2027, 1, 4),), (date(2027, 1, 4),), "同时列为上班和放假，请核对"),
        ((), (date(2026, 12, 31),), "不在 2027 年内，请按年份分别提交"),
        ((date(2028, 1, 1),), (), "不在 2027 年内，请按年份分别提交"),
    ],
)
def test_an_overlay_that_contradicts_itself(workdays: tuple[date, ...], off: tuple[date, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_calendar([2027], [YearOverlay(2027, workdays, off, "", True)])


@pytest.mark.parametrize("year", [1999, 2003])
def test_before_the_first_published_year_the_plain_week_counts(year: int) -> None:
    days = library_year(year)
    assert (days.rest, days.work, days.published) == (frozenset(), frozenset(), False)


def test_a_year_without_data_counts_by_the_plain_week_and_is_provisional() -> None:
    start = beijing("2041-09-30T10:00")  # a Monday; National Day is not known
    due = CALENDAR.due(start, 1)
    assert due == beijing("2041-10-01T17:00")
    assert CALENDAR.provisional(start, due)


def test_the_day_after_new_years_eve_decides_not_the_start_day() -> None:
    first_of_2027 = beijing("2027-01-01T00:00")
    firm = build_calendar([2027], [MADE_UP_2027])
    assert not firm.provisional(beijing("2026-12-31T23:59"), firm.due(first_of_2027, 2))
    assert firm.provisional(beijing("2026-12-30T23:59"), firm.due(first_of_2027, 2))


# --- explained and carried ---------------------------------------------------------------------------------------


def test_each_day_is_explained() -> None:
    found = CALENDAR.explain(beijing("2026-09-30T10:00"), 3)
    assert found.due_at == beijing("2026-10-10T17:00")
    assert not found.provisional
    assert found.counted == [date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)]
    off = {1: "法定节假日", 2: "法定节假日", 3: "周末", 4: "周末", 5: "法定节假日", 6: "法定节假日", 7: "法定节假日"}
    assert found.skipped == [Skipped(date(2026, 10, day), why) for day, why in off.items()]


def test_days_of_an_unpublished_year_are_marked() -> None:
    found = CALENDAR.explain(beijing("2026-12-28T10:00"), 5)
    assert found.provisional
    assert [(skipped.date.day, "暂定" in skipped.why) for skipped in found.skipped] == [(1, True), (2, True), (3, True)]


@given(instants, counts)
def test_counted_and_skipped_days_are_all_the_days(start: datetime, days: int) -> None:
    found = CALENDAR.explain(start, days)
    assert len(found.counted) == days
    every = sorted([*found.counted, *(skipped.date for skipped in found.skipped)])
    assert every == [beijing_date(start) + ONE_DAY * (i + 1) for i in range(len(every))]
    assert every[-1] == beijing_date(found.due_at)


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    days = draw(st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=60))
    return BusinessCalendar(
        version=draw(st.integers(0, 10_000)),
        rest=frozenset(day for day in days if day.weekday() < 5),
        work=frozenset(day for day in days if day.weekday() >= 5),
        published=draw(st.frozensets(st.integers(2023, 2029))),
        years=draw(st.frozensets(st.integers(2023, 2029))),
        close=draw(st.times()).replace(second=0, microsecond=0),
    )


@given(calendars())
def test_the_text_gives_the_same_calendar_back(calendar: BusinessCalendar) -> None:
    assert BusinessCalendar.decode(calendar.encode()) == calendar


@pytest.mark.parametrize("year", range(2014, 2030))
def test_the_text_of_a_year_is_short(year: int) -> None:
    calendar = build_calendar([year], [])
    assert BusinessCalendar.decode(calendar.encode()) == calendar
    assert len(calendar.encode().removeprefix("v0 1700 ")) <= 110


def test_the_text_is_readable() -> None:
    assert build_calendar([2026, 2027], []).encode() == (
        "v0 1700 2026:0101-0102,0216-0223,0406,0501-0505,0619,0925,1001-1007+0104,0214,0228,0509,0920,1010"
        " 2027?:0101,0205-0210,0405,0503-0504,0609,0915,1001-1005+"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v0",
        "v0 170",
        "0 1700 2026:+",
        "v0 2500 2026:+",
        "v0 1700 2026",
        "v0 1700 2026:0101",
        "v0 1700 2026:01011+",
        "v0 1700 2026:0231+",
        "v0 1700 2026:0105-0101+",
        "v0 1700 2026:+0105",  # a Monday is no make-up day
        "v0 1700 2026:+ 2026:+",
        "v0 1700 2026:+ more",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong differs, that it is refused does not
        BusinessCalendar.decode(text)


@pytest.mark.parametrize(
    "wrong",
    [{"rest": frozenset({date(2026, 10, 3)})}, {"work": frozenset({date(2026, 10, 1)})}, {"close": time(17, 0, 30)}],
)
def test_what_the_text_cannot_carry_is_no_calendar(wrong: dict[str, object]) -> None:
    days = {"version": 0, "rest": frozenset(), "work": frozenset(), "published": frozenset()}
    with pytest.raises(ValueError, match="请"):
        BusinessCalendar(**{**days, **wrong})


def test_the_rules_of_a_case_load_no_calendar_library() -> None:
    code = "import sys, models.case, models.calendar; print({'chinese_calendar', 'holidays'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
