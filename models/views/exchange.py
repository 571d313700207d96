"""数据交换: pieces that other systems send in, sheets that are imported, department systems and their calls."""

from typing import Annotated, Literal

from pydantic import Field

from models.case.delivery import AdapterKind
from models.codes import Channel, Stage
from models.views.base import CaseNo, Instant, UnitCode, Username, View, absent
from models.views.course import Ending
from models.views.handling import AssignmentView
from models.views.problem import FieldReason

SourceId = Annotated[str, Field(description="来件系统自己的编号", examples=["12345-20260803-0042"])]
Secret = Annotated[str, Field(description="签名密钥", examples=["c2lnbmluZy1rZXk"])]


class PieceReceived(View):
    """A piece that has been received, and is not a case yet (已收到的来件)."""

    source_id: SourceId
    case_no: CaseNo


class PieceStatus(PieceReceived):
    """How far the case of a piece has come (办理状态)."""

    stage: Stage
    status: str = Field(description="12345 的说法", examples=["办理中"])
    outcome: Ending | None = Field(description="怎样结束的；没有办结的为空")
    due_at: Instant | None = Field(description="办理期限；没有在走的为空")
    overdue: bool = Field(description="是否超期", examples=[False])
    resolved_at: Instant | None = Field(description="办结时刻")


class PieceTaken(PieceStatus):
    """A piece that was sent in, with the case it is (来件登记结果)."""

    query_code: str = Field(description="反映人的查询码", examples=["7KQ2-M4XD"])
    duplicates: int = Field(description="疑似重复的案件有几件", examples=[0])


class PieceRefused(View):
    """A piece that could not be registered (退件)."""

    channel: Channel
    source_id: str = Field(description="来件系统自己的编号；没有写明的为空", examples=["12345-20260803-0042"])
    reasons: list[FieldReason]
    at: Instant


class IntakeKey(View):
    """The key that a channel's system signs with (来件密钥)."""

    channel: Channel
    secret: Secret


class ImportedRow(View):
    """What became of a row (逐行结果)."""

    row: int = Field(description="表中第几行", examples=[2])
    case_no: CaseNo | None = Field(description="登记成的案件；退回的和只校验的为空")
    errors: list[FieldReason]


class ImportView(View):
    """An import, and how far it has come (批量导入)."""

    import_id: str = Field(description="导入编号", examples=["9f86d081884c7d65"])
    filename: str = Field(description="文件名", examples=["八月来件.xlsx"])
    dry_run: bool = Field(description="只校验，不登记", examples=[False])
    total: int | None = Field(description="共几行，连同空行；还没有数完的为空", examples=[120])
    done: int = Field(description="办了几行", examples=[120])
    kept: int = Field(description="登记（校验时：可登记）几行", examples=[118])
    refused: int = Field(description="退回几行", examples=[2])
    error: str | None = Field(description="整个文件为什么读不了", examples=[None])
    state: Literal["running", "done", "failed"] = Field(description="进行中、办完、没有完成")
    created_at: Instant
    finished_at: Instant | None
    rows: list[ImportedRow] | None = absent("逐行结果；等到办完才返回的答复里有")


class InboxAdapter(View):
    """How a department is reached that was never configured (对接方式): by the inbox."""

    unit: UnitCode
    name: str = Field(description="部门名称", examples=["民政"])
    kind: AdapterKind = Field(description="inbox 收件箱、http 接口、email 邮件")


class AdapterView(InboxAdapter):
    """How a department is reached, as it was configured (对接方式)."""

    url: str | None = Field(description="接收通知的地址，或邮件服务器", examples=["https://mz.example/bancheng"])
    email: str | None = Field(description="收件邮箱", examples=["mz@example.cn"])
    sender: str | None = Field(description="发件邮箱", examples=["window@example.cn"])
    timeout_seconds: int = Field(description="等对方应答的秒数", examples=[10])
    fallback_hours: int = Field(description="多少小时未送达即转收件箱", examples=[24])
    key_version: int = Field(description="第几把签名密钥", examples=[1])
    changed_by: Username
    changed_at: Instant
    secret: str | None = absent("签名密钥；只在首次接入和更换时显示", examples=["c2lnbmluZy1rZXk"])


class CallbackTaken(View):
    """A call of a department's system that was taken (已办理的回调)."""

    received: bool = Field(examples=[True])
    delivery_id: str = Field(description="对方的送达编号", examples=["mz-2026-000017"])
    case_no: CaseNo
    assignment: AssignmentView = Field(description="这项交办现在的状态，同案件视图的 assignments")
