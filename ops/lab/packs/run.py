"""`bancheng packs [name …]`: work packs through, killing everything half-way. Exit code 1 on a wrong figure.

Last line JSON.
"""

import asyncio
import json
import time
from typing import Any

from ops.lab.packs.packs import PACKS, Pack
from ops.lab.packs.work import Office, figures_of, work_through, wrong
from ops.system import System

EVERYTHING = ("worker", "followers", "api", "temporal", "postgres")


async def run(system: System, pack: Pack) -> dict[str, Any]:
    """Run one pack, with everything killed when half of it is done. Returns its result."""
    office, half, began = Office(system), asyncio.Event(), time.perf_counter()
    working = asyncio.create_task(work_through(office, pack, half))
    halfway = asyncio.create_task(half.wait())
    await asyncio.wait((working, halfway), return_when=asyncio.FIRST_COMPLETED)
    halfway.cancel()
    for name in EVERYTHING:
        system.kill(name)
    for name in reversed(EVERYTHING):
        system.start(name)
    await asyncio.to_thread(system.await_ready)
    await working
    report = await figures_of(office, pack)
    await office.close()
    return {"pack": pack.name, "seconds": round(time.perf_counter() - began, 1), "wrong": wrong(pack, report)}


def main(names: list[str]) -> int:
    """Run the packs of these names, or all."""
    chosen = [pack for pack in PACKS if not names or any(pack.name.startswith(name) for name in names)]
    with System() as system:
        results = [asyncio.run(run(system, pack)) for pack in chosen]
    for each in results:
        verdict = "；".join(each["wrong"]) or "数字全部相符"
        print(f"{'不符' if each['wrong'] else '通过'}  {each['pack']}  {each['seconds']} 秒  {verdict}")
    print(json.dumps(results, ensure_ascii=False))
    return 1 if any(each["wrong"] for each in results) else 0
