"""案件的行程: where a case is and until when: its clock, limits, holders, group and links, seals."""

from typing import Literal

from pydantic import ConfigDict, Field

from models.codes import Outcome, UnitKind
from models.views.base import CaseNo, Instant, UnitCode, View, absent

Ending = Outcome | Literal["declined", "withdrawn"]
"""How a case ended (结果): as it was resolved, or at the door."""


class Spans(View):
    """A stretch of time; in JSON it goes `from` … `to`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)


class PausedSpan(Spans):
    """A stretch in which the clock stood still (停表)."""

    since: Instant = Field(alias="from")
    until: Instant | None = Field(alias="to", description="还停着的为空")


class HeldSpan(Spans):
    """A stretch in which one unit held the case (持件时段); a running one has no length yet."""

    unit: UnitCode
    since: Instant = Field(alias="from")
    until: Instant | None = Field(alias="to", description="仍在其手上的为空")
    seconds: float | None = Field(description="多少秒；仍在其手上的为空", examples=[86400.0])
    working_days: int | None = Field(description="其间经过几个工作日下班时刻；仍在其手上的为空", examples=[1])


class LateHolder(View):
    """Who held a case that ran late (超期时在谁手上)."""

    unit: UnitCode
    kind: Literal[UnitKind.WINDOW, UnitKind.DEPARTMENT]
    working_days: int = Field(description="在其手上几个工作日", examples=[3])
    still: bool = Field(description="是否还在其手上", examples=[False])


class ClockView(View):
    """The case clock (案件时钟). While it stands still no date can be named."""

    state: Literal["running", "paused", "stopped"] = Field(description="受理之前、答复之后为 stopped")
    due_at: Instant | None = Field(description="答复期限；停表期间为空")
    promised_due_at: Instant | None = Field(description="向反映人承诺的期限；日历变更不改它")
    provisional: bool = Field(description="期限落在尚未公布放假安排的年份，暂定", examples=[False])
    limit_working_days: int | None = Field(description="时限，工作日；尚未起算的为空", examples=[5])
    used_working_days: int | None = Field(description="已用工作日；尚未起算的为空", examples=[2])
    left_working_days: int | None = Field(description="剩余工作日，可为负；尚未起算的为空", examples=[3])
    overdue: bool = Field(description="是否超期；一旦超期不再改变", examples=[False])
    paused_spans: list[PausedSpan]


class LimitView(View):
    """A running limit (时限)."""

    kind: str = Field(description="哪一项时限", examples=["assignment"])
    ref: str = Field(description="关于哪一项交办、会诊等；没有的为空文本", examples=["a1"])
    holder: str = Field(description="由谁承担，单位代码；由反映人承担的为空文本", examples=["xs-mz"])
    due_at: Instant


class ArrivalView(View):
    """The applicant was sent on to another window (引领到窗)."""

    unit: UnitCode
    since: Instant
    at: Instant | None = Field(description="何时到；还没有确认的为空")


class GroupView(View):
    """The group that the case belongs to (群体件)."""

    parent: CaseNo | None = Field(description="所属群体件；不属于群体件的为空")
    children: list[CaseNo] = Field(description="以本案为群体件的案件")


class LinkFromThere(View):
    """A case that names this one, or was merged into it (被关联、被并入)."""

    model_config = ConfigDict(serialize_by_alias=True)

    case_no: CaseNo
    kind: Literal["related", "duplicate", "follows", "merged_here"]
    side: Literal["there"] | None = absent("由对方提出的关联为 there；并入的没有", alias="from")


class StampView(View):
    """A seal (办NO.成事印章)."""

    no: str = Field(description="印章编号", examples=["办NO.成事〔2026〕110105-20260803-0001号"])
    code: str = Field(description="验章码", examples=["GEZDGNBVGY"])
    at: Instant
    record_no: str = Field(description="监督记录编号", examples=["督〔2026〕110105-20260803-0001号"])
