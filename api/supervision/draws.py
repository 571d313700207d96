"""抽查回头看: commits to next month's seed in time, and sends last month's cases their draw (SU5).

Run with the sweep: everything in here may be repeated, at any moment, by any process.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from api.http.errors import Problem
from api.queries.rows import AnyRow
from api.services import Services
from models.actions import CommandName
from models.aggregate import OWN_ID, SYSTEM, Command
from models.draws import following, ticket
from models.errors import Refusal
from models.ledger import BEIJING
from models.months import month_span
from models.rules import places, policy

SEED_BYTES = 32


def sampling() -> dict[str, float]:
    """The districts that sample, each with its share."""
    shares = {code: float(policy(code).setting("look_back_share")) for code in places()}
    return {code: share for code, share in shares.items() if share < 1}


async def sweep(services: Services, now: datetime, shares: Mapping[str, float]) -> None:
    """Commit for this month, should the system be new, and for the next one; settle the months that are over."""
    month = f"{now.astimezone(BEIJING):%Y-%m}"
    for district, share in shares.items():
        for each in (month, following(month)):
            await services.queries.draws.commit(district, each, secrets.token_hex(SEED_BYTES), share, now)
    for draw in await services.queries.draws.unsettled(month) if shares else ():
        await services.queries.draws.mark(draw.district, draw.month, "revealed_at", now)
        if await _tell(services, draw):
            await services.queries.draws.mark(draw.district, draw.month, "settled_at", now)


async def _tell(services: Services, draw: AnyRow) -> bool:
    """Send every case of the month its draw; whether all have it."""
    everybody = True
    for case_no in await services.queries.draws.waiting(draw.district, *month_span(draw.month)):
        body = {name: getattr(draw, name) for name in ("month", "commitment", "share")}
        body["ticket"] = ticket(draw.seed, case_no)
        command = Command(name=CommandName.DRAW_LOOK_BACK, by=SYSTEM, body=body, id=f"{OWN_ID}draw-{draw.month}")
        record = await services.queries.cases.case(case_no)
        assert record is not None, "a case never goes away"
        try:
            await services.gateway.send(case_no, command, record.case)
        except Problem:
            everybody = False  # the engine did not answer: the next sweep asks again
        except Refusal:
            continue  # reopened meanwhile: it is archived again, and drawn with its new month
    return everybody
