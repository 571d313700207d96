"""Counts of the reference case: exact ones are compared for equality, the others with a bound.

`bancheng counts` also prints each statement by process, with the idle system's share.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import httpx

from ops.lab.bench.counter import Counter
from ops.lab.bench.statements import Span, Statements
from ops.system import System
from workflows.platform.client import connect

IDLE_SECONDS = 30.0
SETTLE_SECONDS = 2.0
"""Seconds for the followers of the event log to finish: they poll twice a second, or are woken."""

CALM_SECONDS = 5.0
"""Seconds after a restart and a first case: for taking over locks and filling caches."""

THE_REGISTER = re.compile(r"INSERT INTO \"?entries\b", re.IGNORECASE)
"""The statement that writes a case's ledger."""


@dataclass(frozen=True)
class Counted:
    """One reference case through the API, and the idle system before it."""

    history: dict[str, int]
    idle: Span
    case: Span

    def figures(self) -> dict[str, Any]:
        """`sql_statements` is everything that any process asked while the case ran, followers and caches included, but
        what an idle system asks in such a time: that stands beside it."""
        idle_share = self.idle.total * self.case.seconds / self.idle.seconds
        return {
            **self.history,
            "sql_statements": round(self.case.total - idle_share),
            "sql_statements_of_the_register": self.case.containing(THE_REGISTER),
            "sql_statements_with_idle_share": self.case.total,
            "sql_statements_by_process": {
                process: round(count - self.idle.by_process()[process] * self.case.seconds / self.idle.seconds)
                for process, count in sorted(self.case.by_process().items())
            },
            "idle_statements_a_second": round(self.idle.total / self.idle.seconds, 1),
        }


async def count_reference_case(system: System, idle_seconds: float = IDLE_SECONDS) -> Counted:
    """Run a first case, an idle time, and the counted case: by then connections are open and caches have aged."""
    with Statements(system) as statements:
        async with httpx.AsyncClient(base_url=system.api_url, timeout=30) as http:
            counter = Counter(system.password, http)
            await counter.sign_in()
            await counter.run_case()
            await asyncio.sleep(CALM_SECONDS)
            begin = statements.mark()
            await asyncio.sleep(idle_seconds)
            middle = statements.mark()
            case_no = await counter.run_case()
            await asyncio.sleep(SETTLE_SECONDS)
            end = statements.mark()
        idle, case = statements.between(begin, middle), statements.between(middle, end)
    client = await connect(system.temporal_address, "default")
    info: Any = (await client.get_workflow_handle(case_no).describe()).raw_description
    execution = info.workflow_execution_info
    history = {
        "events": execution.history_length,
        "state_transitions": execution.state_transition_count,
        "history_bytes": execution.history_size_bytes,
    }
    return Counted(history, idle, case)


def main() -> int:
    """Count on a private system, and print the statements."""
    with System() as system:
        counted = asyncio.run(count_reference_case(system))
    for (process, text), count in sorted(counted.case.asked.items(), key=lambda item: (item[0][0], -item[1])):
        usual = counted.idle.asked[process, text] * counted.case.seconds / counted.idle.seconds
        print(f"{process:10} {count:4} {usual:6.1f}  {text[:140]}")
    for name, value in counted.figures().items():
        print(f"{name:32} {value}")
    return 0
