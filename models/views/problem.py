"""错误: what a door answers where it refuses (RFC 9457)."""

from pydantic import Field

from models.views.base import View


class FieldReason(View):
    """A field or column that is wrong (有误的字段)."""

    field: str = Field(description="字段名或列名；整件有误的为空", examples=["unit"])
    reason: str = Field(description="为什么有误", examples=["没有这个窗口，请核对窗口代码"])


class ProblemView(View):
    """Why something was refused, and what to do next (错误)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(description="哪一类错误", examples=["查无此件"])
    status: int = Field(description="HTTP 状态码", examples=[404])
    detail: str = Field(description="出了什么事，下一步怎么办", examples=["查不到案件，请核对编号"])
    errors: list[FieldReason]
