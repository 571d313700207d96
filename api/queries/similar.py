"""The index of resolved cases and solutions (相似案件索引): words as digests, weighed by BM25, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, NamedTuple

from sqlalchemy import BigInteger, Float, and_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.queries.cases import ENDED_WELL
from api.queries.rows import AnyRow, first_row, table_of
from api.queries.statements import Statements
from models.actions import Action
from models.aggregate.upcasting import upcast_detail
from models.case import Case
from models.tables import CaseRow, SimilarDocumentRow

DOCUMENTS = table_of(SimilarDocumentRow)
CASES = table_of(CaseRow)

READ = 8000
"""How many rows are read for one query, of the rarest words first: it bounds the time, and a word of every second case
tells little."""

FEWEST = 2
"""How many words must be common to both, unless fewer are asked for: one alone is chance."""

_LIKE: LiteralString = """
WITH everything AS (SELECT coalesce(max(id), 0) + 1 AS documents FROM similar_documents),
wanted AS (
    SELECT w.term, w.weight * ln(1 + (e.documents - c.documents + 0.5) / (c.documents + 0.5)) AS weight,
        sum(c.documents) OVER (ORDER BY c.documents, w.term) AS rows
    FROM unnest(%(terms)s::bigint[], %(weights)s::float[]) AS w(term, weight) CROSS JOIN everything e
    JOIN similar_counts c ON c.district = %(district)s AND c.term = w.term AND c.documents > 0
),
found AS (
    SELECT t.document, sum(w.weight * t.weight) AS score
    FROM wanted w JOIN similar_terms t ON t.district = %(district)s AND t.term = w.term
    WHERE w.rows <= greatest(%(read)s, (SELECT min(rows) FROM wanted))
    GROUP BY t.document HAVING count(*) >= least(%(fewest)s, %(asked)s)
    ORDER BY score DESC, t.document DESC LIMIT %(most)s
)
SELECT d.kind, d.ref, f.score, c.district, c.unit, c.readers, c.departments, c.first_receiver,
    c.first_receiver_deputy, c.matter, c.stage, c.category, c.state->>'outcome', c.state->>'resolved_at'
FROM found f JOIN similar_documents d ON d.id = f.document
LEFT JOIN cases c ON d.kind = 'case' AND c.case_no = d.ref AND c.stage = ANY(%(ended)s) AND c.merged_into IS NULL
ORDER BY f.score DESC, d.id DESC
"""

_DONE: LiteralString = """
SELECT case_no, action, detail, v FROM entries
WHERE case_no = ANY(%(refs)s) AND action IN ('measured', 'resolved') ORDER BY seq
"""


class Resolved(NamedTuple):
    """A case that is still resolved: its matter and outcome, and the columns that decide who may see it."""

    district: str
    unit: str
    readers: Sequence[str]
    departments: Sequence[str]
    first_receiver: str
    first_receiver_deputy: str | None
    matter: str
    stage: str
    category: str | None
    outcome: str | None
    resolved_at: str


class Like(NamedTuple):
    """A document that is like the query."""

    kind: str
    ref: str
    score: float
    case: Resolved | None
    """None for a solution; for a case that was taken up again, merged or is gone."""


_PUT = text("""
WITH added AS (
    INSERT INTO similar_documents (kind, ref, district) VALUES (:kind, :ref, :district)
    ON CONFLICT (kind, ref) DO NOTHING RETURNING id
),
words AS (SELECT * FROM unnest(:terms, :weights) AS w(term, weight) ORDER BY term),
kept AS (
    INSERT INTO similar_terms (district, term, document, weight)
    SELECT :district, term, id, weight FROM added CROSS JOIN words
)
INSERT INTO similar_counts AS c (district, term, documents) SELECT :district, term, 1 FROM added CROSS JOIN words
ON CONFLICT (district, term) DO UPDATE SET documents = c.documents + 1
""").bindparams(bindparam("terms", type_=ARRAY(BigInteger)), bindparam("weights", type_=ARRAY(Float)))
"""In the order of the terms: two at the same moment wait for each other and never in a circle."""

_DROP = text("""
WITH gone AS (DELETE FROM similar_documents WHERE kind = :kind AND ref = :ref RETURNING id),
words AS (DELETE FROM similar_terms WHERE document IN (SELECT id FROM gone) RETURNING district, term),
counted AS (
    SELECT c.district, c.term FROM similar_counts c JOIN words USING (district, term)
    ORDER BY c.district, c.term FOR UPDATE OF c
)
UPDATE similar_counts c SET documents = c.documents - 1 FROM counted u
WHERE c.district = u.district AND c.term = u.term
""")


class SimilarQueries:
    """Reads and writes `similar_documents`, `similar_terms` and `similar_counts`."""

    def __init__(self, engine: AsyncEngine, statements: Statements) -> None:
        self._engine = engine
        self._statements = statements

    async def put(self, kind: str, ref: str, district: str, terms: Mapping[int, float]) -> None:
        """Index a document; nothing where it is indexed already."""
        document = {"kind": kind, "ref": ref, "district": district}
        weighed = {"terms": list(terms), "weights": list(terms.values())}
        async with self._engine.connect() as connection:
            await connection.execute(_PUT, {**document, **weighed})

    async def drop(self, kind: str, ref: str) -> None:
        """Forget a document."""
        async with self._engine.connect() as connection:
            await drop(connection, kind, ref)

    async def standing(self, kind: str, ref: str) -> AnyRow | None:
        """Whether a case is resolved, and whether it is indexed, with its district; None where there is no such case.

        Its state is there where the two differ: then it is needed.
        """
        c, d = CASES.c, DOCUMENTS.c
        indexed = select(d.id).where(and_(d.kind == kind, d.ref == ref)).exists()
        resolved = and_(c.stage.in_(ENDED_WELL), c.state["resolved_at"].astext.is_not(None))
        asked = select(indexed.label("indexed"), resolved.label("resolved")).where(c.case_no == ref)
        return await first_row(self._engine, asked)

    async def like(self, district: str, terms: Mapping[int, float], most: int) -> list[Like]:
        """The documents of a district that are most like these terms, the likest first."""
        if not terms:
            return []
        values = {"terms": list(terms), "weights": list(terms.values()), "read": READ, "most": most}
        values |= {"district": district, "fewest": FEWEST, "asked": len(terms), "ended": list(map(str, ENDED_WELL))}
        documents = await self._statements.rows(_LIKE, values)
        return [
            Like(kind, ref, score, Resolved(*case) if case[0] is not None else None)
            for kind, ref, score, *case in documents
        ]

    async def done(self, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The outcome of each of these cases: kinds of measures, how it ended, and on which basis."""
        outcomes: dict[str, dict[str, Any]] = {ref: {"measures": [], "basis": [], "how": None} for ref in refs}
        if not outcomes:
            return outcomes
        for case_no, action, stored, v in await self._statements.rows(_DONE, {"refs": list(refs)}):
            outcome, detail = outcomes[case_no], upcast_detail(Case.kind, action, stored, v)
            if action == Action.RESOLVED:
                outcome.update(basis=detail.get("basis", []), how=detail.get("summary"))
            elif detail["kind"] not in outcome["measures"]:
                outcome["measures"].append(detail["kind"])
        return outcomes


async def drop(connection: AsyncConnection, kind: str, ref: str) -> None:
    """Forget a document, in somebody's transaction."""
    await connection.execute(_DROP, {"kind": kind, "ref": ref})
