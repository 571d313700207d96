"""可办事项: what may be done with a case, by whom, and what has to be said for it."""

from typing import Any

from pydantic import Field

from models.actions import CommandName
from models.views.base import View


class CaseOffer(View):
    """A command of a case, and whether this reader may give it now."""

    command: CommandName
    title: str = Field(description="名称", examples=["受理"])
    possible: bool = Field(description="本人现在能不能办", examples=[True])
    why_not: str | None = Field(description="现在不能办的理由", examples=[None])
    on_behalf: bool = Field(description="须以窗口代办的方式提交（on_behalf）", examples=[False])


class DescribedOffer(CaseOffer):
    """The same, with what the body has to look like."""

    body: dict[str, Any] = Field(
        alias="schema",
        description="内容的 JSON Schema",
        examples=[{"type": "object", "properties": {}, "additionalProperties": False}],
    )
