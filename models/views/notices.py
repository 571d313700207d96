"""责任认定告知: what a unit that was found against is told, so that it can appeal."""

from pydantic import Field

from models.codes import Measure
from models.views.base import View


class FindingNotice(View):
    """A finding, by its inquiry and measure (认定告知)."""

    inquiry_id: str = Field(description="倒查编号", examples=["110105-20260803-0001-D1"])
    measure: Measure
