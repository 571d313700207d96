"""The rule book (规则库): the table `rules`, which keeps every part and set that ever came into force, by digest.

Each process publishes its own release's rules and reads those of the others, so a case goes on by its rules whatever
happened to the files and whichever release opened it.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Json
from psycopg_pool import AsyncConnectionPool

from models.rules import Content, Kind, UnknownRulesError, admit, contents_of, faults, known, made, named_in

ALL = "SELECT digest, kind, content, number FROM rules ORDER BY made_at, digest"

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('rules', 0))"
_PUBLISH = """
INSERT INTO rules (digest, kind, place, number, content, made_at)
SELECT %(digest)s, %(kind)s::text, %(place)s::text, coalesce(max(number), 0) + 1, %(content)s, clock_timestamp()
FROM rules WHERE kind = %(kind)s::text AND place = %(place)s::text
ON CONFLICT (digest) DO NOTHING
"""
"""Numbers are given here, under a lock: no manual numbering, no number twice."""

_text = partial(json.dumps, ensure_ascii=False)
"""As people read it in the table."""

_KNOWN = frozenset(Kind)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RuleBook:
    """The table, reached through a pool of connections in autocommit."""

    pool: AsyncConnectionPool

    async def publish(self) -> None:
        """Put this release's rules into the table and read the others. Safe from anywhere, at any time.

        Errors in the files are logged; where the files give no rules, the last published ones stay in force.
        """
        for fault in faults():
            logger.error("规则文件有误，有关地区仍按上一次发布的规则立案：%s", fault)
        ours = {content.digest: content for digest in made() for content in contents_of(digest)}
        async with self.pool.connection() as connection:
            published = {row["digest"] for row in await _read(connection)}
            if missing := [content for digest, content in ours.items() if digest not in published]:
                await _write(connection, missing)
                await _read(connection)

    async def ensure(self, *digests: str) -> None:
        """Make these rules known to this process; without a statement if they are.

        Raises UnknownRulesError where the table lacks a part of them.
        """
        if not all(map(known, digests)):
            async with self.pool.connection() as connection:
                await ensure_over(connection, digests)

    async def ensure_for(self, *contents: Mapping[str, Any]) -> None:
        """The same for the rules named in bodies of commands, details of entries or states."""
        await self.ensure(*set(named_in(contents)))


async def ensure_over(connection: AsyncConnection, digests: Iterable[str]) -> None:
    """The same over an open connection."""
    wanted = set(digests)
    if not all(map(known, wanted)):
        await _read(connection)
    for digest in sorted(wanted):
        if not known(digest):
            raise UnknownRulesError(digest)


async def _read(connection: AsyncConnection) -> list[dict[str, Any]]:
    cursor = connection.cursor(row_factory=dict_row)
    rows = await (await cursor.execute(ALL)).fetchall()
    take_in(rows)
    return rows


def take_in(rows: Iterable[Mapping[str, Any]]) -> None:
    """Admit the table's rows of the kinds that this release knows.

    A changed row does not match its digest: it is logged and no case uses it.
    """
    for row in rows:
        if row["kind"] in _KNOWN and admit(row["kind"], row["content"], row["number"]) != row["digest"]:
            logger.error("规则库中 %s 的内容与摘要不符：被改动，请从备份恢复", row["digest"])


async def _write(connection: AsyncConnection, contents: list[Content]) -> None:
    async with connection.transaction():
        await connection.execute(_LOCK)
        for each in contents:
            row = {"digest": each.digest, "kind": each.kind, "place": each.place, "content": Json(each.content, _text)}
            await connection.execute(_PUBLISH, row)
