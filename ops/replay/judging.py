"""The gate's checks of one history (判断): the same engine commands, the same state."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter

from activities.ledgers.kinds import CASES, INQUIRIES, MEETINGS, OVERSIGHT, REPORTS, SOLUTIONS, Kind
from models.aggregate import Aggregate
from models.ledger import Entry, digest
from workflows.histories.recorded import NoEvidenceError, Recorded, recorded
from workflows.histories.replaying import replay
from workflows.platform.codec import Codec
from workflows.platform.sandbox import build_id

LEDGERS = {
    "CaseWorkflow": CASES,
    "InquiryWorkflow": INQUIRIES,
    "MeetingWorkflow": MEETINGS,
    "OversightWorkflow": OVERSIGHT,
    "ReportWorkflow": REPORTS,
    "SolutionWorkflow": SOLUTIONS,
}
"""The kind of ledger by workflow; others keep none."""

ADVICE_COMMANDS = (
    "发出的引擎指令变了。受历史约束的只有流程外壳（workflows/）自己的指令，规则不受约束："
    "请用 workflow.patched 保留旧路径，或等这些流程结束再上线（docs/audit.md）"
)
ADVICE_STATES = (
    "折叠出的状态与台账不同：或是格式变了而没有升级步骤（models/aggregate/upcasting.py），或是台账被改动："
    "请先用 make audit 逐件核对（docs/audit.md）"
)


@dataclass
class Findings:
    """What the replays found; each difference is printed when it is found."""

    histories: int = 0
    events: int = 0
    not_replayed: int = 0
    differing: int = 0
    _began: float = field(default_factory=time.perf_counter)

    async def replayed(self, named: Sequence[tuple[str, WorkflowHistory]], keys: DataConverter) -> None:
        """Run these through the workflows' own code, and print those that do not fit."""
        results = await replay([history for _, history in named], keys) if named else []
        for (name, history), result in zip(named, results, strict=True):
            self.histories, self.events = self.histories + 1, self.events + len(history.events)
            if result.failure:
                self.not_replayed += 1
                print(f"不能重放  {name}  {history.workflow_id}：{result.failure.splitlines()[0]}")

    def differs(self, name: str, judged: Callable[[], str | None]) -> None:
        """Print the difference in a record, if there is one."""
        try:
            difference = judged()
        except NoEvidenceError as error:
            difference = str(error)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            difference = f"本版代码折叠不了：{type(error).__name__} {str(error).splitlines()[0]}"
        if difference:
            self.differing += 1
            print(f"台账不符  {name}：{difference}")

    def conclude(self) -> int:
        """Print the totals. Returns the exit code."""
        rate = self.events / (time.perf_counter() - self._began)
        print(
            f"构建 {build_id()}：重放 {self.histories} 份历史、{self.events} 个事件，每秒 {rate:.0f} 个；"
            f"不能重放 {self.not_replayed} 份，台账不符 {self.differing} 份"
        )
        if self.not_replayed:
            print(ADVICE_COMMANDS)
        if self.differing:
            print(ADVICE_STATES)
        return 1 if self.not_replayed or self.differing else 0


def kind_of(history: WorkflowHistory) -> Kind | None:
    """The kind of its workflow's ledger; None without one."""
    return LEDGERS.get(history.events[0].workflow_execution_started_event_attributes.workflow_type.name)


def folded(kind: Kind, number: str, whole: Recorded) -> Aggregate[Any]:
    """The entries of a record, folded with today's code."""
    aggregate = kind.aggregate.from_form(whole.form) if whole.form else kind.aggregate(number)
    for entry in whole.entries:
        aggregate.apply(entry)
    return aggregate


def state_digest(aggregate: Aggregate[Any]) -> str:
    """The digest of a state as today's code reads it, defaults included."""
    return digest(aggregate.state.model_dump(mode="json"))[:16]


def unlike(what: str, here: Aggregate[Any], there: Aggregate[Any]) -> str | None:
    """The difference between two aggregates that should be the same; None without one."""
    if (here.seq, here.head) != (there.seq, there.head):
        return f"{what}：第 {here.seq} 条 {here.head[:12]}，应为第 {there.seq} 条 {there.head[:12]}"
    if state_digest(here) != state_digest(there):
        return f"{what}：第 {here.seq} 条之后的状态不同（{state_digest(here)}，应为 {state_digest(there)}）"
    return None


def against_register(
    kind: Kind, number: str, whole: Recorded, ledger: Sequence[Entry], row: dict[str, Any] | None
) -> str | None:
    """The difference between histories, ledger and row; the register is read later and may be ahead."""
    here = folded(kind, number, whole)
    if row is None or len(ledger) < here.seq:
        return f"台账只有 {len(ledger)} 条，历史已到第 {here.seq} 条"
    difference = unlike("历史与台账", here, kind.aggregate.from_entries(number, ledger[: here.seq]))
    upto = [entry for entry in ledger if entry.seq <= row["seq"]]
    stored = kind.aggregate.from_form(row["state"])
    return difference or unlike("台账表与台账", stored, kind.aggregate.from_entries(number, upto))


def alone(history: WorkflowHistory, number: str, codec: Codec | None) -> str | None:
    """None if one history's record can be folded and read; else its error is raised."""
    kind = kind_of(history)
    if kind is not None:
        state_digest(folded(kind, number, recorded(history, number, codec)))
    return None
