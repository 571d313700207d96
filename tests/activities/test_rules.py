"""规则库: every rule that was ever in force stays in the table, and whoever needs one by its digest finds it there."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from activities.ledgers.rules import RuleBook
from models.rules import RulesError, UnknownRulesError, in_force, places, registry, rules, take_up
from models.rules.release import FOLDER
from ops import setup
from tests.settings import with_database


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """To forget everything, as a process that begins with no files; all is as before when the test is over."""

    def forget() -> None:
        monkeypatch.setattr(registry, "_contents", {})
        monkeypatch.setattr(registry, "_rules", {})

    yield forget
    monkeypatch.undo()
    take_up(FOLDER)


def edited(tmp_path: Path, before: str, after: str) -> Path:
    """The files with another base."""
    copy = tmp_path / "rules"
    shutil.copytree(FOLDER, copy)
    base = copy / "base.toml"
    base.write_text(base.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return copy


def on(database: str, *work: Callable[[RuleBook], Awaitable[Any]]) -> None:
    async def run() -> None:
        async with AsyncConnectionPool(database, min_size=4, max_size=4, kwargs={"autocommit": True}) as pool:
            await asyncio.gather(*(each(RuleBook(pool)) for each in work))

    asyncio.run(run())


def rows(database: str, wanted: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(f"SELECT {wanted}").fetchall()


def test_one_new_figure_is_one_new_row_and_a_set_for_each_place(
    database: str, tmp_path: Path, forgotten: Callable[[], None]
) -> None:
    forgotten()
    take_up(FOLDER)
    on(database, *(RuleBook.publish for _ in range(4)))
    sizes = {"base": 1, "place": len(places()), "scope": 1, "set": len(places()), "words": 1}
    counted = "kind, count(*)::int FROM rules GROUP BY kind"
    assert dict(rows(database, counted)) == sizes, "whoever publishes at the same moment"
    take_up(edited(tmp_path, "[limits.difficult]\ndays = 5", "[limits.difficult]\ndays = 4"))
    on(database, RuleBook.publish, RuleBook.publish)
    assert dict(rows(database, counted)) == {**sizes, "base": 2, "set": 2 * len(places())}
    assert rows(database, "DISTINCT max(number) FROM rules WHERE kind = 'set' GROUP BY place") == [(2,)]
    assert in_force("xuanwu").number == 2
    take_up(FOLDER)
    on(database, RuleBook.publish)
    assert in_force("xuanwu").number == 1, "what is put back is what it was"


def test_a_process_without_the_files_reads_what_a_case_names(
    database: str, tmp_path: Path, forgotten: Callable[[], None]
) -> None:
    on(database, RuleBook.publish)
    wanted = in_force("xuanwu")
    figures, words, scope = wanted.policy.limits, wanted.words, wanted.scope
    forgotten()
    take_up(tmp_path)
    with pytest.raises(UnknownRulesError):
        rules(wanted.digest)
    on(database, lambda book: book.ensure_for({"opening": {"rules": wanted.digest}}))
    found = rules(wanted.digest)
    assert (found.policy.limits, found.words, found.scope) == (figures, words, scope)
    assert list(found.policy.limits) == list(figures), "in the order in which they were written"
    closed = AsyncConnectionPool(database, open=False)
    asyncio.run(RuleBook(closed).ensure(wanted.digest))  # what is known asks nobody
    with pytest.raises(UnknownRulesError, match="111111111111 不在规则库"):
        on(database, lambda book: book.ensure("1" * 64))


def test_setting_up_names_what_is_wrong_with_a_file(empty: str, tmp_path: Path, forgotten: Callable[[], None]) -> None:
    take_up(edited(tmp_path, "days = 15", "days = 0"))
    config = with_database(empty)
    with pytest.raises(RulesError, match=r"limits\.rectification 应为不小于 1"):
        asyncio.run(setup.rules(config))


def test_no_row_is_changed_and_one_that_was_is_not_gone_by(database: str, forgotten: Callable[[], None]) -> None:
    on(database, RuleBook.publish)
    digest = in_force("xuanwu").digest
    spoil = "UPDATE rules SET content = replace(content::text, '玄武区', '北京市')::json WHERE kind = 'place'"
    with psycopg.connect(database) as connection:
        for statement in (spoil, "DELETE FROM rules", "TRUNCATE rules"):
            with pytest.raises(psycopg.errors.RaiseException, match="只能追加"), connection.transaction():
                connection.execute(statement)
        connection.execute("ALTER TABLE rules DISABLE TRIGGER append_only")
        connection.execute(spoil)
    forgotten()
    with pytest.raises(UnknownRulesError, match="不在规则库"):
        on(database, lambda book: book.ensure(digest))
