"""Reading the register (台账查询): cases, their timelines, and the cases linked to them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.ledgers.rules import RuleBook
from api.queries.ledger import LedgerQueries
from api.queries.record import RECORD, WITH_AROUND, CaseRecord, around_in, record_in
from api.queries.rows import AnyRow, first_row, rows, table_of
from api.queries.statements import Statements
from api.queries.stored import restored
from models.access import User, posts_of, readable
from models.actions import Action
from models.aggregate.upcasting import upcast_detail
from models.case import Case
from models.case.parts import Refusal
from models.codes import Stage
from models.ledger import Entry
from models.organisation import Organisation
from models.tables import CaseRow, EntryRow
from models.tables.register import ANSWER, IS_ANSWER, IS_STAMPED, STAMP_CODE
from models.views.building import Around
from models.views.listing import LikelyDuplicate

CASES, ENTRIES = table_of(CaseRow), table_of(EntryRow)
ENDED = (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED, Stage.DECLINED, Stage.WITHDRAWN)

ENDED_WELL = (Stage.RESOLVED, Stage.EVALUATED, Stage.ARCHIVED)

_DUPLICATES: LiteralString = """
SELECT case_no, stage, unit FROM cases
WHERE applicant_key = %(applicant)s AND matter = %(matter)s AND district = %(district)s
    AND registered_at >= %(since)s AND case_no <> %(besides)s
LIMIT 20
"""


_OPEN_CHILDREN: LiteralString = """
SELECT case_no FROM cases
WHERE parent = %(case_no)s AND stage <> ALL(%(ended)s) AND merged_into IS NULL ORDER BY case_no
"""
_TIMELINE: LiteralString = """
SELECT seq, at, action, actor, role, unit, detail, v FROM entries
WHERE case_no = %(case_no)s AND seq > %(after)s ORDER BY seq LIMIT %(limit)s
"""
_ALIKE: LiteralString = f"""
SELECT count(DISTINCT case_no) FROM entries
WHERE {IS_ANSWER} AND {ANSWER} = md5(%(words)s) AND case_no <> %(besides)s
"""


class TimelineRow(NamedTuple):
    """An entry as timelines show it."""

    seq: int
    at: datetime
    action: str
    actor: str
    role: str
    unit: str
    detail: dict[str, Any]
    """As it is read today (格式升级)."""
    v: int


class CaseQueries(LedgerQueries):
    """Reads `cases` and `entries`; never writes them."""

    ledger = ENTRIES

    def __init__(self, engine: AsyncEngine, statements: Statements, rules: RuleBook) -> None:
        super().__init__(engine, rules)
        self._statements = statements

    async def case(self, case_no: str) -> CaseRecord | None:
        """One case, or None."""
        row = await self._statements.one(RECORD, {"case_no": case_no})
        return await self._restored(row) if row else None

    async def with_around(self, case_no: str) -> tuple[CaseRecord, Around] | None:
        """One case with its group and the cases linked to it, or None."""
        row = await self._statements.one(WITH_AROUND, {"case_no": case_no})
        return (await self._restored(row), around_in(row)) if row else None

    async def _restored(self, row: Any) -> CaseRecord:
        record = record_in(row)
        await self._rules.ensure_for(record.case.form)
        return record

    async def waiting(self, user: User, organisation: Organisation, limit: int) -> tuple[int, Sequence[AnyRow]]:
        """Cases in which something waits for this user's posts: how many, and the most pressing of them."""
        posts = array(posts_of(user, organisation), type_=Text)
        wanted = and_(CASES.c.waits.has_any(posts), readable(user, organisation))
        return await self._pressing(wanted, limit)

    async def open_ones(self, user: User, organisation: Organisation, limit: int) -> tuple[int, Sequence[AnyRow]]:
        """Cases in this user's scope that have not ended and do not wait for them: how many, the most pressing."""
        posts = array(posts_of(user, organisation), type_=Text)
        not_ended = CASES.c.stage.notin_((Stage.ARCHIVED, Stage.DECLINED, Stage.WITHDRAWN))
        return await self._pressing(and_(readable(user, organisation), not_ended, ~CASES.c.waits.has_any(posts)), limit)

    async def _pressing(self, wanted: ColumnElement[bool], limit: int) -> tuple[int, Sequence[AnyRow]]:
        c = CASES.c
        names = ("case_no", "matter", "stage", "unit", "clock_state", "due_at", "overdue", "waits")
        listed = select(*(c[name] for name in names)).where(wanted)
        ordered = listed.order_by(c.overdue.desc(), c.due_at.asc().nulls_last(), c.registered_at).limit(limit)
        [[count]] = await rows(self._engine, select(func.count()).select_from(CASES).where(wanted))
        return int(count), await rows(self._engine, ordered)

    async def page(
        self, condition: ColumnElement[bool], limit: int, after: tuple[datetime, str] | None
    ) -> Sequence[AnyRow]:
        """A page of cases, newest registration first, from after that one on."""
        c = CASES.c
        if after:
            condition = and_(condition, tuple_(c.registered_at, c.case_no) < tuple_(*after))
        ordered = select(CASES).where(condition).order_by(c.registered_at.desc(), c.case_no.desc())
        return await rows(self._engine, ordered.limit(limit))

    async def entry(self, case_no: str, seq: int) -> Entry | None:
        """One entry of the timeline, or None."""
        entries = await self.entries(case_no, seq - 1, 1)
        return entries[0] if entries and entries[0].seq == seq else None

    async def open_children(self, case_no: str) -> list[str]:
        """The cases of a group (群体件) that have not ended."""
        values = {"case_no": case_no, "ended": list(map(str, ENDED))}
        return [row[0] for row in await self._statements.rows(_OPEN_CHILDREN, values)]

    async def timeline(self, case_no: str, after: int, limit: int) -> list[TimelineRow]:
        """A stretch of the case's entries, as timelines show them."""
        values = {"case_no": case_no, "after": after, "limit": limit}
        entries = [TimelineRow(*row) for row in await self._statements.rows(_TIMELINE, values)]
        return [each._replace(detail=upcast_detail(Case.kind, each.action, each.detail, each.v)) for each in entries]

    async def breaches(self, applicant: str | None, besides: str) -> int:
        """Promises that this applicant broke in other cases."""
        if applicant is None:
            return 0
        c = CASES.c
        where = and_(c.applicant_key == applicant, c.case_no != besides)
        return int((await rows(self._engine, select(func.coalesce(func.sum(c.breaches), 0)).where(where)))[0][0])

    async def answered_alike(self, words: str, besides: str) -> int:
        """How many other cases were answered with these very words (雷同答复)."""
        row = await self._statements.one(_ALIKE, {"words": words, "besides": besides})
        return int(row[0]) if row else 0

    async def stamped(self, code: str) -> list[Entry]:
        """The ledger of the case that this seal is on, up to the entry after it; nothing for an unknown code."""
        e = ENTRIES.c
        sealed = and_(text(IS_STAMPED), text(f"{STAMP_CODE} = :code").bindparams(code=code))
        stamp = await first_row(self._engine, select(e.case_no, e.seq).where(sealed).limit(1))
        return await self.entries(stamp.case_no, 0, stamp.seq + 1) if stamp else []

    async def publicised(self, district: str | None, limit: int) -> list[tuple[AnyRow, dict[str, Any]]]:
        """Publications (通报), the newest first, each with its detail in today's form."""
        e, c = ENTRIES.c, CASES.c
        wanted = select(e.at, e.unit, e.detail, e.v, c.district, c.unit.label("holder"), c.matter)
        wanted = wanted.join(CASES, c.case_no == e.case_no).where(e.action == Action.PUBLICISED)
        if district is not None:
            wanted = wanted.where(c.district == district)
        entries = await rows(self._engine, wanted.order_by(e.at.desc()).limit(limit))
        return [(row, upcast_detail(Case.kind, Action.PUBLICISED, row.detail, row.v)) for row in entries]

    async def refusals(self, condition: ColumnElement[bool], since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Every refusal in these cases in a span of time, the newest first (否定报备)."""
        c = CASES.c
        refusals = c.state["refusals"].label("refusals")
        cases = select(c.case_no, c.unit, c.matter, c.stage, refusals).where(condition, c.refused_at >= since)
        listed = []
        for row in await rows(self._engine, cases):
            for refusal in map(Refusal.model_validate, row.refusals):
                if since <= refusal.at < until:
                    listed.append(
                        {
                            "case_no": row.case_no,
                            "holder": row.unit,
                            "matter": row.matter,
                            "stage": row.stage,
                            "said": refusal,
                        }
                    )
        return sorted(listed, key=lambda each: each["said"].at, reverse=True)

    async def likely_duplicates(
        self, applicant: str | None, matter: str, district: str, days: int, besides: str = ""
    ) -> list[LikelyDuplicate]:
        """Cases of the same person and matter in this district within a window of days (疑似重复)."""
        if applicant is None:
            return []
        values = {"applicant": applicant, "matter": matter, "district": district, "besides": besides}
        since = datetime.now(UTC) - timedelta(days=days)
        alike = await self._statements.rows(_DUPLICATES, {**values, "since": since})
        return [LikelyDuplicate(case_no=case_no, stage=stage, unit=unit) for case_no, stage, unit in alike]

    async def kind_of(self, case_no: str) -> AnyRow | None:
        """A case's matter, district and group, or None."""
        c = CASES.c
        return await first_row(self._engine, select(c.matter, c.district, c.parent).where(c.case_no == case_no))

    async def of_kind(self, district: str, matter: str, cause: str, since: datetime) -> list[str]:
        """Cases of a district of one matter and cause after a time, the oldest first; no members of groups."""
        c = CASES.c
        alike = and_(c.district == district, c.matter == matter, c.state["diagnosis"]["causes"].contains([cause]))
        mine = and_(alike, c.registered_at > since, c.parent.is_(None), c.merged_into.is_(None))
        return [row[0] for row in await rows(self._engine, select(c.case_no).where(mine).order_by(c.registered_at))]

    async def with_limits(self, limit: int) -> tuple[int, list[Case]]:
        """The number of open cases, and `limit` of them, the earliest due first."""
        c = CASES.c
        [[count]] = await rows(self._engine, select(func.count()).select_from(CASES).where(~c.finished))
        wanted = select(c.state).where(~c.finished).order_by(c.due_at.asc().nulls_last()).limit(limit)
        return int(count), await restored(self._rules, Case, await rows(self._engine, wanted))

    async def before_calendar(self, version: int) -> int:
        """How many open cases still carry an older calendar."""
        c = CASES.c
        where = and_(~c.finished, c.calendar_version < version)
        return int((await rows(self._engine, select(func.count()).select_from(CASES).where(where)))[0][0])

    async def migrated(self) -> bool:
        """Whether the database answers and holds our tables."""
        return bool((await rows(self._engine, select(func.to_regclass("public.cases"))))[0][0])
