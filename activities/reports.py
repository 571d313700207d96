"""Drawing up a monthly analysis (月度分析汇总): the register at the end of the month, counted by the formulas."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from temporalio import activity

from activities.district import rules_in
from activities.ledgers.as_it_stood import AsItStood
from activities.platform.heartbeat import beating
from activities.platform.keyring import SYSTEM, KeyRing
from activities.platform.signatures import Signer, asked_by
from models.actions import CommandName
from models.aggregate import OWN_ID, Command
from models.calendar import beijing_date
from models.ledger import read_time
from models.months import month_of, month_span, months_before
from models.report.aggregate import number_of
from models.report.drawing import cases_digest
from models.report.facts import UNCLASSIFIED, CaseFacts, facts_of
from models.report.formulas import CUMULATIVE, FORMULAS, Figures, Month, figures, is_open, percent
from models.report.reconciling import differences

SAMPLE_SHARE, LEAST_SAMPLE = 0.05, 1
"""Share of a month's diagnosed cases that is coded twice (features.md CL4: 5 %)."""

TREND_MONTHS = 12

_ADVICE = """
SELECT count(*) FILTER (WHERE at >= %(since)s), count(*) FROM advice WHERE district = %(district)s AND at < %(until)s
"""
_WINDOWS = "SELECT code, name FROM units WHERE district = %(district)s AND kind = 'window' ORDER BY code"
_PLACES = """
SELECT entry ->> 'name', entry ->> 'window' FROM (
    SELECT content FROM directories WHERE kind = 'places' AND key = %(district)s ORDER BY version DESC LIMIT 1
) newest, jsonb_array_elements(content -> 'entries') entry
"""
_FORGET = "DELETE FROM report_cases WHERE district = %(district)s AND month = %(month)s"


class ReportCall(BaseModel):
    """Which analysis to draw up, and who asks; without a sender on the first working day."""

    district: str
    month: str
    """As YYYY-MM."""
    at: str
    asked: dict[str, Any] | None = None
    """The sender's signed message; the engine's word for the sender would prove nothing."""


@dataclass
class Held:
    """Gathered in one pass over the cases: only facts of each, because there may be many thousands."""

    cases: list[CaseFacts] = field(default_factory=list)
    """Facts of every case that the district held at the end."""
    moved: Counter[str] = field(default_factory=Counter)
    """Registrations by month, of cases that another district holds now."""
    diagnosed: list[tuple[CaseFacts, list[str]]] = field(default_factory=list)
    """Cases registered in the month and diagnosed, with those who dealt with them."""


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

    async def draw(self, district: str, month: str, now: datetime) -> Drawn:
        """The figures of a month; of the running month up to now."""
        since, end = month_span(month)
        register = AsItStood(self.pool, district, since, min(end, now))
        of_the_month, held = Month(since, register.until), Held()
        async for each in register.cases():
            case = facts_of(each.state, each.applicant_key)
            held.cases.append(case)
            if each.moved:
                held.moved[month_of(case.registered_at)] += 1
            if each.last_at >= since or is_open(case):
                of_the_month.cases.append(case)
            if case.causes and of_the_month.within(case.registered_at):
                held.diagnosed.append((case, list(each.state.get("actors", ()))))
        of_the_month.windows = dict(await register.rows(_WINDOWS))
        of_the_month.places = dict(await register.rows(_PLACES))
        of_the_month.solutions = await register.solutions()
        drawn = figures(of_the_month)
        await self._add(drawn, register, held)
        wrong = differences(drawn.values, await register.registered())
        return Drawn(drawn, wrong, _warnings(drawn.values), _sample(held.diagnosed, month))

    async def cumulative(self, district: str, at: datetime) -> dict[str, list[str]]:
        """The cases behind the cumulative figures of an instant; recomputed, because the result is always the same."""
        since, _ = month_span(month_of(at))
        register = AsItStood(self.pool, district, since, at)
        numbers = {name: list[str]() for name in CUMULATIVE} | await register.ended_before()
        async for each in register.cases():
            case = facts_of(each.state)
            for name in (name for name, belongs in CUMULATIVE.items() if belongs(case)):
                numbers[name].append(case.case_no)
        return numbers

    async def _add(self, drawn: Figures, register: AsItStood, held: Held) -> None:
        """Cumulative figures, and figures by month."""
        ever = Counter(await register.counted_before())
        for name, belongs in CUMULATIVE.items():
            ever[name] += sum(map(belongs, held.cases))
        solutions = drawn.values["solutions_published"]
        advice, advice_ever = (await register.rows(_ADVICE))[0]
        drawn.values["cumulative"] = {
            **{name: ever[name] for name in CUMULATIVE},
            "resolved_rate": percent(ever["resolved"], ever["registered"]),
            "solutions": solutions,
            "cases_per_solution": round(ever["registered"] / solutions, 1) if solutions else None,
            "advice": advice_ever,
        }
        drawn.values["advice"] = advice
        months = [months_before(register.since, back) for back in range(TREND_MONTHS - 1, -1, -1)]
        counts = Counter(await register.by_month(months[0])) + held.moved
        drawn.values["trend"] = [{"month": month_of(at), "registered": counts[month_of(at)]} for at in months]


@dataclass(frozen=True)
class ReportCalls:
    """Draws up an analysis that is due or requested."""

    figures: ReportFigures
    ring: KeyRing

    @activity.defn(name="prepare_report")
    async def prepare(self, call: ReportCall) -> dict[str, Any] | None:
        """The signed command that draws the analysis up; None without a sender, except on the first working day.

        Writes the lists of cases behind the figures before freezing the figures with the lists' digest. Raises
        ForgedError for a call not signed by a door.
        """
        number = number_of(call.district, call.month)
        by = asked_by(self.ring, number, "call_report", call.asked)
        at = read_time(call.at)
        async with beating():
            rules = await rules_in(self.figures.pool, call.district, at)
            if call.asked is None and beijing_date(at) != rules.calendar.first_workday_of_month(beijing_date(at)):
                return None
            drawn = await self.figures.draw(call.district, call.month, at)
            await self._keep_cases(call.district, call.month, drawn.figures.cases)
        body = {
            **rules.opening,
            "month": call.month,
            "formulas": FORMULAS,
            "figures": drawn.figures.values,
            "cases_digest": cases_digest(drawn.figures.cases),
            "sample": drawn.sample,
            "differences": drawn.differences,
            "warnings": drawn.warnings,
        }
        command = Command(name=CommandName.DRAW_UP, by=by, body=body, id=f"{OWN_ID}draw")
        return Signer(self.ring, SYSTEM).sign(number, command).message

    async def _keep_cases(self, district: str, month: str, cases: dict[str, list[str]]) -> None:
        place = {"district": district, "month": month}
        pool = self.figures.pool
        async with pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            await cursor.execute(_FORGET, place)
            async with cursor.copy("COPY report_cases (district, month, figure, case_nos) FROM STDIN") as copy:
                for name, numbers in cases.items():
                    await copy.write_row((district, month, name, numbers))


def _warnings(values: dict[str, Any]) -> list[str]:
    """Data quality notes: figures that may mislead (数据质量提示)."""
    notes = []
    if nobody := values["by_applicant"].get(UNCLASSIFIED):
        notes.append(f"有 {nobody} 件没有写明反映人是企业还是群众，单列为“未分类”，未并入任何一类")
    if values["resolved"] and not values["evaluated"]:
        notes.append("本月办结的案件没有一件得到评价：满意率没有依据")
    return notes


def _sample(diagnosed: Sequence[tuple[CaseFacts, list[str]]], month: str) -> list[dict[str, Any]]:
    """The cases to code twice, a deterministic sample: the lowest SHA-256 of month and case number."""
    size = max(LEAST_SAMPLE, round(len(diagnosed) * SAMPLE_SHARE)) if diagnosed else 0
    drawn = sorted(diagnosed, key=lambda each: hashlib.sha256(f"{month}:{each[0].case_no}".encode()).digest())[:size]
    return [{"case_no": case.case_no, "first": case.causes[0], "people": people} for case, people in drawn]
