"""What workflows say in the Temporal Web UI (界面文字): Chinese, short, nothing personal."""

from datetime import datetime

from models.actions import ACTIONS
from models.case import Case
from models.case.command import LIMIT_RULES
from models.case.limits import next_limit
from models.ledger import BEIJING, Entry


def _when(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def timer_line(case: Case) -> str:
    """What the one timer waits for."""
    nearest = next_limit(case)
    if nearest is None:
        return "等待"
    limit = case.state.limits[nearest[1]]
    return f"{LIMIT_RULES[limit.kind].title} {_when(nearest[0])}"


def act_line(entries: list[Entry]) -> str:
    """What an act recorded."""
    return "、".join(ACTIONS[entry.action] for entry in entries)


def summary_line(matter: str, unit: str, request_type: str) -> str:
    """The one line under which a case stands in the list."""
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
        lines.append(f"**下一时限**：{LIMIT_RULES[limit.kind].title}　{_when(limit.due)}　{limit.holder or '反映人'}")
    waiting = [f"{a.unit}（{a.state.label}）" for a in case.open_assignments()]
    if waiting:
        lines.append("**交办**：" + "、".join(waiting))
    return "\n\n".join(lines)


def closing_line(case: Case) -> str:
    """The result of a finished run."""
    return f"{case.state.case_no} 已归档并回头看，共 {case.state.seq} 条台账"
