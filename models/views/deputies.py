"""代理: who stands in for whom."""

from pydantic import Field

from models.views.base import Day, Instant, Username, View


class DeputationView(View):
    """One stands in for another (代理), revoked or not."""

    id: int = Field(examples=[12])
    principal: Username = Field(description="被代理人")
    deputy: Username = Field(description="代理人")
    reason: str = Field(examples=["外出培训"])
    made_by: Username = Field(description="设定人")
    revoked_by: Username | None = Field(description="撤销人")
    since: Day
    until: Day = Field(description="最后一天，含当天")
    in_force: bool = Field(description="今天是否有效")
    made_at: Instant
    revoked_at: Instant | None = Field(description="撤销时刻")
