"""通知类型: kinds of notices to a department about its task."""

from models.codes.base import Code


class NoticeEvent(Code):
    """Subject of a notice (通知类型)."""

    ASSIGNMENT = "assignment", "交办"
    URGE = "urge", "催办"
    RULING = "ruling", "裁定"
    DEADLINE = "deadline", "改期"
    WITHDRAWAL = "withdrawal", "撤销"
    RESUMPTION = "resumption", "恢复"
