"""The index of what was done before (相似案件索引): words as digests, weighed by BM25, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Float,
    Text,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.queries.cases import ENDED_WELL
from api.queries.rows import AnyRow, rows, table_of
from models.tables import CaseRow, EntryRow, SimilarDocumentRow

DOCUMENTS = table_of(SimilarDocumentRow)
CASES, ENTRIES = table_of(CaseRow), table_of(EntryRow)

READ = 8000
"""So many rows are read for one question, of the rarest words first: it bounds the time, and what is in every second
case tells little."""

FEWEST = 2
"""So many words must be common to both, unless fewer are asked for: one alone is chance."""

_LIKE = text("""
WITH everything AS (SELECT coalesce(max(id), 0) + 1 AS documents FROM similar_documents),
wanted AS (
    SELECT w.term, w.weight * ln(1 + (e.documents - c.documents + 0.5) / (c.documents + 0.5)) AS weight,
        sum(c.documents) OVER (ORDER BY c.documents, w.term) AS rows
    FROM unnest(:terms, :weights) AS w(term, weight) CROSS JOIN everything e
    JOIN similar_counts c ON c.district = :district AND c.term = w.term AND c.documents > 0
),
found AS (
    SELECT t.document, sum(w.weight * t.weight) AS score
    FROM wanted w JOIN similar_terms t ON t.district = :district AND t.term = w.term
    WHERE w.rows <= greatest(:read, (SELECT min(rows) FROM wanted))
    GROUP BY t.document HAVING count(*) >= least(:fewest, :asked)
    ORDER BY score DESC, t.document DESC LIMIT :most
)
SELECT d.kind, d.ref, f.score FROM found f JOIN similar_documents d ON d.id = f.document
ORDER BY f.score DESC, d.id DESC
""").bindparams(bindparam("terms", type_=ARRAY(BigInteger)), bindparam("weights", type_=ARRAY(Float)))

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

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(self, kind: str, ref: str, district: str, terms: Mapping[int, float]) -> None:
        """Index a document; nothing where it is indexed already."""
        said = {"kind": kind, "ref": ref, "district": district}
        weighed = {"terms": list(terms), "weights": list(terms.values())}
        async with self._engine.connect() as connection:
            await connection.execute(_PUT, {**said, **weighed})

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
        state = case((indexed != resolved, c.state)).label("state")
        asked = select(indexed.label("indexed"), resolved.label("resolved"), c.district, state)
        found = await rows(self._engine, asked.where(c.case_no == ref))
        return found[0] if found else None

    async def like(self, district: str, terms: Mapping[int, float], most: int) -> Sequence[AnyRow]:
        """The documents of a district that are most like these terms, the likest first: kind, ref, score."""
        said = {"terms": list(terms), "weights": list(terms.values()), "read": READ, "most": most}
        said |= {"fewest": FEWEST, "asked": len(terms)}
        return await rows(self._engine, _LIKE.bindparams(district=district, **said)) if terms else []

    async def cases(
        self, refs: Sequence[str], known: ColumnElement[bool], own: ColumnElement[bool], most: int
    ) -> Sequence[AnyRow]:
        """Those of these cases that are still resolved and `known` to somebody, in the order given, so many at most.

        What is their `own` to read is `told` to them with its words.
        """
        c = CASES.c
        outcome = c.state["outcome"].astext.label("outcome")
        resolved = c.state["resolved_at"].astext.cast(DateTime(timezone=True)).label("resolved_at")
        names = (c.case_no, c.matter, c.unit, c.stage, c.category, outcome, resolved, own.label("told"))
        wanted = and_(c.case_no.in_(refs), c.stage.in_(ENDED_WELL), c.merged_into.is_(None), known)
        place = func.array_position(array(list(refs), type_=Text), c.case_no)
        return await rows(self._engine, select(*names).where(wanted).order_by(place).limit(most)) if refs else []

    async def done(self, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What was done in these cases: kinds of measures; how it ended, and on which basis."""
        e = ENTRIES.c
        found: dict[str, dict[str, Any]] = {ref: {"measures": [], "basis": [], "how": None} for ref in refs}
        if not found:
            return found
        wanted = and_(e.case_no.in_(refs), e.action.in_(("measured", "resolved")))
        for row in await rows(self._engine, select(e.case_no, e.action, e.detail).where(wanted).order_by(e.seq)):
            said = found[row.case_no]
            if row.action == "resolved":
                said.update(basis=row.detail.get("basis", []), how=row.detail.get("summary"))
            elif row.detail["kind"] not in said["measures"]:
                said["measures"].append(row.detail["kind"])
        return found

    @staticmethod
    def of_district(district: str) -> ColumnElement[bool]:
        """The cases of a district."""
        return CASES.c.district == district


async def drop(connection: AsyncConnection, kind: str, ref: str) -> None:
    """Forget a document, in somebody's transaction."""
    await connection.execute(_DROP, {"kind": kind, "ref": ref})
