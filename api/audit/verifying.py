"""重放核对: a ledger and all that belongs to it against its histories, the event log, the points, the sealed heads.

The first difference is named (AU3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from activities.ledgers.kinds import CASES, INQUIRIES, MEETINGS, OVERSIGHT, REPORTS, SOLUTIONS, Kind
from api.audit.deciding import decided_again
from api.audit.heads import Heads, read_heads
from api.audit.ledgers import Verdict, compared, steadily
from api.http.errors import Problem
from api.services import Services
from models.aggregate.upcasting import upcast_entry
from models.audit import Difference
from models.audit.heads import sealed_name
from models.case import Case
from models.ledger import Entry, stamp_time
from models.personal import keys_in
from models.report.drawing import cases_digest
from models.scores import SCHEME, earned
from models.views.audit import (
    AccessVerdict,
    BrokenSeal,
    CaseVerdict,
    DecidedAgain,
    LedgerDifference,
    LedgerVerdict,
    VerdictView,
)
from workflows.platform.codec import CASES as CASES_KEY
from workflows.platform.codec import SEALED as SEALED_KEY
from workflows.platform.codec import Codec
from workflows.platform.sandbox import build_id
from workflows.platform.sealing import workflow_id


async def verify(services: Services, case_no: str) -> CaseVerdict:
    """The verdict on a case and all that belongs to it: whether the register agrees with the histories.

    For the case alone, `decided_again` says whether today's code would decide the same: that changes no verdict.
    """
    heads = await asyncio.to_thread(read_heads, services)
    verdicts = [await steadily(lambda: _case(services, heads, case_no))]
    checked = ["entries", "cases", "histories", "events", "score_points", "case_keys", "heads"]
    inquiries, tasks = await services.queries.audit.belonging(case_no)
    for kind, prefix, numbers in ((INQUIRIES, "inquiry", inquiries), (OVERSIGHT, "oversight", tasks)):
        for number in numbers:
            verdicts.append(await steadily(partial(_sealed, services, heads, kind, prefix, number)))
        checked += [kind.entries_table, kind.rows_table] if numbers else []
    for number in await services.queries.solutions.of_case(case_no):
        verdicts.append(await steadily(partial(_beside, services, heads, SOLUTIONS, number)))
        checked += [name for name in (SOLUTIONS.entries_table, SOLUTIONS.rows_table) if name not in checked]
    again = await _again(services, case_no, verdicts[0])
    return CaseVerdict(case_no=case_no, decided_again=again, **dict(_summed_up(verdicts, checked)))


async def _again(services: Services, case_no: str, verdict: Verdict) -> DecidedAgain | None:
    """Whether the rules say the same today; None for a ledger that differs, on which nothing can be decided."""
    if verdict.difference is not None:
        return None
    ledger = await services.queries.audit.ledger(CASES, case_no)
    commands = await services.queries.audit.commands(case_no)
    return await asyncio.to_thread(decided_again, CASES, case_no, ledger, commands, verdict.build)


async def verify_ledger(services: Services, number: str) -> LedgerVerdict:
    """The verdict on a meeting, an analysis, a solution or a task of supervision. Problem 404 for none."""
    heads = await asyncio.to_thread(read_heads, services)
    for kind in (MEETINGS, REPORTS, SOLUTIONS, OVERSIGHT):
        if not await services.queries.audit.ledger(kind, number):
            continue
        look = (
            partial(_sealed, services, heads, kind, "oversight", number)
            if kind is OVERSIGHT
            else partial(_beside, services, heads, kind, number)
        )
        verdict = await steadily(look)
        checked = [kind.entries_table, kind.rows_table, "histories", "heads"]
        if kind is REPORTS:
            verdict.difference = verdict.difference or await _behind(services, number)
            checked.append("report_cases")
        return LedgerVerdict(number=number, **dict(_summed_up([verdict], checked)))
    raise Problem(404, "没有这个编号的会议、月度分析、一类事或督导事项，请核对")


async def _behind(services: Services, number: str) -> Difference | None:
    """The cases behind an analysis's figures are those whose digest was frozen with them."""
    report = await services.queries.reports.one(number)
    assert report is not None, "its row was looked at before"
    state = report.state
    counted = cases_digest(await services.queries.reports.all_behind(state.district, state.month))
    if counted == state.cases_digest:
        return None
    return Difference("report_cases", number, 1, "digest", counted, state.cases_digest, "数字背后的案件被改动")


async def verify_access(services: Services) -> AccessVerdict:
    """Whether the log of access still fits every seal that was put over it."""
    broken = await services.queries.office.broken_access_seal()
    first = BrokenSeal(up_to=broken.up_to, sealed_at=stamp_time(broken.at)) if broken else None
    return AccessVerdict(verified=broken is None, first_broken_seal=first)


def _summed_up(verdicts: Sequence[Verdict], checked: list[str]) -> VerdictView:
    """The verdicts on several ledgers as one."""
    difference = next((verdict.difference for verdict in verdicts if verdict.difference), None)
    return VerdictView(
        verified=difference is None,
        entries=sum(verdict.entries for verdict in verdicts),
        events=sum(verdict.events for verdict in verdicts),
        runs=sum(verdict.runs for verdict in verdicts),
        taken_over=[seq for verdict in verdicts for seq in verdict.taken_over],
        build_id=build_id(),
        checked=checked,
        first_difference=_difference(difference) if difference else None,
    )


def _difference(difference: Difference) -> LedgerDifference:
    return LedgerDifference(
        table=difference.table,
        ledger=difference.ledger,
        seq=difference.seq,
        field=difference.field,
        recorded=difference.register,
        replay=difference.replay,
        told=difference.told,
    )


async def _case(services: Services, heads: Heads, case_no: str) -> Verdict:
    client, ours = services.gateway.client, Codec(services.personal.ring, CASES_KEY)
    verdict, register = await compared(services, CASES, case_no, client, case_no, ours)
    if verdict.difference is None:
        verdict.difference = (
            await _event_log(services, case_no, register)
            or await _points(services, case_no, register)
            or await _keys(services, case_no, register)
            or heads.difference(case_no, register)
        )
    return verdict


async def _beside(services: Services, heads: Heads, kind: Kind, number: str) -> Verdict:
    client, ours = services.gateway.client, Codec(services.personal.ring, CASES_KEY)
    verdict, register = await compared(services, kind, number, client, number, ours)
    verdict.difference = verdict.difference or heads.difference(number, register)
    return verdict


async def _sealed(services: Services, heads: Heads, kind: Kind, prefix: str, number: str) -> Verdict:
    client, own = services.sealed.client, Codec(services.personal.ring, SEALED_KEY)
    own_id = workflow_id(services.secret, number, prefix)
    verdict, register = await compared(services, kind, number, client, own_id, own)
    verdict.difference = verdict.difference or heads.difference(sealed_name(services.secret, number), register)
    return verdict


async def _event_log(services: Services, case_no: str, register: Sequence[Entry]) -> Difference | None:
    """Every entry is in the event log, once."""
    numbered = await services.queries.audit.numbered(case_no)
    places = [entry.seq for entry in register]
    for seq in places:
        if numbered.count(seq) != 1:
            reason = "事件流缺少这一条" if seq not in numbered else "事件流重复了这一条"
            return Difference("events", case_no, seq, "number", numbered.count(seq), 1, reason)
    return None


async def _points(services: Services, case_no: str, ledger: Sequence[Entry]) -> Difference | None:
    """The points are those that the entries earned, as far as they have been written."""
    reach = await services.queries.audit.scored_up_to(case_no)
    want, before, after = [], Case(case_no), Case(case_no)
    for entry in ledger:
        after.apply(entry)
        want += [
            (entry.seq, point.rule, point.subject, SCHEME.rules[point.rule].value)
            for point in earned(before, after, upcast_entry(Case.kind, entry))
            if entry.seq <= reach
        ]
        before.apply(entry)
    written = [point for point in await services.queries.audit.points(case_no) if point[0] <= reach]
    for missing in sorted(set(want) - set(written)):
        return Difference("score_points", case_no, missing[0], missing[1], None, missing[3], "记分缺少这一分：被删除")
    for extra in sorted(set(written) - set(want)):
        return Difference("score_points", case_no, extra[0], extra[1], extra[3], None, "记分多出这一分：不是台账得出的")
    return None


async def _keys(services: Services, case_no: str, register: Sequence[Entry]) -> Difference | None:
    """Every key with which words of the ledger are sealed is there and opens, or was destroyed by two people."""
    needed = {key_id: entry.seq for entry in reversed(register) for key_id in keys_in(entry.detail)}
    kept = {row.key_id: row for row in await services.queries.keys.of_case(case_no)}
    asked = await services.queries.retention.one(case_no)
    for key_id, seq in needed.items():
        fault = services.personal.fault(kept.get(key_id), destruction=asked is not None and asked.done_at is not None)
        if fault:
            return Difference("case_keys", case_no, seq, "key", register=key_id, told=fault)
    return None
