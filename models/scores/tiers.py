"""分档: tiers instead of ranks, and none below a minimum of tasks (R93; 国办函〔2025〕66号)."""

from models.scores.scheme import SCHEME


def tier(points: int, tasks: int) -> tuple[str, str] | None:
    """Code and Chinese name of the tier; None below the scheme's fewest tasks.

    The figure behind it is 100 plus the weighted points per task; it is not shown, as it says no more than the tier.
    """
    if tasks < SCHEME.fewest_tasks:
        return None
    figure = 100 + SCHEME.weight * points / tasks
    return next((code, name) for code, name, least in SCHEME.tiers if figure >= least)
