"""Alarms (告警): kinds of trouble with a ledger or its workflow, and what to do about each."""

from __future__ import annotations

from enum import StrEnum


class AlarmKind(StrEnum):
    """The kind of trouble."""

    STOPPED = "stopped"
    MISSING = "missing"
    UNKNOWN = "unknown"
    BEHIND = "behind"
    AHEAD = "ahead"
    FORKED = "forked"
    FAILING = "failing"
    LATE = "late"

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return _TEXTS[self][0]

    @property
    def advice(self) -> str:
        """What the reader should do."""
        return _TEXTS[self][1]


TAKEN_UP_FOR = frozenset({AlarmKind.STOPPED, AlarmKind.MISSING})
"""Mended by restarting the workflow from the register."""

REBUILT_FOR = frozenset({AlarmKind.UNKNOWN, AlarmKind.BEHIND})
"""Mended by rewriting entries from the histories."""

_TEXTS = {
    AlarmKind.STOPPED: (
        "流程被中止",
        "时限不再计算。由一位管理员提出“恢复办理”、另一位确认，流程从台账接着走，已到期的时限立即生效。",
    ),
    AlarmKind.MISSING: (
        "有台账没有流程",
        "多半是引擎的数据库退回到了从前。由一位管理员提出“恢复办理”、另一位确认；件数多的执行 make takeup。",
    ),
    AlarmKind.UNKNOWN: (
        "有流程没有台账",
        "多半是 PostgreSQL 退回到了从前。执行 make rebuild，核对无误后由两位管理员提出、确认，台账从历史重建。",
    ),
    AlarmKind.BEHIND: (
        "台账落后于流程",
        "多半是 PostgreSQL 退回到了从前，本件停止写入。执行 make rebuild，两位管理员提出、确认后从历史重建。",
    ),
    AlarmKind.AHEAD: (
        "流程落后于台账",
        "多半是引擎的数据库退回到了从前。系统已请流程补读台账，片刻后自行恢复；没有恢复的，看工作进程是否在运行。",
    ),
    AlarmKind.FORKED: (
        "台账与流程不一致",
        "本件停止写入，不得重建、不得重置。请审计人员执行 make audit 找出首个不符之处，查明是谁改的。",
    ),
    AlarmKind.FAILING: (
        "流程任务反复失败",
        "内容没有丢，也没有写入。按理由处理：数据库不可用的等它恢复，新版本代码有误的退回上一版，台账不符的另有告警。",
    ),
    AlarmKind.LATE: (
        "时限已到没有记录",
        "系统催过流程，没有应答。看工作进程和引擎是否在运行；恢复后到期的时限自行生效，告警自行解除。",
    ),
}
