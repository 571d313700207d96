"""通知类型: what a department is told about a task of its own."""

from models.codes.base import Code


class NoticeEvent(Code):
    """What a notice is about (通知类型)."""

    ASSIGNMENT = "assignment", "交办"
    URGE = "urge", "催办"
    RULING = "ruling", "裁定"
    DEADLINE = "deadline", "改期"
    WITHDRAWAL = "withdrawal", "撤销"
    RESUMPTION = "resumption", "恢复"
