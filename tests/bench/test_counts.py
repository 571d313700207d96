"""The counts of the reference case are the ones on file: a change of them is meant, or a mistake."""

import asyncio
import json
from pathlib import Path

import pytest

from ops.bench.counts import count_reference_case
from ops.bench.ratios import ratio
from ops.bench.reference import commands
from ops.system import System

COUNTS = Path(__file__).with_name("counts.json")
BYTES = "history_bytes"


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.xdist_group("faults")
def test_the_reference_case_costs_what_is_on_file() -> None:
    with System() as system:
        found = asyncio.run(count_reference_case(system))
    expected = json.loads(COUNTS.read_text(encoding="utf-8"))
    # Addresses of processes and random ids are in the history too: its size varies by a few bytes.
    assert found.pop(BYTES) == pytest.approx(expected.pop(BYTES), rel=0.02)
    assert found == expected, f"计数变了：若是有意为之，请更新 {COUNTS.name}"
    assert found["events"] <= 60


def test_the_reference_case_has_eight_commands() -> None:
    assert len(commands()) == 8


def test_a_ratio_lies_in_its_interval() -> None:
    found = ratio([1.4, 1.5, 1.6, 1.5, 1.45], seed=1)
    assert found.median == 1.5
    assert 1.4 <= found.low <= found.median <= found.high <= 1.6
