"""工作日历: a year, how a limit counts out, and how far a change has come."""

from pydantic import Field

from models.views.base import Day, Instant, Username, View


class SkippedDay(View):
    """A day that does not count, and why (不计的日子)."""

    date: Day
    why: str = Field(examples=["周末"])


class DueDate(View):
    """When a limit ends, day by day (期限)."""

    due_at: Instant
    provisional: bool = Field(description="所跨年份的安排尚未公布，按法定节假日推算")
    counted: list[Day] = Field(description="计入的日子")
    skipped: list[SkippedDay]


class CalendarChange(View):
    """A change that is in force (改动)."""

    published: bool = Field(description="true：该年全年安排；false：叠加的个别日期")
    source: str = Field(description="依据", examples=["国办发明电〔2025〕7号"])
    workdays: list[Day] = Field(description="调休上班日")
    holidays: list[Day] = Field(description="放假日")
    by: Username
    at: Instant


class CalendarYear(View):
    """A year's holidays and working weekends (一年的安排)."""

    year: int = Field(examples=[2026])
    version: int = Field(description="日历的版本；没有改动过的为 0", examples=[3])
    published: bool = Field(description="该年安排是否已经公布")
    source: str = Field(description="依据", examples=["国务院办公厅节假日安排"])
    holidays: list[Day] = Field(description="放假日")
    workdays: list[Day] = Field(description="调休上班日")
    changes: list[CalendarChange]


class ChangedYear(CalendarYear):
    """A year after a change (改动后的一年)."""

    progress: str = Field(description="在这里看改动进度", examples=["/api/calendar/changes/3"])


class ChangeProgress(View):
    """How far a change has come (改动进度)."""

    version: int = Field(examples=[3])
    waiting: int = Field(description="还没有换上这一版日历的在办案件数", examples=[0])
