"""通报: what supervision has made public."""

from pydantic import Field

from models.views.base import Instant, View


class Publication(View):
    """What was made public (通报), without the applicant and the case."""

    at: Instant
    district: str = Field(description="地区代码", examples=["xiaoshan"])
    unit: str = Field(description="单位名称", examples=["萧山区政务服务中心"])
    matter: str = Field(description="事项", examples=["房屋租赁备案"])
    title: str = Field(examples=["纸面整改通报"])
    text: str = Field(examples=["经回头看，整改没有落到实处。"])
