"""One case as the register holds it (在册案件), with the keys of its personal words: one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, LiteralString, NamedTuple

import orjson

from models.case import Case
from models.views.building import Around
from models.views.course import LinkFromThere


class CaseKey(NamedTuple):
    """The key of a case's personal words, itself sealed with a key of the ring."""

    key_id: str
    algorithm: str
    ring_key: str
    wrapped: bytes | None
    """None once it is destroyed."""


@dataclass
class CaseRecord:
    """A case as the register holds it, with the columns that decide who may read it."""

    case_no: str
    district: str
    unit: str
    readers: Sequence[str]
    departments: Sequence[str]
    first_receiver: str
    first_receiver_deputy: str | None
    state: str
    """As JSON, personal words sealed; parsed only when it is needed."""
    keys: Sequence[CaseKey]
    """Every key that the case ever had, the newest first."""

    @cached_property
    def case(self) -> Case:
        """The case, its personal words sealed."""
        return Case.from_form(orjson.loads(self.state))


_RECORD: LiteralString = """
SELECT c.case_no, c.district, c.unit, c.readers, c.departments, c.first_receiver, c.first_receiver_deputy,
    c.state::text,
    (SELECT json_agg(json_build_array(k.key_id, k.algorithm, k.ring_key, encode(k.wrapped, 'hex'))
        ORDER BY k.made_at DESC)::text FROM case_keys k WHERE k.case_no = %(case_no)s)
"""

RECORD: LiteralString = _RECORD + "FROM cases c WHERE c.case_no = %(case_no)s"

WITH_AROUND: LiteralString = (
    _RECORD
    + """,
    (SELECT json_agg(json_build_array(o.case_no, o.parent, o.merged_into, o.state['links']))::text
        FROM cases o
        WHERE o.parent = %(case_no)s OR (o.linked @> ARRAY[%(case_no)s::text] AND o.linked <> '{}'))
FROM cases c WHERE c.case_no = %(case_no)s
"""
)
"""The case with its group's cases and those that name it."""


def record_in(row: Sequence[Any]) -> CaseRecord:
    """The case in a row of `RECORD`."""
    number, district, unit, readers, departments, first, deputy, state, keys = row[:9]
    known = [_key(*each) for each in orjson.loads(keys)] if keys else []
    return CaseRecord(number, district, unit, readers, departments, first, deputy, state, known)


def around_in(row: Sequence[Any]) -> Around:
    """The group of the case in a row of `WITH_AROUND`, and the links that other cases have to it."""
    case_no, others = row[0], row[9]
    children, linked = [], []
    for other, parent, merged_into, links in orjson.loads(others) if others else ():
        if parent == case_no:
            children.append(other)
        if merged_into == case_no:
            linked.append(LinkFromThere(case_no=other, kind="merged_here"))
        kinds = [link["kind"] for link in links or [] if link["case_no"] == case_no]
        linked += [LinkFromThere(case_no=other, kind=kind, side="there") for kind in kinds]
    return Around(sorted(children), linked)


def _key(key_id: str, algorithm: str, ring_key: str, wrapped: str | None) -> CaseKey:
    return CaseKey(key_id, algorithm, ring_key, bytes.fromhex(wrapped) if wrapped is not None else None)
