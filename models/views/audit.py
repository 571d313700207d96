"""核对: what verifying a ledger, or the log of access, gave."""

from typing import Any

from pydantic import Field

from models.views.base import CaseNo, Instant, View


class LedgerDifference(View):
    """Where register and replay part first (首个不符之处)."""

    table: str = Field(description="哪一张表", examples=["entries"])
    ledger: str = Field(description="台账编号", examples=["110105-20260803-0001"])
    seq: int = Field(description="第几条", examples=[4])
    field: str = Field(description="哪一项", examples=["detail"])
    recorded: Any = Field(serialization_alias="register", description="台账所载", examples=[{"reason": "材料齐全"}])
    replay: Any = Field(description="重放所得", examples=[{"reason": "材料不齐"}])
    told: str = Field(description="说明", examples=["台账第 4 条的 detail 与重放不符：被改动，或次序被调换"])


class RuleDifference(View):
    """A place at which today's code decides something else (规则复核的不同之处)."""

    seq: int = Field(description="台账第几条", examples=[4])
    action: str = Field(description="台账动作", examples=["accepted"])
    field: str = Field(
        description="哪一项：detail.<名称> 内容的一项，change 引起的变化，entry 有无这一条，refused 现在不予办理，"
        "error 现在无法判定，command 没有签名指令",
        examples=["detail.due_at"],
    )
    recorded: Any = Field(description="当时", examples=["2026-08-10T17:00:00.000000+08:00"])
    now: Any = Field(description="现在", examples=["2026-08-11T17:00:00.000000+08:00"])


class DecidedAgain(View):
    """Whether today's code decides a ledger alike (规则复核)."""

    agrees: bool
    entries: int = Field(description="再判了多少条", examples=[12])
    differences: list[RuleDifference]
    build_then: str = Field(description="当时的构建；没有注明的为空文本", examples=["0.2.0+3f9c1a"])
    build_now: str = Field(description="现行构建", examples=["0.2.0+7b2e4d"])


class VerdictView(View):
    """What verifying gave (核对结论)."""

    verified: bool = Field(description="台账与历史逐条一致")
    entries: int = Field(description="核对了多少条台账", examples=[12])
    events: int = Field(description="核对了多少个历史事件", examples=[87])
    runs: int = Field(description="核对了几段历史", examples=[1])
    taken_over: list[int] = Field(description="历史从台账第几条之后接续；没有接续过的为空", examples=[[]])
    build_id: str = Field(description="用哪一个构建核对", examples=["0.2.0+7b2e4d"])
    checked: list[str] = Field(description="核对了什么", examples=[["entries", "cases", "histories", "heads"]])
    first_difference: LedgerDifference | None = Field(description="首个不符之处；相符的为空")


class _Case(View):
    case_no: CaseNo


class _Ledger(View):
    number: str = Field(description="台账编号", examples=["meeting/xuanwu/2026-11"])


class CaseVerdict(VerdictView, _Case):
    """The verdict on a case and all that belongs to it (案件核对)."""

    decided_again: DecidedAgain | None = Field(description="规则复核，不影响核对结论；台账不符的为空")


class LedgerVerdict(VerdictView, _Ledger):
    """The verdict on a ledger that is no case's (台账核对)."""


class BrokenSeal(View):
    """A seal that the log of access no longer fits (不符的封存)."""

    up_to: int = Field(description="封存至第几条", examples=[1200])
    sealed_at: Instant


class AccessVerdict(View):
    """The verdict on the log of access (访问日志核对)."""

    verified: bool
    first_broken_seal: BrokenSeal | None = Field(description="首个不符的封存；相符的为空")
