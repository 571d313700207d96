"""Texts of workflows in the Temporal Web UI (界面文字): Chinese, short, nothing personal."""

from datetime import datetime
from typing import Any

from activities.departments.protocol import Delivery
from models.aggregate import Aggregate
from models.aggregate.limits import next_limit
from models.case import Case
from models.case.consultation import open_consultation
from models.case.registry import CASE
from models.ledger import BEIJING
from models.meeting import Meeting
from models.notices import Notice
from models.report import Report
from models.solution import Solution


def _when(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def timer_line(aggregate: Aggregate[Any]) -> str:
    """The limit for which the timer waits."""
    nearest = next_limit(aggregate)
    if nearest is None:
        return "等待"
    limit = aggregate.state.limits[nearest[1]]
    return f"{aggregate.registry.limit_rules[limit.kind].title} {_when(nearest[0])}"


def summary_line(matter: str, unit: str, request_type: str) -> str:
    """A case's line in the list."""
    return f"{matter} · {unit} · {request_type}"[:100]


def details(case: Case) -> str:
    """Stage, holder, next limit: the head of a case's page."""
    state, nearest = case.state, next_limit(case)
    lines = [
        f"**环节**：{state.stage.label}" + (f"（{state.category.label}）" if state.category else ""),
        f"**承办**：{state.unit}　**首接**：{state.first_receiver}",
    ]
    if state.clock.due and state.clock.state == "running":
        lines.append(f"**答复期限**：{_when(state.clock.due)}" + ("　**已超期**" if state.clock.overdue else ""))
    elif state.clock.state == "paused":
        lines.append("**计时**：停表，等待反映人补正材料")
    if state.merged_into:
        lines.append(f"**并入**：{state.merged_into}")
    elif nearest:
        limit = state.limits[nearest[1]]
        title = CASE.limit_rules[limit.kind].title
        lines.append(f"**下一时限**：{title}　{_when(limit.due)}　{limit.holder or '反映人'}")
    if table := open_consultation(case):
        silent = sorted(set(table.departments) - {opinion.unit for opinion in table.opinions})
        lines.append(
            f"**{table.kind.label}**：第 {table.round} 轮" + (f"，未发言 {'、'.join(silent)}" if silent else "")
        )
    waiting = [f"{a.unit}（{a.state.label}）" for a in case.open_assignments()]
    if waiting:
        lines.append("**交办**：" + "、".join(waiting))
    return "\n\n".join(lines)


def meeting_details(meeting: Meeting) -> str:
    """District, agenda, what was decided: the head of a meeting's page."""
    state = meeting.state
    waiting = [item.case_no for item in state.agenda if item.minutes is None]
    return "\n\n".join(
        [
            f"**{state.month} 月度联席会议**　{state.lead}" + ("　**已结束**" if state.closed else ""),
            f"**议题**：{len(state.agenda)} 件，未议 {len(waiting)} 件",
            f"**议定**：{len(state.decisions)} 项　**疑点**：{len(state.doubts)} 个",
        ]
    )


def solution_details(solution: Solution) -> str:
    """Title, stage, who has agreed, what is in force: the head of a solution's page."""
    state = solution.state
    waiting = [unit for unit, consent in state.consents.items() if consent is None]
    current = f"第 {state.in_force.version} 版（{state.in_force.no}）" if state.in_force else "无"
    return "\n\n".join(
        [
            f"**{state.content.title if state.content else ''}**　{state.stage.label}",
            f"**生效版本**：{current}　**采用窗口**：{len(state.adoptions)} 个",
            f"**尚未回复意见**：{'、'.join(waiting) or '无'}",
        ]
    )


def report_details(report: Report) -> str:
    """District, month, what is missing before it is final: the head of an analysis's page."""
    state = report.state
    without = [each.what for each in state.top if not each.cause]
    return "\n\n".join(
        [
            f"**{state.month} 月度分析**　{state.lead}" + ("　**已定稿**" if state.final else ""),
            f"**登记**：{state.figures.get('registered')} 件　**办结**：{state.figures.get('resolved')} 件",
            f"**对不上的数字**：{len(state.differences)} 处　**没有填写原因**：{len(without)} 项",
        ]
    )


def notice_line(notice: Notice) -> str:
    """The notice sent to a department's system."""
    return f"{notice.event.label}通知 · {notice.unit} · {notice.matter}"[:100]


def delivery_details(delivery: Delivery) -> str:
    """Case, department and way: the head of a delivery's page."""
    notice = delivery.notice
    return "\n\n".join(
        [
            f"**案件**：{notice.case_no}　**交办**：{notice.assignment_id}",
            f"**部门**：{notice.unit}（{notice.role.label}）　**方式**：{delivery.adapter.label}",
            f"**办理期限**：{_when(datetime.fromisoformat(notice.due_at))}",
        ]
    )


def closing_line(case: Case) -> str:
    """The result of a finished run."""
    return f"{case.state.case_no} 已归档并回头看，共 {case.state.seq} 条台账"
