"""开放数据: what anybody may know of what was counted."""

from typing import Annotated

from pydantic import Field

from models.views.base import Month, View

Open = Annotated[int | None, Field(description="件数；太小的不公开，为空", examples=[12])]
OpenRate = Annotated[float | None, Field(description="百分比；会透露太小的数字的不公开，为空", examples=[97.5])]
OpenParts = Annotated[
    dict[str, int | None],
    Field(description="分项，以代码为名；太小的不公开，为空", examples=[{"window": 12, "online": None}]),
]


class OpenMonth(View):
    """What is told of a month (一个月的公开数字)."""

    month: Month
    registered: Open
    resolved: Open
    done: Open
    done_rate: OpenRate
    response_rate: OpenRate
    on_time_rate: OpenRate
    satisfaction_rate: OpenRate
    by_channel: OpenParts
    by_category: OpenParts
    by_cause: OpenParts


class OpenData(View):
    """What is told of a district (开放数据): final analyses only."""

    district: str = Field(description="地区代码", examples=["xuanwu"])
    small: str = Field(description="多小的数字不公开", examples=["小于 5 的数字不公开（null）"])
    months: list[OpenMonth]
