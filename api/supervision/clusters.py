"""类案治理、政策复核: tasks opened when cases of one kind pile up, or a policy is at fault (R76, R83; KB6)."""

from datetime import timedelta
from functools import partial
from typing import Any

from activities.followers.events import Event, Follower
from api.queries import CaseRecord
from api.services import Services
from api.supervision.task_opening import open_task
from models.actions import Action
from models.case.course import departments
from models.codes import Check, OversightKind
from models.organisation import Organisation, Unit
from models.oversight.clusters import policy_text, repair_text, review_source, source
from models.oversight.sources import hole_number
from models.rules import policy

FOLLOWER = "clusters"


DIAGNOSED, FINDINGS = Action.DIAGNOSED, frozenset({Action.FLAGGED, Action.CLEARED})


def follower(services: Services) -> Follower:
    """The follower of the event log."""
    return Follower(partial(follow, services), FINDINGS | {DIAGNOSED})


async def follow(services: Services, event: Event) -> bool:
    """Open the task that a diagnosis or a supervisor's finding sets off; whether there was one."""
    return await (_cluster if event.action == DIAGNOSED else _policy)(services, event)


async def _cluster(services: Services, event: Event) -> bool:
    case = await services.queries.cases.kind_of(event.case_no)
    if case is None or case.parent:
        return False
    matter, rules, opened = case.matter, policy(case.district), False
    for cause in event.detail.get("causes", ()):
        since = event.at - timedelta(days=rules.repair_within)
        cases = await services.queries.cases.of_kind(case.district, matter, cause, since)
        if len(cases) < rules.repair_cases:
            continue
        why = source(case.district, matter, cause)
        before = await services.queries.oversight.of_source(why)
        if before and not before[-1].closed:
            continue
        if before:
            since = max([since, *(row.opened_at for row in before)])
            cases = await services.queries.cases.of_kind(case.district, matter, cause, since)
            if len(cases) < rules.repair_cases:
                continue
        lead = (await services.organisation()).lead(case.district)
        what = repair_text(matter, cause, cases, rules.repair_within)
        await _open(services, OversightKind.REPAIR, lead, case.district, what, why, len(before))
        opened = True
    return opened


async def _policy(services: Services, event: Event) -> bool:
    """Send a finding that the policy itself is at fault to its issuer (三查 C), one review at a time."""
    findings = [each for each in event.detail.get("findings", ()) if each.get("check") == Check.BAD_POLICY]
    record = await services.queries.cases.case(event.case_no) if findings else None
    if record is None:
        return False
    organisation, matter, opened = await services.organisation(), str(record.case.state.matter.get("name", "")), False
    by_issuer: dict[tuple[Unit, str], list[str]] = {}
    for each in findings:
        by_issuer.setdefault(_issuer(record, each, organisation), []).append(each["detail"])
    for (owner, beyond), details in by_issuer.items():
        why = review_source(event.case_no, owner.code, beyond)
        before = await services.queries.oversight.of_source(why)
        if before and not before[-1].closed:
            continue
        what = policy_text(matter, event.case_no, "；".join(details), beyond)
        await _open(services, OversightKind.POLICY, owner, record.district, what, why, len(before))
        opened = True
    return opened


def _issuer(record: CaseRecord, finding: dict[str, Any], organisation: Organisation) -> tuple[Unit, str]:
    """The issuing body where it works here, else the lead, who takes it there; unnamed, the department in charge."""
    named = finding.get("issued_by", "")
    if (unit := organisation.units.get(named)) is not None and unit.district == record.district:
        return unit, ""
    if named:
        return organisation.lead(record.district), named
    parts = [code for code in departments(record.case) if code in organisation.units]
    return (organisation.units[parts[0]] if parts else organisation.lead(record.district)), ""


async def _open(
    services: Services, kind: OversightKind, owner: Unit, district: str, what: str, why: str, before: int
) -> None:
    """The next task for this reason, after so many before it."""
    source_no, days = f"{why}#{before + 1:04d}", policy(district).days("repair")
    body = {"kind": kind, "what": what, "owner": owner.code, "working_days": days, "source": source_no}
    await open_task(services, hole_number(owner.division, source_no), district, body)
