"""Drawing up a monthly analysis (月度分析汇总): the cases as they stood when the month was over, by the formulas."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from temporalio import activity

from activities.district import rules_in
from models.aggregate import SYSTEM, By, Command
from models.calendar import beijing_date
from models.case import Case
from models.ledger import BEIJING, Entry, read_time
from models.months import month_span, months_before
from models.report.drawing import cases_digest
from models.report.facts import UNCLASSIFIED, CaseFacts, facts_of
from models.report.formulas import FORMULAS, Figures, Month, figures, is_open, percent
from models.report.reconciling import differences

PAGE = 1000
SAMPLE_SHARE, LEAST_SAMPLE = 0.05, 1
"""Of the diagnosed cases of a month so many are coded twice (features.md CL4: 5 %)."""

TREND_MONTHS = 12

_OPEN_OR_TOUCHED = """
FROM cases c WHERE c.district = %(district)s AND c.registered_at < %(until)s
AND (NOT c.finished OR EXISTS (SELECT FROM entries e WHERE e.case_no = c.case_no AND e.at >= %(since)s))
"""
_CASES = f"""
SELECT c.case_no, c.seq, (SELECT max(e.seq) FROM entries e WHERE e.case_no = c.case_no AND e.at < %(until)s) AS upto,
    c.state, c.applicant_key {_OPEN_OR_TOUCHED}
"""
_BEFORE = f"""
SELECT count(*) AS registered, count(*) FILTER (WHERE c.state ->> 'resolved_at' IS NOT NULL) AS resolved,
    count(*) FILTER (WHERE c.state ->> 'outcome' = 'done') AS done
FROM cases c WHERE c.district = %(district)s AND c.registered_at < %(until)s
AND c.case_no NOT IN (SELECT c.case_no {_OPEN_OR_TOUCHED})
"""
_LEDGER = "SELECT * FROM entries WHERE case_no = %s AND seq <= %s ORDER BY seq"
_IN_LEDGER = """
SELECT count(*) FROM entries e JOIN cases c USING (case_no)
WHERE e.action = 'registered' AND e.at >= %(since)s AND e.at < %(until)s AND c.district = %(district)s
"""
_TREND = """
SELECT to_char(registered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, count(*) FROM cases
WHERE district = %(district)s AND registered_at >= %(from)s AND registered_at < %(until)s GROUP BY 1 ORDER BY 1
"""
_ADVICE = """
SELECT count(*) FILTER (WHERE at >= %(since)s), count(*) FROM advice WHERE district = %(district)s AND at < %(until)s
"""
_WINDOWS = "SELECT code, name FROM units WHERE district = %(district)s AND kind = 'window' ORDER BY code"
_SOLUTIONS = """
SELECT case_no, state -> 'in_force' -> 'content' ->> 'title' FROM solutions
WHERE district = %(district)s AND published AND (state -> 'in_force' ->> 'published_at')::timestamptz < %(until)s
"""
_PLACES = """
SELECT entry ->> 'name', entry ->> 'window' FROM (
    SELECT content FROM directories WHERE kind = 'places' AND key = %(district)s ORDER BY version DESC LIMIT 1
) newest, jsonb_array_elements(content -> 'entries') entry
"""
_FORGET = "DELETE FROM report_cases WHERE district = %(district)s AND month = %(month)s"


class ReportCall(BaseModel):
    """Which analysis is to be drawn up, and by whom; by nobody where it is the first working day that does."""

    district: str
    month: str
    """As YYYY-MM."""
    at: str
    by: By | None = None


@dataclass
class Drawn:
    """What was counted."""

    figures: Figures
    differences: list[str]
    warnings: list[str]
    sample: list[dict[str, Any]]


@dataclass(frozen=True)
class ReportFigures:
    """Counts from the register, reached through a pool of connections."""

    pool: AsyncConnectionPool

    @activity.defn(name="prepare_report")
    async def prepare(self, call: ReportCall) -> dict[str, Any] | None:
        """The command that draws the analysis up; None where nobody asks and this is not the first working day.

        The lists of cases behind the figures are written beside, before the figures are frozen with their digest.
        """
        at = read_time(call.at)
        rules = await rules_in(self.pool, call.district, at)
        if call.by is None and beijing_date(at) != rules.calendar.first_workday_of_month(beijing_date(at)):
            return None
        drawn = await self.draw(call.district, call.month, at)
        await self._keep_cases(call.district, call.month, drawn.figures.cases)
        body = {
            **rules.said,
            "month": call.month,
            "formulas": FORMULAS,
            "figures": drawn.figures.values,
            "cases_digest": cases_digest(drawn.figures.cases),
            "sample": drawn.sample,
            "differences": drawn.differences,
            "warnings": drawn.warnings,
        }
        return Command(name="draw_up", by=call.by or SYSTEM, body=body).message

    async def draw(self, district: str, month: str, now: datetime) -> Drawn:
        """The figures of a month, of one that is not over as far as it has come."""
        since, end = month_span(month)
        place = {"district": district, "since": since, "until": min(end, now), "month": month}
        cases, people = [], {}
        async for state, applicant in self._states(place):
            facts = facts_of(state, applicant)
            cases.append(facts)
            if facts.causes and since <= facts.registered_at < end:
                people[facts.case_no] = list(state.get("actors", ()))
        windows, solutions = dict(await self._rows(_WINDOWS, place)), dict(await self._rows(_SOLUTIONS, place))
        places = dict(await self._rows(_PLACES, place))
        found = figures(Month(since, min(end, now), cases, windows, solutions, places))
        await self._add(found, place, cases, len(solutions))
        [(in_ledger,)] = await self._rows(_IN_LEDGER, place)
        warnings = _warnings(found.values)
        return Drawn(found, differences(found.values, in_ledger), warnings, _sample(cases, people, month))

    async def _add(self, found: Figures, place: dict[str, Any], cases: Sequence[CaseFacts], solutions: int) -> None:
        """What is counted over all the years, and month by month."""
        [(registered, resolved, done)] = await self._rows(_BEFORE, place)
        registered += len(cases)
        resolved += sum(case.resolved_at is not None for case in cases)
        done += sum(case.outcome == "done" for case in cases)
        advice, advice_ever = (await self._rows(_ADVICE, place))[0]
        found.values["cumulative"] = {
            "registered": registered,
            "resolved": resolved,
            "done": done,
            "open": sum(map(is_open, cases)),
            "resolved_rate": percent(resolved, registered),
            "solutions": solutions,
            "cases_per_solution": round(registered / solutions, 1) if solutions else None,
            "advice": advice_ever,
        }
        found.values["advice"] = advice
        counts = dict(await self._rows(_TREND, {**place, "from": months_before(place["since"], TREND_MONTHS - 1)}))
        months = [months_before(place["since"], back) for back in range(TREND_MONTHS - 1, -1, -1)]
        named = [at.astimezone(BEIJING).strftime("%Y-%m") for at in months]
        found.values["trend"] = [{"month": name, "registered": counts.get(name, 0)} for name in named]

    async def _states(self, place: dict[str, Any]) -> AsyncIterator[tuple[dict[str, Any], str | None]]:
        """Each case as it stood at the end, and whose it is: its row where nothing came after, else from its ledger."""
        async with (
            self.pool.connection() as connection,
            connection.transaction(),
            connection.cursor(name="report") as cursor,
        ):
            cursor.itersize = PAGE
            await cursor.execute(_CASES.encode(), place)
            async for case_no, seq, upto, state, applicant in cursor:
                yield (state if seq == upto else await self._as_it_stood(case_no, upto)), applicant

    async def _as_it_stood(self, case_no: str, upto: int) -> dict[str, Any]:
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Entry))
            ledger = await (await cursor.execute(_LEDGER, (case_no, upto))).fetchall()
        state: dict[str, Any] = json.loads(Case.from_entries(case_no, ledger).state.model_dump_json())
        return state

    async def _keep_cases(self, district: str, month: str, cases: dict[str, list[str]]) -> None:
        place = {"district": district, "month": month}
        async with self.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await cursor.execute(_FORGET, place)
            async with cursor.copy("COPY report_cases (district, month, figure, case_nos) FROM STDIN") as copy:
                for name, numbers in cases.items():
                    await copy.write_row((district, month, name, numbers))

    async def _rows(self, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        async with self.pool.connection() as connection:
            return await (await connection.execute(statement.encode(), parameters)).fetchall()


def _warnings(values: dict[str, Any]) -> list[str]:
    """What is counted and does not say what it should (数据质量提示)."""
    found = []
    if nobody := values["by_applicant"].get(UNCLASSIFIED):
        found.append(f"有 {nobody} 件没有写明反映人是企业还是群众，单列为“未分类”，未并入任何一类")
    if values["resolved"] and not values["evaluated"]:
        found.append("本月办结的案件没有一件得到评价：满意率没有依据")
    return found


def _sample(cases: Sequence[CaseFacts], people: dict[str, list[str]], month: str) -> list[dict[str, Any]]:
    """Which cases are coded twice: drawn by a digest that nobody chooses."""
    diagnosed = [case for case in cases if case.case_no in people]
    size = max(LEAST_SAMPLE, round(len(diagnosed) * SAMPLE_SHARE)) if diagnosed else 0
    drawn = sorted(diagnosed, key=lambda case: hashlib.sha256(f"{month}:{case.case_no}".encode()).digest())[:size]
    return [{"case_no": case.case_no, "first": case.causes[0], "people": people[case.case_no]} for case in drawn]
