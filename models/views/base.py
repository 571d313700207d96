"""What every view is made of (视图的基础): its base class, and the kinds of values that views share.

A view says everything that it may hold. Each kind of value carries an example, so that the interface description
(`/openapi.json`) has one for every answer without anybody writing it out (`api/http/examples.py`).
"""

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from models.ledger import stamp_time


class View(BaseModel):
    """A part of an answer (视图). A field that is not declared is an error where the view is made."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


Item = TypeVar("Item", bound=View)


class Listed(View, Generic[Item]):
    """A list that is answered whole (列表)."""

    items: list[Item]


class Page(View, Generic[Item]):
    """One page of a list (一页)."""

    items: list[Item]
    next: str | int | None = Field(description="下一页的翻页标记；没有更多时为空", examples=[None])


def _text(description: str, example: str, **more: Any) -> Any:
    return Field(description=description, examples=[example], **more)


Instant = Annotated[
    str, _text("时刻，北京时间", "2026-08-03T09:00:00.000000+08:00", json_schema_extra={"format": "date-time"})
]
"""An instant as `stamp_time` writes it."""

Day = Annotated[str, _text("日期", "2026-08-03", json_schema_extra={"format": "date"})]
Month = Annotated[str, _text("月份", "2026-08")]
CaseNo = Annotated[str, _text("案件编号", "110105-20260803-0001")]
UnitCode = Annotated[str, _text("单位代码", "xs-center")]
Username = Annotated[str, _text("账号", "xs-center.clerk")]

ActionName = Annotated[str, _text("台账动作", "accepted")]
RoleName = Annotated[str, _text("角色；没有登录的为空文本", "clerk")]
"""As the row has it. A row that somebody wrote past us is shown too, whatever it says; it must not stop a list."""


def absent(description: str = "", **more: Any) -> Any:
    """A field that is left out where it has nothing to say, instead of being null."""
    return Field(default=None, exclude_if=lambda value: value is None, description=description or None, **more)


def instant(at: datetime | None) -> str | None:
    """An instant as the contract writes it: RFC 3339 with +08:00."""
    return stamp_time(at) if at else None
