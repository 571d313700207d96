"""案件的文件: papers that were issued, and files that were put in."""

from pydantic import Field

from models.codes import (
    Visibility,
)
from models.views.base import Instant, View


class DocumentView(View):
    """A paper that was issued (文书)."""

    kind: str = Field(description="文书种类", examples=["受理通知书"])
    no: str = Field(description="文书编号", examples=["SL001"])
    url: str = Field(
        description="网页；加 ?format=docx 为 Word 文档", examples=["/api/cases/110105-20260803-0001/documents/SL001"]
    )


class AttachmentView(View):
    """A file of the case (附件)."""

    id: str = Field(description="编号", examples=["Yk2mT0v8Qx4LrA1b"])
    name: str = Field(description="文件名", examples=["证明.pdf"])
    sha256: str = Field(description="摘要", examples=["9f86d081884c7d65…"])
    media_type: str = Field(description="文件类型", examples=["application/pdf"])
    size: int = Field(description="字节数", examples=[20480])
    visibility: Visibility
    unit: str = Field(description="上传单位代码；反映人提交的为空文本", examples=["xs-center"])
    seq: int = Field(description="台账第几条", examples=[4])
    at: Instant
    url: str = Field(description="打开", examples=["/api/cases/110105-20260803-0001/attachments/Yk2mT0v8Qx4LrA1b"])
