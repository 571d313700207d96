"""The row of a solution in its register (一类事快照行), from the state alone."""

from typing import Any

from models.codes import SolutionStage
from models.solution.aggregate import Solution


def solution_row(solution: Solution) -> dict[str, Any]:
    """Every column of `solutions` except the state, as JSON values."""
    state = solution.state
    return {
        "case_no": state.case_no,
        "seq": state.seq,
        "head": state.head,
        "district": state.district,
        "of_case": state.of_case,
        "stage": state.stage.value,
        "published": state.in_force is not None,
        "closed": state.stage is SolutionStage.RETIRED,
        "wakes_at": solution.wakes_at(),
    }
