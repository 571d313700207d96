"""验真: whether a paper or a seal that somebody holds is ours; nothing of the applicant, nothing of the matter."""

from pydantic import Field

from models.views.base import CaseNo, Instant, UnitCode, View, absent


class CheckedPaper(View):
    """Whether a paper is genuine (文书验真)."""

    no: str = Field(description="文书编号", examples=["玄告〔2026〕0001号"])
    kind: str = Field(description="哪一种文书", examples=["一次性告知书"])
    handed_out_at: Instant = Field(description="首次出具的时刻")
    valid: bool = Field(description="留存的内容与出具时是否相符", examples=[True])
    note: str | None = absent("正文已销毁的说明", examples=["正文含个人信息，保存期满已依法销毁"])
    issuer: str | None = absent("出具单位；留存的内容读不出的没有", examples=["玄武区政务服务中心"])
    date: str | None = absent("落款日期；留存的内容读不出的没有", examples=["2026年8月3日"])


class CheckedStamp(View):
    """Whether a seal is genuine (验章)."""

    valid: bool = Field(description="印章、台账和督办记录是否相符", examples=[True])
    stamp_no: str = Field(description="印章编号", examples=["办NO.成事〔2026〕330109-20260803-0001号"])
    record_no: str | None = Field(description="督办记录编号", examples=["督〔2026〕330109-20260803-0001号"])
    case_no: CaseNo
    unit: UnitCode = Field(description="哪个窗口盖的")
    stamped_at: Instant
    entries: int = Field(description="核对了几条台账", examples=[2])
