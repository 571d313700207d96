"""否定报备 at the door: every refusal of a month, with counts (CL5, R28)."""

from collections import Counter
from typing import Any

from api.services import Services
from models.access import User, readable
from models.case.parts import Refusal
from models.codes import RefusalKind, ReviewDecision
from models.ledger import stamp_time
from models.months import month_span
from models.views.refusals import RefusalLine, Refusals


async def listed(services: Services, user: User, month: str, *, reviewed: bool | None = None) -> Refusals:
    """The month's list in the cases that this user may read; of `reviewed` ones or of the others only, where asked."""
    may_see = readable(user, await services.organisation())
    rows = await services.queries.cases.refusals(may_see, *month_span(month))
    if reviewed is not None:
        rows = [row for row in rows if (row["said"].review is not None) == reviewed]
    counts = Counter(row["said"].kind for row in rows)
    return Refusals(
        month=month,
        items=[_line(row, row["said"]) for row in rows],
        counts={kind: counts[kind] for kind in RefusalKind},
        overturned=sum(row["said"].review is ReviewDecision.OVERTURN for row in rows),
    )


def _line(row: dict[str, Any], refusal: Refusal) -> RefusalLine:
    return RefusalLine(
        case_no=row["case_no"],
        holder=row["holder"],
        matter=row["matter"],
        stage=row["stage"],
        kind=refusal.kind,
        title=refusal.kind.label,
        seq=refusal.seq,
        unit=refusal.unit,
        by=refusal.by,
        at=stamp_time(refusal.at),
        basis=refusal.basis,
        assignment_id=refusal.ref or None,
        review=refusal.review,
    )
