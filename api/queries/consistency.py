"""同事不同办 (KB5): cases that ended otherwise than most of the same matter and diagnosis, unexplained."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from api.queries.rows import AnyRow, rows

_ODD = text("""
WITH ended AS (
    SELECT case_no, matter, category, unit, registered_at,
        state ->> 'outcome' AS outcome, state -> 'differences' AS said
    FROM cases WHERE district = :district AND registered_at >= :since AND category IS NOT NULL AND merged_into IS NULL
    AND stage IN ('resolved', 'evaluated', 'archived') AND state ->> 'resolved_at' IS NOT NULL
),
counted AS (SELECT matter, category, outcome, count(*) AS cases, max(case_no) AS example FROM ended GROUP BY 1, 2, 3),
usual AS (SELECT DISTINCT ON (matter, category) * FROM counted ORDER BY matter, category, cases DESC, outcome)
SELECT e.case_no, e.matter, e.category, e.unit, e.outcome, u.outcome AS usual, u.example, u.cases
FROM ended e JOIN usual u USING (matter, category)
WHERE e.outcome <> u.outcome AND e.said IS NULL AND u.cases >= 2
ORDER BY e.registered_at DESC LIMIT :most
""")


class ConsistencyQueries:
    """Compares ends."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def odd_ones(self, district: str, since: datetime, most: int) -> Sequence[AnyRow]:
        """Cases that ended otherwise than two or more of their kind since that time, each with the newest of those."""
        return await rows(self._engine, _ODD.bindparams(district=district, since=since, most=most))
