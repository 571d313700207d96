"""审计 at the door: a case verified against its histories, and shown as it stood at any entry (AU3, AU4).

Verifying reads the register, replays every run of the case and of what belongs to it with the worker's own code, and
compares: entries, rows, the event log, the points, the sealed heads. What differs first is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Table
from temporalio.client import Client
from temporalio.converter import DataConverter

from activities.heads import read_files
from api.deps import Services
from api.dossier import package
from api.errors import Problem
from api.histories import ArchiveError, Run, runs
from api.papers.page import pages
from api.queries.rows import table_of
from models.aggregate import Aggregate
from models.audit import Difference, first_difference, head_difference, row_difference, steps
from models.audit.heads import Sealed, break_of, key_of, newest, sealed_name
from models.case import Case
from models.inquiry import Inquiry
from models.inquiry.row import inquiry_row
from models.ledger import Entry, first_break, read_time
from models.oversight import Oversight
from models.oversight.row import oversight_row
from models.personal import keys_in
from models.row import case_row
from models.scores import SCHEME, earned
from models.solution import Solution
from models.solution.row import solution_row
from models.tables import (
    CaseRow,
    EntryRow,
    InquiryEntryRow,
    InquiryRow,
    OversightEntryRow,
    OversightRow,
    SolutionEntryRow,
    SolutionRow,
)
from models.view import Around, view
from workflows.codec import CASES as CASES_KEY
from workflows.codec import SEALED as SEALED_KEY
from workflows.codec import Codec, converter
from workflows.replaying import Replayed, replay_runs
from workflows.sandbox import build_id
from workflows.sealing import workflow_id

TRIES, PAUSE_SECONDS = 3, 1.0
"""A case that is worked on meanwhile may look forked for a moment: what differs must differ again."""


@dataclass(frozen=True)
class Kind:
    """A kind of ledger: its tables, and how its row follows from its state."""

    entries: Table
    rows: Table
    empty: Callable[[str], Aggregate[Any]]
    row: Callable[[Any], dict[str, Any]]


CASES = Kind(table_of(EntryRow), table_of(CaseRow), Case, case_row)
INQUIRIES = Kind(table_of(InquiryEntryRow), table_of(InquiryRow), Inquiry, inquiry_row)
OVERSIGHT = Kind(table_of(OversightEntryRow), table_of(OversightRow), Oversight, oversight_row)
SOLUTIONS = Kind(table_of(SolutionEntryRow), table_of(SolutionRow), Solution, solution_row)


@dataclass
class Verdict:
    """What verifying one ledger gave."""

    difference: Difference | None
    entries: int = 0
    events: int = 0
    runs: int = 0


async def verify(wired: Services, case_no: str) -> dict[str, Any]:
    """Whether the register is what the histories say, for a case and all that belongs to it."""
    heads = await asyncio.to_thread(_read_heads, wired)
    verdicts = [await _steadily(lambda: _case(wired, heads, case_no))]
    checked = ["entries", "cases", "histories", "events", "score_points", "case_keys", "heads"]
    inquiries, tasks = await wired.queries.audit.belonging(case_no)
    for kind, prefix, numbers in ((INQUIRIES, "inquiry", inquiries), (OVERSIGHT, "oversight", tasks)):
        for number in numbers:
            verdicts.append(await _steadily(partial(_sealed, wired, heads, kind, prefix, number)))
        checked += [kind.entries.name, kind.rows.name] if numbers else []
    for number in await wired.queries.solutions.of_case(case_no):
        verdicts.append(await _steadily(partial(_beside, wired, heads, SOLUTIONS, number)))
        checked += [name for name in (SOLUTIONS.entries.name, SOLUTIONS.rows.name) if name not in checked]
    difference = next((verdict.difference for verdict in verdicts if verdict.difference), None)
    return {
        "case_no": case_no,
        "verified": difference is None,
        "entries": sum(verdict.entries for verdict in verdicts),
        "events": sum(verdict.events for verdict in verdicts),
        "runs": sum(verdict.runs for verdict in verdicts),
        "build_id": build_id(),
        "checked": checked,
        "first_difference": asdict(difference) if difference else None,
    }


async def _steadily(once: Callable[[], Awaitable[Verdict]]) -> Verdict:
    for _ in range(TRIES - 1):
        found = await once()
        if found.difference is None:
            return found
        await asyncio.sleep(PAUSE_SECONDS)
    return await once()


async def _case(wired: Services, heads: Heads, case_no: str) -> Verdict:
    client, ours = wired.gateway.client, converter(wired.personal.ring, CASES_KEY)
    verdict, replayed, register = await _ledger(wired, CASES, case_no, client, case_no, ours)
    if verdict.difference is None:
        verdict.difference = (
            await _event_log(wired, case_no, register)
            or await _points(wired, case_no, replayed.ledger)
            or await _keys(wired, case_no, register)
            or heads.difference(case_no, register)
        )
    return verdict


async def _beside(wired: Services, heads: Heads, kind: Kind, number: str) -> Verdict:
    client, ours = wired.gateway.client, converter(wired.personal.ring, CASES_KEY)
    verdict, _, register = await _ledger(wired, kind, number, client, number, ours)
    verdict.difference = verdict.difference or heads.difference(number, register)
    return verdict


async def _sealed(wired: Services, heads: Heads, kind: Kind, prefix: str, number: str) -> Verdict:
    client, own = wired.sealed.client, converter(wired.personal.ring, SEALED_KEY)
    own_id = workflow_id(wired.secret, number, prefix)
    verdict, _, register = await _ledger(wired, kind, number, client, own_id, own)
    verdict.difference = verdict.difference or heads.difference(sealed_name(wired.secret, number), register)
    return verdict


async def _ledger(
    wired: Services, kind: Kind, number: str, client: Client, own_id: str, converter: DataConverter
) -> tuple[Verdict, Replayed, list[Entry]]:
    """Compare one ledger with its histories. Entries written while we look are none of today's business."""
    queries, table = wired.queries.audit, kind.entries
    before = await queries.ledger(table, number)
    try:
        found = await runs(queries, client, own_id)
    except ArchiveError as error:
        broken = Difference("histories", number, 0, "content", told=str(error))
        return Verdict(broken, len(before)), Replayed(), before
    replayed = await replay_runs([run.history for run in found], converter)
    after = await queries.ledger(table, number)
    reach = max(len(before), len(replayed.ledger))
    register = [entry for entry in after if entry.seq <= reach or entry in before]
    difference = _replay_failure(number, found, replayed)
    difference = difference or first_difference(table.name, number, register, replayed.ledger)
    difference = difference or _row(kind, number, await queries.row(kind.rows, number), replayed.ledger)
    events = sum(len(run.history.events) for run in found)
    return Verdict(difference, len(register), events, len(found)), replayed, register


def _replay_failure(number: str, found: Sequence[Run], replayed: Replayed) -> Difference | None:
    if not found:
        return Difference("histories", number, 0, "history", told="没有历史：引擎和归档中都查不到")
    if replayed.failure:
        told = "历史不是现行代码可以产生的：被改动，或代码变更没有留补丁"
        return Difference("histories", number, len(replayed.ledger) + 1, "history", replay=replayed.failure, told=told)
    return None


def _row(kind: Kind, number: str, row: dict[str, Any] | None, ledger: Sequence[Entry]) -> Difference | None:
    """The row of the ledger is what its entries make. One that has moved on meanwhile is left to the next look."""
    table = kind.rows.name
    if row is None:
        return Difference(table, number, len(ledger), "row", told=f"{table} 表缺少这一行：被删除")
    if row["seq"] > len(ledger):
        return None
    it = kind.empty(number)
    for entry in ledger:
        it.apply(entry)
    want = {name: _as_column(row[name], value) for name, value in kind.row(it).items()}
    want["state"] = it.state.model_dump(mode="json", exclude_defaults=True)
    return row_difference(table, number, it.state.seq, {**row, "state": _state(it, row)}, want)


def _as_column(stands: Any, value: Any) -> Any:
    return read_time(value) if isinstance(value, str) and isinstance(stands, datetime) else value


def _state(it: Aggregate[Any], row: Mapping[str, Any]) -> Any:
    try:
        return type(it.state).model_validate(row["state"]).model_dump(mode="json", exclude_defaults=True)
    except ValueError:
        return row["state"]


async def _event_log(wired: Services, case_no: str, register: Sequence[Entry]) -> Difference | None:
    """Every entry is in the event log, once."""
    numbered = await wired.queries.audit.numbered(case_no)
    places = [entry.seq for entry in register]
    for seq in places:
        if numbered.count(seq) != 1:
            told = "事件流缺少这一条" if seq not in numbered else "事件流重复了这一条"
            return Difference("events", case_no, seq, "number", numbered.count(seq), 1, told)
    return None


async def _points(wired: Services, case_no: str, ledger: Sequence[Entry]) -> Difference | None:
    """The points are those that the entries earned, as far as they have been written."""
    reach = await wired.queries.audit.scored_up_to(case_no)
    want, before, after = [], Case(case_no), Case(case_no)
    for entry in ledger:
        after.apply(entry)
        want += [
            (entry.seq, point.rule, point.subject, SCHEME.rules[point.rule].value)
            for point in earned(before, after, entry)
            if entry.seq <= reach
        ]
        before.apply(entry)
    stands = [point for point in await wired.queries.audit.points(case_no) if point[0] <= reach]
    for missing in sorted(set(want) - set(stands)):
        return Difference("score_points", case_no, missing[0], missing[1], None, missing[3], "记分缺少这一分：被删除")
    for extra in sorted(set(stands) - set(want)):
        return Difference("score_points", case_no, extra[0], extra[1], extra[3], None, "记分多出这一分：不是台账得出的")
    return None


async def _keys(wired: Services, case_no: str, register: Sequence[Entry]) -> Difference | None:
    """Every key with which words of the ledger are sealed is there and opens, or was destroyed by two people."""
    needed = {key_id: entry.seq for entry in reversed(register) for key_id in keys_in(entry.detail)}
    kept = {row.key_id: row for row in await wired.queries.keys.of_case(case_no)}
    asked = await wired.queries.retention.one(case_no)
    for key_id, seq in needed.items():
        told = wired.personal.fault(kept.get(key_id), destruction=asked is not None and asked.done_at is not None)
        if told:
            return Difference("case_keys", case_no, seq, "key", register=key_id, told=told)
    return None


@dataclass(frozen=True)
class Heads:
    """What was sealed at the end of each day (日封存)."""

    files: Sequence[Sealed]
    broken: str | None

    def difference(self, ledger: str, register: Sequence[Entry]) -> Difference | None:
        """Whether what was sealed still stands."""
        if self.broken is not None:
            return Difference("heads", ledger, 0, "seal", told=self.broken)
        return head_difference(newest(self.files, ledger), register)


def _read_heads(wired: Services) -> Heads:
    try:
        files = read_files(wired.heads)
    except ValueError as error:
        return Heads([], f"封存文件无法读取：{error}")
    return Heads(files, break_of(files, key_of(wired.secret)))


async def shown(wired: Services, case_no: str, at: int | None) -> dict[str, Any]:
    """The ledger step by step, and the case as an entry left it, with what was in force then.

    Raises Problem 404 for an entry that is not there, 409 for a ledger that cannot be gone through any more.
    """
    ledger = await wired.queries.audit.ledger(CASES.entries, case_no)
    place = len(ledger) if at is None else at
    if not 1 <= place <= len(ledger):
        raise Problem(404, f"本案台账只有 {len(ledger)} 条，没有第 {place} 条")
    _require_whole(ledger)
    case = Case.from_entries(case_no, ledger[:place])
    here = ledger[place - 1]
    return {
        "case_no": case_no,
        "at": place,
        "timeline": await wired.personal.opened(steps(case_no, ledger), case_no),
        "view": view(await wired.personal.case(case), here.at, full_applicant=True, around=Around()),
        "in_force": {
            "profile": case.state.profile,
            "profile_version": case.state.profile_version,
            "limits": {name: asdict(figure) for name, figure in case.policy.limits.items()},
            "calendar": case.state.calendar,
            "calendar_version": case.calendar.version,
        },
        "ledger_head": here.hash,
    }


async def export(wired: Services, case_no: str) -> bytes:
    """The package of a case. Raises Problem 409 for a ledger that cannot be gone through any more."""
    ledger = await wired.queries.audit.ledger(CASES.entries, case_no)
    _require_whole(ledger)
    try:
        found = await runs(wired.queries.audit, wired.gateway.client, case_no)
    except ArchiveError as error:
        raise Problem(409, f"{error}；请先重放核对（verify）") from None
    case = Case.from_entries(case_no, ledger)
    told = await wired.personal.opened(steps(case_no, ledger), case_no)
    codec = Codec(wired.personal.ring, CASES_KEY)
    papers = await pages(wired, case)
    return await asyncio.to_thread(package, case, ledger, found, told, papers, await wired.organisation(), codec)


def _require_whole(ledger: Sequence[Entry]) -> None:
    if broken := first_break(ledger):
        raise Problem(409, f"台账第 {broken.seq} 条起不能回放：{broken.reason}；请先重放核对（verify）")
