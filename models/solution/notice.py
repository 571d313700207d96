"""工作提示: a published version of a solution as a paper for windows and departments (R79)."""

from __future__ import annotations

from collections.abc import Mapping

from models.papers.blocks import Block, Items, Paper, Para
from models.papers.source import day
from models.solution.aggregate import Solution
from models.solution.state import InForce

KIND = "工作提示"
WORDING = 1
"""The version of this wording."""


def notice(solution: Solution, version: InForce, names: Mapping[str, str]) -> Paper:
    """The paper of this version; `names` maps unit codes to names."""
    content, state = version.content, solution.state
    until = f"，至 {version.valid_until.isoformat()} 止" if version.valid_until else ""
    blocks: list[Block] = [Para(text=content.title, heading=True), Para(text=f"适用情形：{content.applies_to}")]
    for title, items in (("办理步骤", content.steps), ("所需材料", content.materials), ("依据", content.legal_basis)):
        if items:
            blocks += [Para(text=title, heading=True), Items(items=list(items))]
    if content.tasks:
        tasks = [f"{names.get(task.unit, task.unit)}：{task.task}" for task in content.tasks]
        blocks += [Para(text="部门分工", heading=True), Items(items=tasks)]
    if content.working_days:
        blocks.append(Para(text=f"办理期限：{content.working_days} 个工作日，以更短的期限为准。"))
    blocks.append(Para(text=f"本提示为第 {version.version} 版，自 {version.valid_from.isoformat()} 起执行{until}。"))
    blocks.append(Para(text="偏离本提示办理的，须在案件中写明理由。依据修改的，本提示随即暂停执行。"))
    return Paper(
        kind=KIND,
        no=version.no,
        version=WORDING,
        case_no=state.case_no,
        subject="一类事",
        to="各窗口、各有关部门",
        blocks=blocks,
        issuer=names.get(state.lead, state.lead),
        date=day(version.published_at),
    )
