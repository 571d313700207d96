"""Search attributes of the Temporal Web UI (检索属性). They are plain text, so nothing personal.

Only attributes that rarely change: each change costs the engine half a command. Stage, category and holder change at
every step; our own page searches them (引擎检索), with links into the Web UI.
"""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from models.case import Case

DISTRICT = SearchAttributeKey.for_keyword("District")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
OVERDUE = SearchAttributeKey.for_bool("Overdue")
STAMPED = SearchAttributeKey.for_bool("Stamped")

ALL: list[SearchAttributeKey[Any]] = [DISTRICT, DUE_AT, OVERDUE, STAMPED]

Values = dict[SearchAttributeKey[Any], str | bool | datetime]


def values_of(case: Case) -> Values:
    """The attributes of a case; an absent value is left out."""
    state = case.state
    values: Values = {DISTRICT: state.district}
    if state.clock.due:
        values[DUE_AT] = state.clock.due
    if state.clock.overdue:
        values[OVERDUE] = True
    if state.stamp_no:
        values[STAMPED] = True
    return values


def at_start(district: str) -> TypedSearchAttributes:
    """The attributes of a case that is being registered."""
    return TypedSearchAttributes([SearchAttributePair(DISTRICT, district)])


def shown_at_start(attributes: TypedSearchAttributes) -> Values:
    """The attributes of a run's input."""
    return {pair.key: pair.value for pair in attributes if pair.key in ALL}
