"""类案 (个案→类案): texts and keys of systemic-fix tasks and policy reviews (KB6).

The place's profile sets how many similar cases within how many days open a fix, and how long it may take.
"""

from collections.abc import Sequence

from models.codes import Cause
from models.ledger import digest

MOST_NAMED = 20


def source(district: str, matter: str, cause: str) -> str:
    """The key of a kind of case; each has at most one systemic fix open."""
    return f"{district}/{digest([matter, cause])[:12]}"


def review_source(case_no: str, owner: str, beyond: str) -> str:
    """The key of a policy review; each case and issuing body has at most one open."""
    return f"{case_no}/{digest([owner, beyond])[:12]}"


def repair_text(matter: str, cause: str, cases: Sequence[str], within: int) -> str:
    """The text of a systemic-fix task: the similar cases within so many days, by number only."""
    named = "、".join(cases[:MOST_NAMED])
    return (
        f"{within} 日内“{matter}”因“{Cause(cause).label}”已有 {len(cases)} 件：{named}。"
        "请查明机制上的原因，修好它，并形成一类事"
    )


def policy_text(matter: str, case_no: str, detail: str, beyond: str = "") -> str:
    """The text of a policy review: the matter, the case, supervision's finding.

    `beyond`: an issuing office outside this system; the task's owner refers it there.
    """
    asked = f"制定机关是{beyond}，请提请其复核" if beyond else "请复核政策"
    return f"监督认定“{matter}”（{case_no}）的办理依据不合理或滞后：{detail}。{asked}，并报复核结果"
