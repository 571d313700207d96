"""提醒: what one person is reminded of, bundled."""

from pydantic import Field

from models.views.base import CaseNo, Instant, UnitCode, View


class ReminderItem(View):
    """A limit of a case that has come to a step (提醒事项). Its fields stand as PostgreSQL keeps them (jsonb)."""

    text: str = Field(examples=["房屋租赁备案：受理时限已过 80%，请萧山区政务服务中心尽快办理"])
    unit: UnitCode = Field(description="由谁办理")
    limit: str = Field(description="哪一个时限", examples=["accept"])
    due_at: Instant
    case_no: CaseNo
    percent: int = Field(description="时限过了百分之几", examples=[80])


class Reminder(View):
    """A note (提醒)."""

    id: int = Field(examples=[31])
    at: Instant
    read_at: Instant | None = Field(description="已阅时刻；未阅的为空")
    items: list[ReminderItem]
