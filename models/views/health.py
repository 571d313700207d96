"""运行状况: whether the process lives, and whether what it needs answers."""

from typing import Literal

from pydantic import Field

from models.views.base import View


class Alive(View):
    """The process answers (进程存活)."""

    status: Literal["ok"]


class Readiness(View):
    """Whether cases can be worked on (能否办事)."""

    ready: bool = Field(examples=[True])
    database: bool = Field(description="数据库是否应答，结构是否为本版本", examples=[True])
    engine: bool = Field(description="流程引擎是否应答", examples=[True])
