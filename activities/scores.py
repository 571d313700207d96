"""The follower `scores` (记分): reads what happened to cases, writes the points it earned. Each once."""

from dataclasses import dataclass

from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool

from activities.events import Event
from activities.rules import RuleBook
from models.case import Case
from models.ledger import Entry
from models.scores import ACTIONS, SCHEME, earned

FOLLOWER = "scores"

_LEDGER = "SELECT * FROM entries WHERE case_no = %s AND seq <= %s ORDER BY seq"
_KEEP = """
INSERT INTO score_points (case_no, seq, rule, version, kind, subject, unit, district, value, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (case_no, seq, rule, subject) DO NOTHING
"""


@dataclass(frozen=True)
class ScoreKeeper:
    """Turns entries into points."""

    pool: AsyncConnectionPool

    async def handle(self, event: Event) -> bool:
        """Write what this entry earns. May be repeated: a point that is there stays."""
        if event.action not in ACTIONS:
            return False
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=class_row(Entry))
            *earlier, entry = await (await cursor.execute(_LEDGER, (event.case_no, event.seq))).fetchall()
            await RuleBook(self.pool).ensure_for(*(each.detail for each in earlier), entry.detail)
            before = Case.from_entries(event.case_no, earlier)
            after = Case.from_entries(event.case_no, [*earlier, entry])
            found = earned(before, after, entry)
            for point in found:
                rule = SCHEME.rules[point.rule]
                what = (event.case_no, event.seq, rule.name, SCHEME.version, rule.subject, point.subject, point.unit)
                await connection.execute(_KEEP, (*what, after.state.district, rule.value, entry.at))
        return bool(found)
