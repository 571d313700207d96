"""`bancheng scenarios DIR`: run every scenario file of a folder; exit code 1 when one fails."""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.scenarios.clock import CaseClock
from ops.scenarios.load import Scenario, ScenarioError, load_all
from ops.scenarios.run import Play, Site
from ops.settings import DEMO_PASSWORD
from ops.system import System


async def play(scenarios: Sequence[Scenario], api_url: str, temporal_address: str, password: str, secret: bytes) -> int:
    """Run them one after the other. Returns how many failed."""
    site = Site(api_url, password, await CaseClock.connect(temporal_address, secret))
    failed = 0
    async with site.http:
        for scenario in scenarios:
            began = time.perf_counter()
            try:
                await Play(site, scenario).run()
            except ScenarioError as error:
                failed += 1
                print(f"不通过  {time.perf_counter() - began:.1f} 秒  {error}", flush=True)
                continue
            print(f"通过  {scenario.path.name}  {time.perf_counter() - began:.1f} 秒  {scenario.title}", flush=True)
    return failed


@dataclass(frozen=True, slots=True)
class Running:
    """A running system, started with time skipping."""

    url: str
    temporal: str
    password: str = ""
    """The demo users' where empty."""
    secret: bytes = b""


def main(folder: Path, running: Running | None) -> int:
    """Load everything before a system is started, so that a bad file is named first."""
    try:
        scenarios = load_all(folder)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 1
    if running:
        password = running.password or DEMO_PASSWORD
        failed = asyncio.run(play(scenarios, running.url, running.temporal, password, running.secret))
    else:
        with System(time_skipping=True) as system:
            site = system.api_url, system.temporal_address, system.password, system.secret
            failed = asyncio.run(play(scenarios, *site))
    print(f"{len(scenarios) - failed} passed, {failed} failed")
    return 1 if failed else 0
