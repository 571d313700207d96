"""旧台账: sheets of a register that was kept before this system, tried and kept."""

from pydantic import Field

from models.views.base import Day, Instant, Username, View
from models.views.problem import FieldReason


class OldRowRefused(View):
    """A row that cannot be kept (有误的行)."""

    row: int = Field(description="表中第几行", examples=[3])
    errors: list[FieldReason]


class OldRegisterLoad(View):
    """What came of a sheet: tried, or kept (导入旧台账的结果)."""

    file: str = Field(description="文件名", examples=["2024年台账.xlsx"])
    sha256: str = Field(description="文件的摘要", examples=["9f86d081884c7d65"])
    rows: int = Field(description="共几行", examples=[31])
    good: int = Field(description="没有错误的行数", examples=[30])
    refused: list[OldRowRefused]
    known: list[int] = Field(description="以前的文件已经收过的行，不重复收", examples=[[]])
    kept: int = Field(description="本文件已收下几行；试导入为 0", examples=[0])
    next: str | None = Field(
        description="试导入后怎样收下；已收下的为空",
        examples=["核对无误后，带 digest=9f86d081884c7d65 再提交同一个文件"],
    )


class OldRegisterFile(View):
    """A sheet whose rows are kept (已收下的旧台账)."""

    district: str = Field(description="地区代码", examples=["xuanwu"])
    file_name: str = Field(description="文件名", examples=["2024年台账.xlsx"])
    file_sha256: str = Field(description="文件的摘要", examples=["9f86d081884c7d65"])
    rows: int = Field(description="收下几行", examples=[30])
    imported_by: Username
    first: Day = Field(description="最早的登记日期")
    last: Day = Field(description="最晚的登记日期")
    imported_at: Instant
