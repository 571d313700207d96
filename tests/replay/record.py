"""`python -m tests.replay.record`: run our scenario files and keep the histories of their cases.

Run it when a change of commands is meant (behind `workflow.patched`) or a story is added. Files that are there already
stay, as the cases of earlier releases do; `--anew` records them all again.
"""

import asyncio
import json
import sys
from pathlib import Path

from ops.scenarios.clock import CaseClock
from ops.scenarios.load import load
from ops.scenarios.run import Play, Site
from ops.settings import ROOT
from ops.system import System
from workflows.codec import CASES, Codec, opened_history

HISTORIES = Path(__file__).with_name("histories")
STORIES = ROOT / "tests" / "scenarios"
BROKEN = "broken"
VISIBLE_SECONDS = 0.5
"""Temporal's list of runs lags a little behind them."""


async def record(system: System, *, anew: bool) -> None:
    """Run each story that has no history yet; each run of each of its cases becomes `<story>.<case>.<run>.json`."""
    clock = await CaseClock.connect(system.temporal_address, system.secret)
    site, engine = Site(system.api_url, system.password, clock), clock.cases.client
    async with site.http:
        for path in sorted(STORIES.glob("*.yaml")):
            if not anew and list(HISTORIES.glob(f"{path.stem}.*.json")):
                continue
            play = Play(site, load(path))
            await play.run()
            await asyncio.sleep(VISIBLE_SECONDS)
            for name, case_no in play.cases.items():
                found = [run async for run in engine.list_workflows(f"WorkflowId = '{case_no}'")]
                for number, run in enumerate(sorted(found, key=lambda run: run.start_time), start=1):
                    history = await engine.get_workflow_handle(case_no, run_id=run.run_id).fetch_history()
                    target = HISTORIES / f"{path.stem}.{name}.{number}.json"
                    write(target, case_no, opened_history(history.to_json_dict(), Codec(system.ring, CASES)))


def write(target: Path, workflow_id: str, history: dict[str, object]) -> None:
    """One history as a file: an export holds no workflow id, so it is kept beside it."""
    text = json.dumps({"workflow_id": workflow_id, "history": history}, ensure_ascii=False, indent=1, sort_keys=True)
    target.write_text(text + "\n", encoding="utf-8")


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
    write(HISTORIES / f"{BROKEN}.json", said["workflow_id"], said["history"])


if __name__ == "__main__":
    with System(time_skipping=True) as running:
        asyncio.run(record(running, anew="--anew" in sys.argv))
    write_broken(HISTORIES / "acknowledge.case.1.json")
