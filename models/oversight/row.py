"""The row of a task or control gap in its register (督导快照行), from the state alone."""

from typing import Any

from models.codes import OversightStage
from models.oversight.aggregate import Oversight


def oversight_row(task: Oversight) -> dict[str, Any]:
    """Every column of `oversight` except the state, as JSON values."""
    state = task.state
    return {
        "case_no": state.case_no,
        "seq": state.seq,
        "head": state.head,
        "source": state.source,
        "district": state.district,
        "owner": state.owner,
        "kind": state.kind.value,
        "stage": state.stage.value,
        "closed": state.stage is OversightStage.CLOSED,
        "wakes_at": task.wakes_at(),
    }
