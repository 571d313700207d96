"""回头看抽查: what everybody may check."""

from pydantic import Field

from models.views.base import Instant, Month, View


class Draw(View):
    """A district's draw of a month (抽查)."""

    district: str = Field(description="地区代码", examples=["xiaoshan"])
    month: Month
    commitment: str = Field(description="种子的 SHA-256 摘要，月前公布", examples=["5f70bf18a0860070"])
    share: float = Field(description="抽查比例", examples=[0.2])
    committed_at: Instant
    revealed_at: Instant | None = Field(description="种子公布的时刻；月后公布")
    seed: str | None = Field(description="种子；没有公布的为空", examples=["00ff17c2"])
