"""类案治理、政策复核: a task of who can repair the mechanism, opened when cases of one kind pile up (R76, R83; KB6)."""

from datetime import timedelta
from typing import Any

from activities.events import Event
from api.deps import Services
from api.task_opening import open_task
from models.case.course import departments
from models.codes import Check, OversightKind
from models.oversight.clusters import DAYS_TO_REPAIR, LIKE_CASES, WITHIN_DAYS, policy_told, source, told
from models.oversight.sources import hole_number

FOLLOWER = "clusters"


async def follow(wired: Services, event: Event) -> bool:
    """What a diagnosis or a supervisor's finding sets off; whether it did."""
    if event.action == "diagnosed":
        return await _cluster(wired, event)
    if event.action == "flagged":
        return await _policy(wired, event)
    return False


async def _cluster(wired: Services, event: Event) -> bool:
    found = await wired.queries.cases.kind_of(event.case_no)
    if found is None or found.parent:
        return False
    matter, opened = found.matter, False
    for cause in event.detail.get("causes", ()):
        why = source(found.district, matter, cause)
        before = await wired.queries.oversight.of_source(why)
        if before and not before[-1].closed:
            continue
        since = event.at - timedelta(days=WITHIN_DAYS)
        since = max([since, *(row.opened_at for row in before)])
        cases = await wired.queries.cases.of_kind(found.district, matter, cause, since)
        if len(cases) < LIKE_CASES:
            continue
        lead = (await wired.organisation()).lead(found.district)
        said = {"kind": OversightKind.REPAIR, "what": told(matter, cause, cases), "owner": lead.code}
        await _open(wired, lead.division, found.district, f"{why}#{len(before) + 1:04d}", said)
        opened = True
    return opened


async def _policy(wired: Services, event: Event) -> bool:
    """A finding that the policy itself is at fault goes to who carries it out, and so answers for it (三查 C)."""
    findings = [each for each in event.detail.get("findings", ()) if each.get("check") == Check.BAD_POLICY]
    found = await wired.queries.cases.case(event.case_no)
    if not findings or found is None:
        return False
    organisation = await wired.organisation()
    parts = [code for code in departments(found.case) if code in organisation.units]
    owner = organisation.units[parts[0]] if parts else organisation.lead(found.district)
    matter, said = str(found.case.state.matter.get("name", "")), "；".join(each["detail"] for each in findings)
    task = {"kind": OversightKind.POLICY, "what": policy_told(matter, event.case_no, said), "owner": owner.code}
    await _open(wired, owner.division, found.district, f"{event.case_no}#{event.seq}", task)
    return True


async def _open(wired: Services, division: str, district: str, why: str, said: dict[str, Any]) -> None:
    await open_task(
        wired, hole_number(division, why), district, {**said, "working_days": DAYS_TO_REPAIR, "source": why}
    )
