"""Suggestions (办法建议): what is of the same kind is among the first five, on the labelled set, in PostgreSQL."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.queries import Statements
from api.queries.similar import SimilarQueries
from api.similar.index import digest, terms, weighed, words_in
from api.similar.words import words_of
from ops.postgres import conninfo
from tests.similar.corpus import KINDS, others

SECRET = b"made up for a test"
REACH = 0.9
OTHERS = 600


def said(matter: str, told: str) -> Counter[str]:
    return words_in({"name": matter}, [told])


@asynccontextmanager
async def index_in(url: str) -> AsyncIterator[tuple[SimilarQueries, AsyncEngine]]:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with AsyncConnectionPool(conninfo(url), kwargs={"autocommit": True}, open=False) as pool:
        yield SimilarQueries(engine, Statements(pool)), engine
    await engine.dispose()


async def _ask(url: str) -> list[tuple[str, str, Sequence[str]]]:
    """Every request of the labelled set, with its kind and the five that it was answered with."""
    async with index_in(url) as (index, _):
        known = [(kind["name"], matter, told) for kind in KINDS for matter, told in kind["known"]]
        known += [("", matter, told) for matter, told in others(OTHERS)]
        for number, (name, matter, told) in enumerate(known):
            await index.put("case", f"{name}#{number}", "xuanwu", weighed(said(matter, told), SECRET))
        answers = []
        for kind in KINDS:
            for matter, told in kind["asked"]:
                found = await index.like("xuanwu", terms(said(matter, told), SECRET), 5)
                answers.append((kind["name"], matter, [row.ref.partition("#")[0] for row in found]))
        elsewhere = await index.like("fuyang", terms(said(*KINDS[0]["known"][0]), SECRET), 5)
    assert elsewhere == [], "each district by itself"
    return answers


def test_a_paraphrase_finds_its_kind_among_the_first_five(empty: str, database: str) -> None:
    answers = asyncio.run(_ask(empty))
    hits = sum(name in found for name, _, found in answers)
    first = sum(found[:1] == [name] for name, _, found in answers)
    missed = [(name, matter) for name, matter, found in answers if name not in found]
    print(f"前五命中 {hits}/{len(answers)}，首位 {first}/{len(answers)}，未中 {missed}")
    assert hits / len(answers) >= REACH, missed


def test_ways_of_saying_the_same_are_one_word() -> None:
    assert set(words_of("房本办不下来")) & set(words_of("不动产权证一直没有"))
    assert words_of("") == words_of("的了是") == []
    assert "of" in words_of("Proof of Title")


def test_a_word_in_the_index_tells_nobody_which_word_it_is() -> None:
    assert digest("残疾", SECRET) != digest("残疾", b"another installation")
    assert -(2**63) <= digest("残疾", SECRET) < 2**63


def test_how_rare_a_word_is_follows_what_comes_and_goes(empty: str, database: str) -> None:
    async def counts() -> list[list[int]]:
        seen, words = [], weighed(said("古树迁移", "银杏"), SECRET)
        async with index_in(empty) as (index, engine):

            async def count() -> None:
                async with engine.connect() as connection:
                    found = await connection.execute(text("SELECT DISTINCT documents FROM similar_counts ORDER BY 1"))
                    seen.append([row[0] for row in found])

            await asyncio.gather(*(index.put("case", ref, "xuanwu", words) for ref in ("a", "b", "a", "b", "c")))
            await count()
            await index.drop("case", "a")
            await index.drop("case", "a")
            await count()
            assert {row.ref for row in await index.like("xuanwu", dict.fromkeys(words, 1.0), 5)} == {"b", "c"}
        return seen

    assert asyncio.run(counts()) == [[3], [2]], "the same document is counted once, however often it is put"
