"""月度分析 at the door: drawn up for a month that is over, looked into to the last case, made final by the lead."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from activities.reports import Drawn, ReportCall
from api.analysis import outside
from api.commands import ledgers
from api.commands.idempotency import carried_out
from api.http.bodies import Body
from api.http.errors import Problem
from api.identity.access_log import logged
from api.papers.handing_out import HandedOut
from api.services import Services
from models.access import User, readable
from models.codes import Role
from models.errors import conflict, invalid
from models.ledger import BEIJING, stamp_time
from models.months import month_span
from models.report import Report
from models.report.aggregate import number_of
from models.report.finishing import agreement
from models.report.formulas import FORMULAS
from models.report.paper import paper
from models.views.case_brief import CaseBrief
from models.views.report import (
    CasesBehind,
    Counters,
    OddCase,
    ProminentView,
    ReportBrief,
    ReportView,
    SampledView,
)

READERS = (Role.HEAD, Role.LEAD, Role.SUPERVISOR, Role.AUDITOR)
LOOKS, LOOK_SECONDS = 150, 0.1

_COUNTING = asyncio.Semaphore(2)
"""How many analyses are counted at once in a process: each holds two connections meanwhile (api/app.py)."""


async def district_of(services: Services, user: User, wanted: str | None) -> str:
    """Which district is meant: by its profile or its division, by default the user's own. 403 for another's."""
    if user.role not in READERS:
        raise Problem(403, f"月度分析不对{user.role.label}开放")
    district = (await services.organisation()).district_named(wanted) if wanted else user.district
    if not district:
        raise invalid("没有这个地区，请填地区代码（如 xuanwu）或六位区划代码", "district")
    if user.role is not Role.AUDITOR and district != user.district:
        raise Problem(403, "这个地区不在您的查看范围内")
    return district


async def listed(services: Services, user: User) -> list[ReportBrief]:
    """The analyses of the user's district (an auditor: of all), the newest first."""
    reports = await services.queries.reports.of_district(None if user.role is Role.AUDITOR else user.district)
    return [
        ReportBrief(
            district=each.state.district,
            month=each.state.month,
            final=each.state.final,
            overdue=each.state.overdue,
            drawn_at=each.state.drawn_at,
        )
        for each in reports
    ]


async def monthly(services: Services, user: User, wanted: str | None, month: str) -> tuple[Report | None, ReportView]:
    """The analysis of a month, if it is frozen, and its view; without one the view is counted now."""
    district = await district_of(services, user, wanted)
    report = await services.queries.reports.one(number_of(district, month))
    if report is not None:
        return report, shown(report, user)
    return None, _preview(district, month, await _count(services, district, month, datetime.now(UTC)))


async def paper_of(services: Services, user: User, wanted: str | None, month: str) -> HandedOut:
    """The analysis as a paper (月度分析报告), with charts; of a month that is not frozen as far as it has come."""
    _, report = await monthly(services, user, wanted, month)
    organisation = await services.organisation()
    scores = await outside.scores_in(services, report.district, month)
    issuer = organisation.lead(report.district).name
    written = paper(report, organisation.names, issuer, scores, stamp_time(datetime.now(UTC)))
    return HandedOut(written, None, NOTES[report.state])


NOTES = {
    "preview": "本月数字没有冻结，仅供查阅",
    "drawn": "数字已冻结，原因和编码还在核对，待定稿",
    "final": "已定稿，数字冻结；以系统“月度分析”页所示为准",
}
"""The note below the paper in place of a check code."""


async def _count(services: Services, district: str, month: str, now: datetime) -> Drawn:
    _check_begun(month, now)
    async with _COUNTING:
        return await services.reports.draw(district, month, now)


def _check_begun(month: str, now: datetime) -> None:
    if month_span(month)[0] > now:
        raise invalid("这个月还没有开始", "month")


def _preview(district: str, month: str, drawn: Drawn) -> ReportView:
    """The figures of a month that is not frozen."""
    figures = drawn.figures.values
    return ReportView(
        district=district,
        month=month,
        state="preview",
        formulas=FORMULAS,
        figures=figures,
        top=[ProminentView(**each, cause=None, by=None) for each in figures["top"]],
        differences=drawn.differences,
        warnings=drawn.warnings,
        sample=[],
        agreement=agreement([]),
        drawn_at=None,
        due_at=None,
        overdue=False,
        ledger_head=None,
    )


def shown(report: Report, user: User) -> ReportView:
    """A frozen analysis. The second coder of a case does not see the first code."""
    state = report.state
    limit = state.limits.get("finish")
    return ReportView(
        district=state.district,
        month=state.month,
        state="final" if state.final else "drawn",
        formulas=state.formulas,
        figures=state.figures,
        top=[ProminentView.model_validate(each.model_dump()) for each in state.top],
        differences=state.differences,
        warnings=state.warnings,
        sample=[
            SampledView.model_validate(
                {
                    "case_no": each.case_no,
                    "coded": each.second is not None,
                    "first": each.first if state.final else None,
                }
            )
            for each in state.sample
        ],
        agreement=agreement(state.sample),
        drawn_at=state.drawn_at,
        due_at=stamp_time(limit.due) if limit else None,
        overdue=state.overdue,
        cases_digest=state.cases_digest,
        commands=ledgers.commands(report, user),
        ledger_head=state.head,
    )


async def draw_up(services: Services, user: User, month: str) -> tuple[bool, ReportView]:
    """Freeze the analysis of a month that is over; whether that was done just now, and the analysis."""
    if user.role is not Role.LEAD:
        raise Problem(403, f"月度分析由牵头单位汇总，不由{user.role.label}汇总")
    now = datetime.now(UTC)
    if month_span(month)[1] > now:
        raise invalid("这个月还没有结束，先看未冻结的数字；下月第一个工作日自动汇总", "month")
    number = number_of(user.district, month)
    known = await services.queries.reports.one(number)
    if known is not None:
        return False, shown(known, user)
    call = ReportCall(district=user.district, month=month, at=stamp_time(now))
    await services.gateway.draw_up_report(number, call, user.by())
    for _ in range(LOOKS):  # the analysis is started, and records itself in its own time
        known = await services.queries.reports.one(number)
        if known is not None:
            return True, shown(known, user)
        await asyncio.sleep(LOOK_SECONDS)
    raise Problem(503, "正在汇总，请稍候刷新", headers={"Retry-After": "2"})


async def act(
    services: Services, user: User, month: str, name: str, body: Body, key: str | None, address: str
) -> ReportView:
    """Carry out one command on the district's analysis of a month; the analysis afterwards."""
    number = number_of(user.district, month)
    async with logged(services, user, name, number, address):
        ledgers.check_act(Report, name, user)
        report = await services.queries.reports.one(number)
        if report is None:
            raise Problem(404, "这个月的分析还没有汇总，请核对月份（YYYY-MM）")
        command = ledgers.command_of(Report, name, user, body.fields(), key)
        if not carried_out(await services.queries.reports.carried_out(number, key), command):
            if report.state.final:
                raise conflict("本月分析已经定稿，不能再改；更正请写入下月分析")
            report.check(command, datetime.now(UTC))
            await services.gateway.send_beside(number, command)
    after = await services.queries.reports.one(number)
    assert after is not None, "an analysis never goes away"
    return shown(after, user)


CUMULATIVE = "cumulative."
PAGE = 500
"""How many of the cases behind a figure are listed at once."""


async def cases_behind(
    services: Services, user: User, wanted: str | None, month: str, figure: str, after: str = ""
) -> CasesBehind:
    """The cases behind a figure of a month: how many, and those that this user may read, page by page."""
    district, now = await district_of(services, user, wanted), datetime.now(UTC)
    _check_begun(month, now)
    if figure.startswith(CUMULATIVE):
        at = min(month_span(month)[1] - timedelta(microseconds=1), now)
        return await _cumulative(services, user, district, at, figure, after)
    if await services.queries.reports.one(number_of(district, month)) is None:
        numbers = (await _count(services, district, month, now)).figures.cases.get(figure)
    else:
        numbers = await services.queries.reports.behind(district, month, figure.replace("\0", ""))
    return await _readable(services, user, figure, numbers, after)


async def _cumulative(
    services: Services, user: User, district: str, at: datetime, figure: str, after: str
) -> CasesBehind:
    async with _COUNTING:
        numbers = await services.reports.cumulative(district, at)
    return await _readable(services, user, figure, numbers.get(figure.removeprefix(CUMULATIVE)), after)


async def _readable(
    services: Services, user: User, figure: str, numbers: Sequence[str] | None, after: str
) -> CasesBehind:
    """Of these cases those that this user may read, a page at a time. 404 for a figure without a list."""
    if numbers is None:
        raise Problem(404, "没有这个数字，或它背后没有案件；请核对名称")
    own = readable(user, await services.organisation())
    rows = await services.queries.reports.readable(numbers, own, after.replace("\0", ""), PAGE + 1)
    items = [CaseBrief(case_no=row.case_no, matter=row.matter, unit=row.unit, stage=row.stage) for row in rows[:PAGE]]
    following = items[-1].case_no if len(rows) > PAGE else None
    return CasesBehind(figure=figure, count=len(numbers), items=items, next=following)


DAYS_COMPARED, MOST_COMPARED = 180, 100


async def odd_ones(services: Services, user: User, wanted: str | None) -> list[OddCase]:
    """Cases that ended otherwise than most of their matter and diagnosis, each beside one of those; unexplained."""
    district = await district_of(services, user, wanted)
    since = datetime.now(UTC) - timedelta(days=DAYS_COMPARED)
    rows = await services.queries.consistency.odd_ones(district, since, MOST_COMPARED)
    return [OddCase.model_validate(dict(row._mapping)) for row in rows]


async def counters(services: Services, user: User, wanted: str | None, day: date) -> Counters:
    """The counters as they stood at the end of a day: the same whenever they are asked for (R12)."""
    district = await district_of(services, user, wanted)
    drawn = await _count(services, district, day.isoformat()[:7], _end_of(day))
    return Counters(district=district, date=day.isoformat(), **drawn.figures.values["cumulative"])


async def cases_counted(
    services: Services, user: User, wanted: str | None, day: date, figure: str, after: str
) -> CasesBehind:
    """The cases behind a counter of a day."""
    district = await district_of(services, user, wanted)
    _check_begun(day.isoformat()[:7], datetime.now(UTC))
    return await _cumulative(services, user, district, _end_of(day), figure, after)


def _end_of(day: date) -> datetime:
    """The last moment of a day that is over; now for one that is not."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), BEIJING) - timedelta(microseconds=1)
    return min(end, datetime.now(UTC))
