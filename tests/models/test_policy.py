"""Policy: every figure has a source, mistakes are named, what a place says overrules the base."""

from typing import Any

import pytest

from models.rules import Policy, RulesError, in_force, places, policy
from models.rules.policy import resolve
from tests.models.changed_rules import changed
from tests.models.story import Story

TEN = ["binhai", "dongli", "fuyang", "heping", "ningbo", "shangyu", "xiaoshan", "xuanwu", "yanhu", "zhangqiu"]
CONTRACT = {
    "accept": 1,
    "diagnose": 1,
    "undiagnosed": 5,
    "cannot": 3,
    "difficult": 5,
    "refused": 3,
    "deferred": 3,
    "deferred_complex": 5,
    "round": 3,
    "round_complex": 5,
    "sign": 1,
    "assignment": 3,
    "ruling": 1,
    "extension": 5,
    "materials": 5,
    "objection": 5,
    "review": 2,
    "appeal": 5,
    "evaluation": 5,
    "contact": 1,
    "rectification": 15,
    "checkpoint": 1,
    "look_back": 30,
    "progress": 10,
    "supervision": 3,
}


def test_the_ten_places_are_there() -> None:
    assert places() == TEN


@pytest.mark.parametrize("code", TEN)
def test_every_figure_is_the_contracts_and_has_a_source(code: str) -> None:
    found = policy(code)
    assert {limit: found.days(limit) for limit in CONTRACT} == CONTRACT
    assert [name for name in found.limits if found.is_natural(name)] == ["look_back"]
    for figure in (*found.limits.values(), *found.settings.values()):
        assert len(figure.source) > 5


def test_what_a_place_does_otherwise_says_so_in_its_own_file() -> None:
    assert [code for code in TEN if policy(code).stamps] == ["xiaoshan"]
    assert [code for code in TEN if policy(code).asks] == ["fuyang"]
    assert "印章" in policy("xiaoshan").settings["stamps"].source
    assert "3个工作日" in policy("xuanwu").limits["deferred"].source


def test_a_place_without_rules_is_named() -> None:
    with pytest.raises(RulesError, match="没有政策档 nowhere"):
        in_force("nowhere")


BASE = {"limits": {"accept": {"days": 1, "source": "约定一"}}, "settings": {}}


def _resolved(own: dict[str, Any]) -> Policy:
    return resolve("trial", {"name": "试", "division": "000000", **own}, BASE)


def test_a_place_without_its_division_is_refused() -> None:
    with pytest.raises(RulesError, match="缺少 division"):
        resolve("trial", {"name": "试"}, BASE)


def test_an_own_figure_overrules_the_base() -> None:
    assert _resolved({"limits": {"accept": {"days": 2, "source": "本地规定"}}}).days("accept") == 2


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ({"limits": {"acept": {"days": 2, "source": "本地"}}}, "的 limits 有不认识的项 acept"),
        ({"limit": {"accept": {"days": 2, "source": "本地"}}}, "不认识的项 limit"),
        ({"version": 4}, "不认识的项 version"),
        ({"limits": {"accept": {"days": 2, "units": "d", "source": "本地"}}}, "limits.accept 有不认识的项 units"),
        ({"limits": {"accept": {"days": 2, "unit": "天", "source": "本地"}}}, "limits.accept 应为"),
        ({"limits": {"accept": {"days": 0, "source": "本地"}}}, "limits.accept 应为"),
        ({"limits": {"accept": {"days": "2", "source": "本地"}}}, "limits.accept 应为"),
        ({"limits": {"accept": 2}}, "limits.accept 缺少来源"),
        ({"limits": {"accept": {"days": 2}}}, "来源"),
        ({"limits": {"accept": {"source": "本地"}}}, "数值"),
        ({"doubts": {"idle": {"check": "shirking"}}}, "的 doubts 有不认识的项 idle"),
    ],
)
def test_a_mistake_is_named(own: dict[str, Any], what: str) -> None:
    with pytest.raises(RulesError, match=what):
        _resolved(own)


def test_a_figure_younger_than_a_cases_rules_is_todays() -> None:
    older = resolve("trial", {"name": "试", "division": "000000"}, BASE, policy("xuanwu"))
    assert (older.days("accept"), older.days("rectification"), older.opening_of_business.hour) == (1, 15, 9)
    assert set(older.limits) == {"accept"}, "what is shown is what was in force"
    with pytest.raises(RulesError, match=r"没有 limits\.nonsense"):
        older.days("nonsense")


def test_a_case_goes_by_its_own_figures() -> None:
    story = (
        Story(by=changed("zhangqiu", limits={"difficult": {"days": 2, "source": "本地规定"}})).accepted().diagnosed()
    )
    assert story.case.state.clock.limit == 2
    assert Story().accepted().diagnosed().case.state.clock.limit == 5
