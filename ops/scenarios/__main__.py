"""`python -m ops.scenarios DIR`: run every scenario file of a folder; exit code 1 when one fails."""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ops.scenarios.clock import CaseClock
from ops.scenarios.load import Scenario, ScenarioError, load_all
from ops.scenarios.run import Play, Site
from ops.settings import DEMO_PASSWORD
from ops.system import System


async def play(scenarios: Sequence[Scenario], api_url: str, temporal_address: str, password: str, secret: bytes) -> int:
    """Run them one after the other; how many failed."""
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


def main() -> int:
    """Load everything first, so that a bad file is told before a system is started."""
    parser = argparse.ArgumentParser(prog="make scenarios", description="运行场景文件")
    parser.add_argument("folder", type=Path, help="放 .yaml 场景文件的目录")
    parser.add_argument("--url", help="用已经运行的系统：接口地址（须以时间快进方式启动）")
    parser.add_argument("--temporal", help="用已经运行的系统：Temporal 地址")
    parser.add_argument("--password", default=DEMO_PASSWORD, help="演示账号的密码")
    parser.add_argument("--secret", type=bytes.fromhex, default=b"", help="该系统数据目录中 secret 文件的内容")
    said = parser.parse_args()
    if bool(said.url) != bool(said.temporal):
        parser.error("--url 和 --temporal 须一起写：只写一个，就不知道案件的时钟在哪里")
    try:
        scenarios = load_all(said.folder)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 1
    if said.url and said.temporal:
        failed = asyncio.run(play(scenarios, said.url, said.temporal, said.password, said.secret))
    else:
        with System(time_skipping=True) as system:
            found = system.api_url, system.temporal_address, system.password, system.secret
            failed = asyncio.run(play(scenarios, *found))
    print(f"{len(scenarios) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
