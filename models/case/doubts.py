"""疑点规则: automatic checks when a link ends. Each is an item of policy with its code of the 三查.

A rule is a function of the case as the link ends; it yields what it saw, in words. The policy says whether that is a
finding, which waits for a supervisor, or a sign, which is only shown (R63, R64, SU3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from models.calendar import ONE_DAY, beijing_date
from models.case.wording import cites_nothing
from models.codes import Cause, Issue, Link, Position

if TYPE_CHECKING:
    from models.case.aggregate import Case

Rule = Callable[["Case", datetime], Iterable[str]]

_RULES: dict[Link, dict[str, Rule]] = {link: {} for link in Link}


def _at(link: Link, name: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        _RULES[link][name] = rule
        return rule

    return register


def rule_names() -> set[str]:
    """The names of all rules: the policy has an item for each."""
    return {name for rules in _RULES.values() for name in rules}


MOST_SEEN, MOST_LETTERS = 20, 200
"""At most so many results per rule and link, each of at most so many characters."""


def _short(seen: str) -> str:
    return seen if len(seen) <= MOST_LETTERS else f"{seen[:MOST_LETTERS]}…"


def doubts(case: Case, link: Link, at: datetime) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Results of this link's rules as it ends (发现、迹象): findings, which block, and signs, which do not."""
    findings: list[dict[str, str]] = []
    signs: list[dict[str, str]] = []
    for name, rule in _RULES[link].items():
        item = case.policy.doubts.get(name)
        if item is None:
            continue
        for seen in islice(rule(case, at), MOST_SEEN):
            doubt = {"check": item.check, "code": item.code, "rule": name, "detail": f"{item.title}：{_short(seen)}"}
            (findings if item.kind == "finding" else signs).append(doubt)
    return findings, signs


@_at(Link.REGISTER, "no_contact")
def _no_contact(case: Case, at: datetime) -> Iterable[str]:
    """No act of staff after the registration by the end of the first working day."""
    registered = case.state.registered_at
    assert registered
    first_day = case.calendar.nth_close(registered, 1, beijing_date(registered) - ONE_DAY)
    contacted = case.state.contacted_at or at
    if contacted > first_day:
        yield "登记之后，到首个工作日下班时仍无工作人员办理"


@_at(Link.HANDLE, "late_answer")
def _late_answer(case: Case, at: datetime) -> Iterable[str]:
    if case.state.clock.late:
        yield "答复反映人的时间晚于承诺"


@_at(Link.HANDLE, "late_department")
def _late_department(case: Case, at: datetime) -> Iterable[str]:
    for assignment in case.state.assignments:
        if assignment.overdue:
            yield f"{assignment.unit} 的“{assignment.task}”"


@_at(Link.HANDLE, "two_passes_back")
def _two_passes_back(case: Case, at: datetime) -> Iterable[str]:
    passes: Counter[str] = Counter()
    for assignment in case.state.assignments:
        passes[assignment.task] += assignment.returns
    for task, times in passes.items():
        if times >= 2:
            yield f"“{task}”被退回 {times} 次"


@_at(Link.HANDLE, "no_citation")
def _no_citation(case: Case, at: datetime) -> Iterable[str]:
    for refusal in case.state.refusals:
        if cites_nothing(refusal.basis) and refusal.review != "overturn":
            yield f"{refusal.unit} 的{refusal.kind.label}"


@_at(Link.HANDLE, "silent_department")
def _silent_department(case: Case, at: datetime) -> Iterable[str]:
    for consultation in case.state.consultations:
        silent = [opinion.unit for opinion in consultation.opinions if opinion.position is Position.NONE]
        if silent:
            yield f"第 {consultation.round} 轮，{'、'.join(silent)}"


@_at(Link.HANDLE, "outside_duties")
def _outside_duties(case: Case, at: datetime) -> Iterable[str]:
    for assignment in case.state.assignments:
        if assignment.outside_duties:
            yield f"{assignment.unit} 的“{assignment.task}”"


@_at(Link.HANDLE, "dead_loop")
def _dead_loop(case: Case, at: datetime) -> Iterable[str]:
    if words := case.state.diagnosis.get("dead_loop_told"):
        yield words


@_at(Link.HANDLE, "bad_policy")
def _bad_policy(case: Case, at: datetime) -> Iterable[str]:
    if case.state.diagnosis.get("issue") == Issue.POLICY_CONFLICT:
        yield "诊断认为政策之间相互冲突"


@_at(Link.HANDLE, "lagging_policy")
def _lagging_policy(case: Case, at: datetime) -> Iterable[str]:
    causes = set(case.state.diagnosis.get("causes", [])) & {Cause.UNCLEAR_POLICY, Cause.REFORM_GAP}
    if causes:
        yield "、".join(sorted(Cause(cause).label for cause in causes))


@_at(Link.HANDLE, "copied_answer")
def _copied_answer(case: Case, at: datetime) -> Iterable[str]:
    for refusal in case.state.answers:
        if refusal["same_as_before"]:
            yield f"{refusal['unit']} 的答复与此前 {refusal['same_as_before']} 件案件相同"


@_at(Link.RESOLVE, "closed_in_minutes")
def _closed_in_minutes(case: Case, at: datetime) -> Iterable[str]:
    accepted, resolved = case.state.accepted_at, case.state.resolved_at
    within = timedelta(minutes=int(case.policy.setting("quick_minutes")))
    if accepted and resolved and resolved - accepted < within:
        yield f"受理后不到 {within.seconds // 60} 分钟"


@_at(Link.RESOLVE, "one_clerk")
def _one_clerk(case: Case, at: datetime) -> Iterable[str]:
    if len(case.state.actors) == 1:
        yield f"从登记到办结只有 {case.state.actors[0]}"


@_at(Link.EVALUATE, "counter_evaluation")
def _counter_evaluation(case: Case, at: datetime) -> Iterable[str]:
    if case.state.evaluated_at_counter:
        yield "反映人可能在窗口工作人员面前作出评价"
