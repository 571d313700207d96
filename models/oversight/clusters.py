"""类案 (个案→类案): what is said when like cases are a mechanism to repair, and a finding a policy to look at (KB6).

How many like cases within how many days, and how long a repair may take, are figures of the place's profile.
"""

from collections.abc import Sequence

from models.codes import Cause
from models.ledger import digest

MOST_NAMED = 20


def source(district: str, matter: str, cause: str) -> str:
    """What a kind of case is known by: one repair at a time for each."""
    return f"{district}/{digest([matter, cause])[:12]}"


def review_source(case_no: str, owner: str, beyond: str) -> str:
    """What the review of a policy is known by: one at a time for each case and issuing body."""
    return f"{case_no}/{digest([owner, beyond])[:12]}"


def told(matter: str, cause: str, cases: Sequence[str], within: int) -> str:
    """What the task says of cases within so many days; their numbers and nothing personal."""
    named = "、".join(cases[:MOST_NAMED])
    return (
        f"{within} 日内“{matter}”因“{Cause(cause).label}”已有 {len(cases)} 件：{named}。"
        "请查明机制上的原因，修好它，并形成一类事"
    )


def policy_told(matter: str, case_no: str, detail: str, beyond: str = "") -> str:
    """What a policy review says: the matter, the case, what supervision found.

    `beyond`: an office outside this system that issued the policy; who gets the task takes it there.
    """
    asked = f"制定机关是{beyond}，请提请其复核" if beyond else "请复核政策"
    return f"监督认定“{matter}”（{case_no}）的办理依据不合理或滞后：{detail}。{asked}，并报复核结果"
