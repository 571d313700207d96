"""Finding a case's workflow (引擎检索) by columns that change at every step."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Text, and_, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH, array
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows, table_of
from models.tables import CaseRow

CASES = table_of(CaseRow)
LEADING = '$.assignments[*] ? (@.role == "lead" && @.state != "withdrawn").unit'


class EngineQueries:
    """Reads columns of `cases` that say nothing of people."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def cases(self, wanted: Mapping[str, str], after: str, limit: int) -> Sequence[AnyRow]:
        """Cases by stage, category and leading unit (empty: any), by number, from after that one on.

        The leading unit is the department that has the lead of an open task, else the holder.
        """
        c = CASES.c
        leading = func.jsonb_path_query_first(c.state, cast(LEADING, JSONPATH)).op("#>>")(array([], type_=Text))
        lead = func.coalesce(leading, c.unit)
        asked = [c.case_no > after]
        asked += [c[name] == wanted[name] for name in ("stage", "category") if wanted[name]]
        if wanted["unit"]:
            asked.append(lead == wanted["unit"])
        names = (c.case_no, c.stage, c.category, c.clock_state, c.due_at, c.overdue)
        listed = select(*names, lead.label("lead")).where(and_(*asked)).order_by(c.case_no)
        return await rows(self._engine, listed.limit(limit))
