"""审计回放: a case step by step, as an entry left it, and what was in force then."""

from typing import Any, Literal

from pydantic import Field

from models.codes import Stage
from models.views.base import ActionName, CaseNo, Day, Instant, RoleName, Username, View
from models.views.case import CaseView


class StepDay(View):
    """A day that passed between two entries (逐日说明)."""

    date: Day
    counted: Literal["yes", "no"] = Field(description="是否计入办理时限")
    why: str = Field(description="不计入的原因；计入的为空文本", examples=["星期六"])


class StepClock(View):
    """How the clock stood after an entry."""

    state: Literal["running", "paused", "stopped"]
    used_working_days: int | None = Field(description="已用工作日；尚未起算的为空", examples=[2])


class RunningLimit(View):
    """A limit that ran after an entry, in words (时限)."""

    title: str = Field(description="名称", examples=["答复时限"])
    ref: str = Field(description="关于哪一项交办、会诊等；没有的为空文本", examples=["a1"])
    due_at: Instant


class StepView(View):
    """One entry, how the case stood after it, and the days since the one before (逐步回放)."""

    seq: int = Field(description="台账第几条", examples=[2])
    at: Instant
    action: ActionName
    title: str = Field(description="动作名称", examples=["受理"])
    by: list[Username] = Field(description="谁办的；代理办理的为两人")
    role: RoleName
    unit: str = Field(description="单位代码；系统办理的为空文本", examples=["xs-center"])
    rule: str = Field(description="按哪条规则", examples=["工作人员或反映人办理"])
    detail: dict[str, Any] = Field(description="内容，随动作而不同", examples=[{"first_receiver": "xs-center.clerk"}])
    stage: Stage
    clock: StepClock
    limits: dict[str, Instant] = Field(
        description="其后在计的时限及到期时刻", examples=[{"case": "2026-08-10T17:00:00.000000+08:00"}]
    )
    running: list[RunningLimit]
    days: list[StepDay]


class FigureView(View):
    """A figure of the rules (规则数值)."""

    value: Any = Field(description="数值", examples=[5])
    unit: str = Field(description="单位：wd 工作日、d 自然日；没有的为空文本", examples=["wd"])
    source: str = Field(description="出处", examples=["《办法》第八条"])


class InForce(View):
    """What was in force then (当时的规则)."""

    rules: str = Field(description="规则集的摘要", examples=["6b86b273ff34fce1"])
    profile: str = Field(description="政策档", examples=["xiaoshan"])
    profile_version: int = Field(description="政策档版本", examples=[2])
    limits: dict[str, FigureView] = Field(description="时限")
    settings: dict[str, FigureView] = Field(description="其他设定")
    calendar: str = Field(description="工作日历的编码", examples=["2026:…"])
    calendar_version: int = Field(description="工作日历版本", examples=[0])


class AuditedCase(View):
    """A case as the entry `at` left it, and its whole timeline step by step (审计一件案)."""

    case_no: CaseNo
    at: int = Field(description="台账第几条之后", examples=[2])
    timeline: list[StepView]
    view: CaseView
    in_force: InForce
    ledger_head: str = Field(description="该条的哈希", examples=["6b86b273ff34fce19d6b804eff5a3f57"])
