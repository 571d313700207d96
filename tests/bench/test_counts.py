"""The counts of the reference case are the ones on file: a change of them is meant, or a mistake."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import psutil
import pytest
from pydantic_core import to_json

from ops.lab.bench.counts import Counted, count_reference_case
from ops.lab.bench.floor import UPDATES, answer, argument, update_id
from ops.lab.bench.ratios import OURSELVES, Batch, ratio, rounds
from ops.lab.bench.reaches import REACHES, lines
from ops.lab.bench.reference import commands
from ops.lab.bench.statements import Span, statements_in
from ops.system import System

COUNTS = Path(__file__).with_name("counts.json")
EXACT = ("events", "state_transitions", "sql_statements_of_the_register")
BYTES = "history_bytes"
AT_MOST = ("sql_statements", "idle_statements_a_second")


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.xdist_group("faults")
def test_the_reference_case_costs_what_is_on_file() -> None:
    with System() as system:
        found = asyncio.run(count_reference_case(system, idle_seconds=15)).figures()
    expected = json.loads(COUNTS.read_text(encoding="utf-8"))
    meant = f"计数变了：若是有意为之，请更新 {COUNTS.name}（全部语句：bancheng counts）"
    assert {name: found[name] for name in EXACT} == {name: expected[name] for name in EXACT}, meant
    # Addresses of processes and random ids are in the history too: its size varies by a few bytes.
    assert found[BYTES] == pytest.approx(expected[BYTES], rel=0.02), meant
    # Followers and sweeps ask in their own time, so these are bounds.
    for name in AT_MOST:
        assert found[name] <= expected[name], f"{name}: {meant}"
    assert set(expected) == {*EXACT, BYTES, *AT_MOST}


def test_a_statement_is_told_apart_by_process_and_may_run_over_lines() -> None:
    stamp = "2026-11-28 22:41:08.123 CST [7]"
    asked = statements_in(
        f"{stamp} worker LOG:  execute _pg3_1: INSERT INTO entries\n\tSELECT 1\n"
        f"{stamp} worker DETAIL:  Parameters: $1 = 'SELECT'\n"
        f"{stamp} api LOG:  statement: BEGIN\n"
        f"{stamp} bench LOG:  statement: SELECT 'ours'\n"
        f"{stamp} worker LOG:  execute <unnamed>: INSERT INTO entries SELECT 1\n"
    )
    assert asked == {("worker", "INSERT INTO entries SELECT 1"): 2, ("api", "BEGIN"): 1}


def test_what_an_idle_system_asks_stands_beside_the_case() -> None:
    register = ("worker", "WITH x AS (INSERT INTO entries SELECT 1) SELECT 1")
    idle = Span(30.0, Counter({("worker", "poll"): 30, ("api", "poll"): 60}))
    case = Span(2.0, Counter({("worker", "poll"): 3, ("api", "poll"): 4, register: 8}))
    figures = Counted({"events": 56}, idle, case).figures()
    assert figures["sql_statements"] == 15 - 6
    assert figures["sql_statements_with_idle_share"] == 15
    assert figures["sql_statements_of_the_register"] == 8
    assert figures["sql_statements_by_process"] == {"worker": 9, "api": 0}
    assert figures["idle_statements_a_second"] == 3.0


def test_the_floor_carries_what_a_real_command_does() -> None:
    said = argument()
    assert 255 <= len(to_json(said)) <= 285
    assert 385 <= len(to_json(answer(said))) <= 415
    assert len(update_id()) == 9
    assert len(commands()) == UPDATES


def test_a_figure_stands_beside_its_reach() -> None:
    figures = {"cpu_ratio": [1.2, 1.1, 1.4], **dict.fromkeys(set(REACHES) - {"cpu_ratio"}, 10**6)}
    held, *missed = lines(figures)
    assert held.startswith("达到")
    assert "1.2（1.1–1.4）" in held
    assert all(line.startswith("未达到") for line in missed)


def test_every_other_round_goes_back_the_way_it_came() -> None:
    ran: list[str] = []

    def arm(name: str) -> Batch:
        async def run() -> None:
            ran.append(name)

        return run

    processes = {OURSELVES: psutil.Process()}
    found = asyncio.run(rounds({"a": arm("a"), "b": arm("b")}, processes, {OURSELVES: 0.0}, 4, seed=1))
    assert len(ran) == 8
    for at in range(0, 8, 4):
        assert ran[at : at + 4] in (["a", "b", "b", "a"], ["b", "a", "a", "b"])
    assert [len(costs) for costs in found.values()] == [4, 4]


def test_a_ratio_lies_in_its_interval() -> None:
    found = ratio([1.4, 1.5, 1.6, 1.5, 1.45], seed=1)
    assert found.median == 1.5
    assert 1.4 <= found.low <= found.median <= found.high <= 1.6
