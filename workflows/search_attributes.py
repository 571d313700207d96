"""What an administrator can search by in the Temporal Web UI (检索属性). Stored in plain text: nothing personal."""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from models.case import Case
from models.codes import Stage

STAGE = SearchAttributeKey.for_keyword("Stage")
CATEGORY = SearchAttributeKey.for_keyword("Category")
DISTRICT = SearchAttributeKey.for_keyword("District")
LEAD_UNIT = SearchAttributeKey.for_keyword("LeadUnit")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
STAMPED = SearchAttributeKey.for_bool("Stamped")

ALL: list[SearchAttributeKey[Any]] = [STAGE, CATEGORY, DISTRICT, LEAD_UNIT, DUE_AT, OVERDUE, STAMPED]

Values = dict[SearchAttributeKey[Any], str | bool | datetime]


def values_of(case: Case) -> Values:
    """The attributes of a case as it stands; an absent value is left out."""
    state = case.state
    leading = [a.unit for a in state.assignments if a.role == "lead" and a.state != "withdrawn"]
    found: Values = {
        STAGE: state.stage.label,
        DISTRICT: state.district,
        LEAD_UNIT: leading[-1] if leading else state.unit,
    }
    if state.category:
        found[CATEGORY] = state.category.label
    if state.clock.due:
        found[DUE_AT] = state.clock.due
    if state.clock.overdue:
        found[OVERDUE] = True
    if state.stamp_no:
        found[STAMPED] = True
    return found


def at_start(district: str, unit: str) -> TypedSearchAttributes:
    """The attributes of a case that is being registered."""
    first: Values = {STAGE: Stage.REGISTERED.label, DISTRICT: district, LEAD_UNIT: unit}
    return TypedSearchAttributes([SearchAttributePair(key, value) for key, value in first.items()])


def shown_at_start(found: TypedSearchAttributes) -> Values:
    """What a run was started with."""
    return {pair.key: pair.value for pair in found if pair.key in ALL}
