"""The follower `scores` (记分): reads entries of cases and writes the points they earn, each once."""

from dataclasses import dataclass

from psycopg_pool import AsyncConnectionPool

from activities.followers.events import Event, Follower
from activities.ledgers.kinds import CASES
from activities.ledgers.rules import RuleBook
from activities.ledgers.writing import as_read_today
from models.case import Case
from models.scores import ACTIONS, SCHEME, earned, may_earn

FOLLOWER = "scores"

_LEDGER = "SELECT * FROM entries WHERE case_no = %s AND seq <= %s ORDER BY seq"
_KEEP = """
INSERT INTO score_points (case_no, seq, rule, version, kind, subject, unit, district, value, at)
SELECT %(case_no)s, %(seq)s, rule, %(version)s, kind, subject, unit, %(district)s, value, %(at)s
FROM unnest(%(rules)s::text[], %(kinds)s::text[], %(subjects)s::text[], %(units)s::text[], %(values)s::int[])
    AS earned(rule, kind, subject, unit, value)
ON CONFLICT (case_no, seq, rule, subject) DO NOTHING
"""


@dataclass(frozen=True)
class ScoreKeeper:
    """Turns entries into points."""

    pool: AsyncConnectionPool

    @property
    def follower(self) -> Follower:
        """The follower of the event log."""
        return Follower(self.handle, ACTIONS)

    async def handle(self, event: Event) -> bool:
        """Write the points of this entry. May be repeated: an existing point stays."""
        if not may_earn(event.action, event.detail):
            return False
        async with self.pool.connection() as connection:
            cursor = connection.cursor(row_factory=as_read_today(CASES))
            *earlier, entry = await (await cursor.execute(_LEDGER, (event.case_no, event.seq))).fetchall()
            await RuleBook(self.pool).ensure_for(*(each.detail for each in earlier), entry.detail)
            before = Case.from_entries(event.case_no, earlier)
            after = Case.from_form(before.form)
            after.apply(entry)
            awards = earned(before, after, entry)
            if awards:
                rules = [SCHEME.rules[point.rule] for point in awards]
                points = {
                    **{"case_no": event.case_no, "seq": event.seq, "version": SCHEME.version, "at": entry.at},
                    **{"district": after.state.district, "values": [rule.value for rule in rules]},
                    **{"rules": [rule.name for rule in rules], "kinds": [rule.subject for rule in rules]},
                    **{"subjects": [point.subject for point in awards], "units": [point.unit for point in awards]},
                }
                await connection.execute(_KEEP, points)
        return bool(awards)
