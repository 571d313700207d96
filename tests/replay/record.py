"""`python -m tests.replay.record`: run every story and keep its histories, its ledgers, and digests of their states.

What is kept already stays as it is, as the cases of earlier releases do: it is what a new release is tried with.
`--anew` records everything again, which only a release may do that no installation has to be carried over to.
"""

import asyncio
import json
import shutil
import sys
from pathlib import Path

from activities.ledgers.kinds import CASES
from ops.scenarios.clock import CaseClock
from ops.scenarios.load import load
from ops.scenarios.run import Play, Site
from ops.settings import ROOT
from ops.system import System
from tests.departments.conftest import Town
from tests.replay import record_beside, record_deliveries
from tests.replay.keeping import is_kept, keep
from tests.replay.kept import (
    BROKEN,
    DIGESTS,
    HISTORIES,
    LEDGERS,
    folded,
    members_of,
    read_ledger,
    state_digest,
    write_history,
)

STORIES = ROOT / "tests" / "scenarios"


async def stories(system: System) -> None:
    """Each story that is not kept yet; each run of each of its cases becomes `<story>.<case>.<run>.json`."""
    clock = await CaseClock.connect(system.temporal_address, system.secret)
    site = Site(system.api_url, system.password, clock)
    async with site.http:
        for path in sorted(STORIES.glob("*.yaml")):
            if is_kept(path.stem):
                continue
            play = Play(site, load(path))
            await play.run()
            for name, case_no in play.cases.items():
                await keep(system, f"{path.stem}.{name}", case_no, CASES, case_no)


def write_broken(source: Path) -> None:
    """A history that our code cannot have made: where it started its timer, an activity was scheduled."""
    said = json.loads(source.read_text(encoding="utf-8"))
    events = said["history"]["events"]
    timer = next(event for event in events if event["eventType"] == "EVENT_TYPE_TIMER_STARTED")
    timer["eventType"] = "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"
    started = timer.pop("timerStartedEventAttributes")
    timer["activityTaskScheduledEventAttributes"] = {
        "activityId": "1",
        "activityType": {"name": "something_else"},
        "taskQueue": {"name": "cases"},
        "workflowTaskCompletedEventId": started["workflowTaskCompletedEventId"],
    }
    write_history(HISTORIES / f"{BROKEN}.json", said["workflow_id"], said["history"], said["kind"], said["ledger"])


def write_digests() -> None:
    """A digest for each ledger that has none yet; the others, and the members that they were taken over, stay."""
    kept = json.loads(DIGESTS.read_text(encoding="utf-8")) if DIGESTS.exists() else {"members": {}, "states": {}}
    ledgers = {path.stem: read_ledger(path) for path in sorted(LEDGERS.glob("*.jsonl"))}
    new = {name: folded(name.partition(".")[0], ledgers[name]) for name in ledgers.keys() - kept["states"].keys()}
    for it in new.values():
        kept["members"] = {**members_of(it), **kept["members"]}
    kept["states"] |= {name: state_digest(it, kept["members"]) for name, it in new.items()}
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    DIGESTS.write_text(text + "\n", encoding="utf-8")


def main(*, anew: bool) -> None:
    """Keep what is not kept yet."""
    if anew:
        shutil.rmtree(HISTORIES, ignore_errors=True)
        shutil.rmtree(LEDGERS, ignore_errors=True)
        DIGESTS.unlink(missing_ok=True)
    for folder in (HISTORIES, LEDGERS):
        folder.mkdir(exist_ok=True)
    with System(time_skipping=True) as system:
        asyncio.run(stories(system))
        town = Town(system)
        with town.http:
            record_beside.record(town)
            record_deliveries.record(town)
    write_broken(HISTORIES / "acknowledge.case.1.json")
    write_digests()


if __name__ == "__main__":
    main(anew="--anew" in sys.argv)
