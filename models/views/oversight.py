"""督导事项: a task of the pool or a hole, for its owner, and with its origin for who supervises."""

from pydantic import Field

from models.codes import Hole, OversightKind, OversightStage
from models.views.base import Instant, UnitCode, Username, View, absent
from models.views.ledger import CommandOffer


class Proof(View):
    """What the owner says was done (整改证明)."""

    at: Instant
    by: Username
    unit: UnitCode
    answer: str | None = absent("退回的理由", examples=["照片看不出制度已经张贴"])
    evidence: list[str] = Field(description="凭据", examples=[["整改通知〔2026〕3 号"]])
    what_was_done: str = Field(examples=["修订办事指南，重新培训窗口人员"])


class JoinedComplaint(View):
    """A further complaint about the same case (并入的投诉)."""

    at: Instant
    what: str = Field(examples=["仍然没有人联系我"])
    source: str = Field(description="来自哪一条台账", examples=["110105-20260803-0001#9"])


class OversightView(View):
    """A task or hole as everybody reads it who may (督导事项)."""

    no: str = Field(description="编号", examples=["110105-20260803-0001-7"])
    kind: OversightKind
    stage: OversightStage
    what: str = Field(description="内容", examples=["窗口没有一次性告知"])
    hole: Hole | None = Field(description="漏洞种类；不是漏洞的为空")
    owner: str = Field(description="整改责任单位的代码；没有的为空文本", examples=["xw-sc"])
    overdue: bool
    proofs: list[Proof]
    joined: list[JoinedComplaint] = Field(description="最近并入的投诉")
    joined_times: int = Field(description="并入过几次投诉", examples=[0])
    result: str | None = Field(description="办结的结果", examples=["已核实整改"])
    title: str = Field(description="由来的名称", examples=["漏洞整改"])
    opened_at: Instant
    due_at: Instant
    commands: list[CommandOffer]


class SupervisedView(OversightView):
    """The same with its origin, for supervisors and auditors (督导事项，含由来)."""

    of_case: str = Field(description="所涉案件的编号；没有的为空文本", examples=["110105-20260803-0001"])
    claimed_by: Username | None = Field(description="认领人")
    closed_by: Username | None = Field(description="办结人")
    ledger_length: int = Field(examples=[3])
    ledger_head: str = Field(description="台账末条的哈希", examples=["9f2c4e"])
