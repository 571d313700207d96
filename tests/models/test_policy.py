"""Policy profiles: every figure has a source, published versions never change, mistakes are refused at load."""

import tomllib

import pytest

from models.policy import FOLDER, Policy, PolicyError, _resolve, policy, profiles

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


def test_the_ten_profiles_are_there() -> None:
    assert profiles() == TEN


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


@pytest.mark.parametrize("code", TEN)
def test_a_published_version_never_changes(code: str) -> None:
    pinned = tomllib.loads((FOLDER / "digests.toml").read_text(encoding="utf-8"))
    mine = {name: digest for name, digest in pinned.items() if name.startswith(f"{code}@")}
    newest = policy(code)
    assert f"{code}@{newest.version}" in mine, "新版本的摘要没有写入 digests.toml"
    for name, digest in mine.items():
        version = int(name.partition("@")[2])
        assert policy(code, version).digest() == digest, f"{name} 已经发布，不能再改：请升版本，旧版本另存到 former"


@pytest.mark.parametrize("code", TEN)
def test_an_older_version_keeps_the_rules_it_was_published_with(code: str) -> None:
    before, now = policy(code, 1), policy(code)
    assert {name: now.limits[name] for name in before.limits} == before.limits
    assert not before.doubts
    assert before.idle_hours == 0
    signs = {name for name, rule in now.doubts.items() if rule.kind == "sign"}
    contracts = {"closed_in_minutes", "counter_evaluation", "copied_answer", "one_clerk", "no_contact"}
    assert contracts <= signs


def test_an_unknown_profile_or_version_is_refused() -> None:
    with pytest.raises(PolicyError, match="没有政策档"):
        policy("nowhere")
    with pytest.raises(PolicyError, match="没有政策档"):
        policy("xuanwu", 99)


def _resolved(own: dict) -> Policy:  # type: ignore[type-arg]
    base = {"limits": {"accept": {"days": 1, "source": "约定一"}}, "settings": {}}
    return _resolve("trial", {"name": "试", "version": 1, "base": 1, "division": "000000", **own}, base)


def test_a_profile_without_its_division_is_refused() -> None:
    base = {"limits": {"accept": {"days": 1, "source": "约定一"}}, "settings": {}}
    with pytest.raises(PolicyError, match="缺少 division"):
        _resolve("trial", {"name": "试", "version": 1, "base": 1}, base)


def test_an_own_figure_overrules_the_base() -> None:
    assert _resolved({"limits": {"accept": {"days": 2, "source": "本地规定"}}}).days("accept") == 2


@pytest.mark.parametrize(
    ("own", "what"),
    [
        ({"limits": {"acept": {"days": 2, "source": "本地"}}}, "的 limits 有不认识的项 acept"),
        ({"limit": {"accept": {"days": 2, "source": "本地"}}}, "不认识的项 limit"),
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
def test_a_mistake_in_a_profile_is_named(own: dict, what: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(PolicyError, match=what):
        _resolved(own)
