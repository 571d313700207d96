"""案件的监督: what is watched in a case: checkpoints and the three checks, refusals, cards, orders, rectification."""

from typing import Literal

from pydantic import Field

from models.codes import (
    CardColour,
    Check,
    CheckpointState,
    Link,
    RefusalKind,
    ReviewDecision,
)
from models.views.base import Instant, UnitCode, Username, View
from models.views.kept import (
    CheckFinding,
)


class CheckpointView(View):
    """One link of the six as supervision sees it (监督节点)."""

    link: Link
    state: CheckpointState
    findings: list[CheckFinding]
    signs: list[CheckFinding] = Field(description="迹象，只供参考")


class ThreeCheck(View):
    """What was found and doubted under one of the three checks (三查)."""

    check: Check
    title: str = Field(description="名称", examples=["推诿扯皮"])
    state: Literal["found", "pending", "none"] = Field(description="查出、尚待核查、没有")
    findings: list[CheckFinding]
    doubts: list[CheckFinding]


class CaseRefusal(View):
    """A no that was said (否定答复)."""

    seq: int = Field(description="台账第几条", examples=[5])
    kind: RefusalKind
    by: list[Username]
    unit: UnitCode
    at: Instant
    ref: str = Field(description="部门说的，是哪一项交办；否则为空文本", examples=[""])
    basis: list[str] = Field(description="依据", examples=[["《行政许可法》第三十二条"]])
    review: ReviewDecision | None = Field(description="复核结论；没有复核的为空")


class CardView(View):
    """A yellow or red card (黄牌、红牌)."""

    colour: CardColour
    unit: UnitCode
    reason: str = Field(description="事由", examples=["超过分类诊断时限"])
    at: Instant


class SupervisionView(View):
    """A supervision order (督办单)."""

    id: str = Field(description="编号", examples=["s1"])
    to_unit: UnitCode
    requirement: str = Field(description="要求", examples=["请说明超期原因"])
    answer: str | None = Field(description="答复；还没有答复的为空", examples=["已向反映人说明"])
    due_at: Instant


class RectificationView(View):
    """What a poor score sets off (差评整改)."""

    state: Literal["open", "done"]
    contact_due_at: Instant
    due_at: Instant
