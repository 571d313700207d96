"""指令声明: commands and actions have titles, and what an act says of itself means something to doors and pages."""

import pytest

from api.commands.facts import OF_UNITS, PROVIDERS
from models.actions import ACTIONS, COMMANDS, Action, CommandName
from models.aggregate import Act, Choice, Need
from models.aggregate.declared import USUAL_CHOICES
from models.case import CASE
from models.timeline import REGISTRIES

ACTS = [act for registry in REGISTRIES for act in registry.acts.values()]


def test_no_title_is_missing() -> None:
    assert all(COMMANDS[name] and ACTIONS[action] for name in CommandName for action in Action)
    assert {act.command for act in ACTS} <= set(CommandName)
    assert {action for registry in REGISTRIES for action in registry.appliers} <= set(Action)


def test_every_need_has_one_provider() -> None:
    assert set(PROVIDERS) | set(OF_UNITS) == set(Need)
    assert not set(PROVIDERS) & set(OF_UNITS)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.command)
def test_an_act_declares_fields_that_it_has(act: type[Act]) -> None:
    schema = act.model_json_schema()
    fields = {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", {})}
    assert {act.about} - {""} <= set(act.model_fields)
    assert act.sealed <= set(act.model_fields)
    assert set(act.offers) <= fields
    asks = {Need.SAME_ANSWERS, Need.SOLUTION, Need.OTHER_CASE, Need.UNMERGED_CASE} & set(act.needs)
    assert bool(asks) == bool(act.about)


def test_every_kind_of_choice_is_offered_somewhere() -> None:
    assert {*USUAL_CHOICES.values(), *(each for act in ACTS for each in act.offers.values())} == set(Choice)


def test_what_is_told_and_left_belongs_to_entries_of_cases() -> None:
    assert set(CASE.appliers) >= {*CASE.notices, *CASE.silent, *CASE.papers, *CASE.leaves}
    assert not set(CASE.papers) & set(CASE.leaves)
    assert not set(CASE.notices) & CASE.silent
