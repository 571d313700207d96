"""类案 (个案→类案): when like cases become a mechanism to repair, and a finding a policy to look at (R76, R83; KB6)."""

from collections.abc import Sequence

from models.codes import Cause
from models.ledger import digest

LIKE_CASES = 3
"""So many cases of one matter and one cause are no chance any more (domain.md R83: 同类达到 3 件即触发类案任务)."""

WITHIN_DAYS = 30
"""Natural days back from the newest of them. 本系统约定。"""

DAYS_TO_REPAIR = 20
"""Working days to repair the mechanism in: as long as a licence takes (行政许可法第四十二条). 本系统约定。"""

MOST_NAMED = 20


def source(district: str, matter: str, cause: str) -> str:
    """What a kind of case is known by: one repair at a time for each."""
    return f"{district}/{digest([matter, cause])[:12]}"


def told(matter: str, cause: str, cases: Sequence[str]) -> str:
    """What the task says; numbers of cases and nothing personal."""
    named = "、".join(cases[:MOST_NAMED])
    return (
        f"{WITHIN_DAYS} 日内“{matter}”因“{Cause(cause).label}”已有 {len(cases)} 件：{named}。"
        "请查明机制上的原因，修好它，并形成一类事"
    )


def policy_told(matter: str, case_no: str, detail: str, beyond: str = "") -> str:
    """What a policy review says: the matter, the case, what supervision found.

    `beyond`: an office outside this system that issued the policy; who gets the task takes it there.
    """
    asked = f"制定机关是{beyond}，请提请其复核" if beyond else "请复核政策"
    return f"监督认定“{matter}”（{case_no}）的办理依据不合理或滞后：{detail}。{asked}，并报复核结果"
