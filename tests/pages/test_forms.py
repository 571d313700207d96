"""Forms from commands: every field of every command has a Chinese name, and what is typed becomes the body."""

import re
from collections.abc import Iterator

import pytest

from api.pages.forms import Field, body_of, fields_of
from models.aggregate import Act
from models.case import CASE
from models.codes import Role
from models.inquiry import INQUIRY

MADE_BY_THE_DOOR = ("opening", "origin", "identity")
ACTS = {name: act for name, act in {**CASE.acts, **INQUIRY.acts}.items() if act.roles - {Role.SYSTEM}}


def every(fields: list[Field]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from every(each.fields)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_field_and_every_choice_is_named_in_chinese(act: type[Act]) -> None:
    fields = list(every(fields_of(act.command, act.model_json_schema(), {}, leave_out=MADE_BY_THE_DOOR)))
    for each in fields:
        if each.name.rpartition(".")[2] in MADE_BY_THE_DOOR:
            continue
        assert re.search("[一-鿿]", each.label), (act.command, each.name)
        for value, words in each.options:
            assert re.search("[一-鿿A-Z0-9]", words), (act.command, each.name, value)
    ids = [each.id for each in fields]
    assert len(ids) == len(set(ids))


def test_what_is_typed_becomes_the_body_and_what_is_empty_is_not_said() -> None:
    schema = CASE.acts["diagnose"].model_json_schema()
    typed = {
        "category": ["deferred"],
        "reason": ["  职责不清 "],
        "causes": ["process", "legacy"],
        "obstacles": ["一\n\n 二 "],
        "complex": ["1"],
        "departments": ["xw-zj", "xw-zr"],
        "missing_key_materials.0.name": ["证明"],
        "missing_key_materials.0.how_to_obtain": ["派出所"],
        "missing_key_materials.1.name": [""],
        "missing_key_materials.x.name": ["不是行号"],
        "why_changed": [""],
    }
    assert body_of(schema, typed) == {
        "category": "deferred",
        "reason": "职责不清",
        "causes": ["process", "legacy"],
        "obstacles": ["一", "二"],
        "complex": True,
        "departments": ["xw-zj", "xw-zr"],
        "missing_key_materials": [{"name": "证明", "how_to_obtain": "派出所"}],
    }


def test_a_number_that_is_none_goes_on_to_be_refused_by_name() -> None:
    schema = CASE.acts["expedite"].model_json_schema()
    assert body_of(schema, {"reason": ["急"], "working_days": ["2"]})["working_days"] == 2
    assert body_of(schema, {"reason": ["急"], "working_days": ["两天"]})["working_days"] == "两天"


def test_what_was_typed_stands_there_again_with_what_was_wrong() -> None:
    schema = CASE.acts["assign"].model_json_schema()
    typed = {"assignments.0.task": "上门", "assignments.1.task": "备案"}
    [rows] = fields_of("assign", schema, {"unit": [("xw-zj", "住建")]}, typed, {"assignments.1.unit": "必填"})
    assert rows.kind == "rows"
    assert len(rows.fields) == 3
    second = {each.name: each for each in rows.fields[1].fields}
    assert second["assignments.1.task"].value == "备案"
    assert second["assignments.1.unit"].error == "必填"
    assert second["assignments.1.unit"].options == [("xw-zj", "住建")]
