"""办法建议耗时: a hundred thousand resolved cases of one district, and how long one question about them takes."""

import random
import time
from collections.abc import Iterator
from itertools import accumulate
from statistics import quantiles
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from api.queries import Statements
from api.queries.similar import SimilarQueries
from api.similar.index import terms, words_in
from api.similar.words import make_ready, words_of
from ops.postgres import conninfo

DISTRICT, VOCABULARY = "bench", 20_000
WORDS_A_CASE = (20, 60)
QUESTIONS = 200

TOLD = (
    "独居老人瘫痪在床，身份证到期，子女都在外地，派出所要求本人到场采集指纹，社区说可以代办，窗口说没有依据，"
    "已经跑了四次，医保报销也因此卡住，请求上门办理或者视频核实，老人的房产证、户口簿都可以提供原件核对"
)


async def similar(url: str, count: int) -> dict[str, Any]:
    """The milliseconds of a question, and of a request's words; the floor is one SELECT of one row."""
    async with await AsyncConnection.connect(conninfo(url)) as connection:
        await _fill(connection, count)
    await _settle(url)
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    chance, asked, floors = random.Random(11), [], []
    async with AsyncConnectionPool(conninfo(url), kwargs={"autocommit": True}, open=False) as pool:
        queries = SimilarQueries(engine, Statements(pool))
        for _ in range(QUESTIONS):
            question = dict.fromkeys(_words(chance), 1.0)
            floors.append(await _floor(engine))
            began = time.perf_counter()
            matches = await queries.like(DISTRICT, question, 40)
            asked.append((time.perf_counter() - began) * 1000)
            if not matches:
                raise RuntimeError("一件相似案件都没有找到：测的不是检索")
    await engine.dispose()
    make_ready()
    began = time.perf_counter()
    for _ in range(QUESTIONS):
        terms(words_in({"name": "居民身份证到期换领"}, [TOLD]), b"bench")
    words = (time.perf_counter() - began) * 1000 / QUESTIONS
    p50, p95 = _middle(asked), quantiles(asked, n=20)[18]
    return {
        "similar_cases": count,
        "words_in_request": len(words_of(TOLD)),
        "words_ms": round(words, 2),
        "similar_p50_ms": round(p50, 1),
        "similar_p95_ms": round(p95, 1),
        "similar_floor_ms": round(_middle(floors), 2),
    }


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


async def _floor(engine: AsyncEngine) -> float:
    began = time.perf_counter()
    async with engine.connect() as connection:
        await connection.execute(text("SELECT ref FROM similar_documents WHERE id = 1"))
    return (time.perf_counter() - began) * 1000


_ZIPF = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))


def _words(chance: random.Random) -> set[int]:
    """Words with a natural distribution: a few in every text, most in hardly any."""
    return set(chance.choices(range(VOCABULARY), cum_weights=_ZIPF, k=chance.randint(*WORDS_A_CASE)))


async def _fill(connection: AsyncConnection, count: int) -> None:
    chance = random.Random(7)
    await connection.execute("TRUNCATE similar_documents, similar_terms, similar_counts RESTART IDENTITY")
    async with connection.cursor() as cursor:
        async with cursor.copy("COPY similar_documents (kind, ref, district) FROM STDIN") as copy:
            for number in range(count):
                await copy.write_row(("case", f"bench-{number}", DISTRICT))
        async with cursor.copy("COPY similar_terms (district, term, document, weight) FROM STDIN") as copy:
            for row in _terms(chance, count):
                await copy.write_row(row)
    await connection.execute(
        "INSERT INTO similar_counts SELECT district, term, count(*) FROM similar_terms GROUP BY district, term"
    )
    await connection.commit()


def _terms(chance: random.Random, count: int) -> Iterator[tuple[str, int, int, float]]:
    for document in range(1, count + 1):
        for word in sorted(_words(chance)):
            yield DISTRICT, word, document, chance.uniform(0.5, 2)


async def _settle(url: str) -> None:
    """Vacuum, as autovacuum would have by now."""
    async with await AsyncConnection.connect(conninfo(url), autocommit=True) as connection:
        await connection.execute("VACUUM ANALYZE similar_terms")
        await connection.execute("VACUUM ANALYZE similar_documents")
        await connection.execute("VACUUM ANALYZE similar_counts")
