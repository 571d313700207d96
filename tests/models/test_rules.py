"""规则库: rules by digest. An edited or lost file changes what begins, never what has begun."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.codes import DeclineGround
from models.rules import (
    Kind,
    UnknownRulesError,
    admit,
    contents_of,
    faults,
    in_force,
    known,
    made,
    named_in,
    places,
    registry,
    rules,
    take_up,
)
from models.rules.release import FOLDER, SHARED
from tests.models.story import Story


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the files that a test may spoil, in a process that knows nothing else."""
    copy = tmp_path / "rules"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr(registry, "_contents", {})
    monkeypatch.setattr(registry, "_rules", {})
    take_up(FOLDER)
    yield copy
    monkeypatch.undo()
    take_up(FOLDER)


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_one_new_figure_in_the_base_is_one_new_part_and_nothing_is_copied(folder: Path) -> None:
    before = {place: contents_of(in_force(place).digest) for place in places()}
    edit(folder / "base.toml", "[limits.difficult]\ndays = 5", "[limits.difficult]\ndays = 4")
    take_up(folder)
    new = set()
    for place, parts in before.items():
        now = {content.kind: content for content in contents_of(in_force(place).digest)}
        new |= {now[old.kind].digest for old in parts if now[old.kind] != old}
        assert {old.kind for old in parts if now[old.kind] != old} == {Kind.BASE, Kind.SET}
    assert len(new) == 1 + len(before)


def test_a_case_goes_on_by_its_rules_when_every_file_is_changed(folder: Path) -> None:
    old, entry = Story("zhangqiu"), in_force("zhangqiu").scope.refusal_entry(DeclineGround.DUPLICATE)
    edit(folder / "base.toml", "[limits.undiagnosed]\ndays = 5", "[limits.undiagnosed]\ndays = 2")
    edit(folder / "scope.toml", "version = 1", "version = 2")
    edit(folder / "scope.toml", entry.title, "一事多报")
    edit(folder / "papers.toml", "现予受理", "决定受理")
    take_up(folder)
    new = Story("zhangqiu")
    said = {"ground": "duplicate", "explanation": "已经登记，正在办理", "redirect": {"to": "原窗口", "how": "前往"}}
    for story, title, version in ((old, entry.title, 1), (new, "一事多报", 2)):
        declined = story.give("decline", "head", **said)[0]
        assert declined.detail["scope"] == {"version": version, "code": entry.code, "title": title}
    old, new = Story(by=old.case.state.rules).accepted(), Story("zhangqiu").accepted()
    assert (old.case.state.clock.limit, new.case.state.clock.limit) == (5, 2)


@pytest.mark.parametrize("stem", [*SHARED, "zhangqiu"])
@pytest.mark.parametrize("spoilt", ["lost", "unreadable", "wrong"])
def test_a_file_that_is_lost_or_wrong_breaks_no_case(folder: Path, stem: str, spoilt: str) -> None:
    old = Story("zhangqiu")
    file = folder / f"{stem}.toml"
    if spoilt == "lost":
        file.unlink()
    else:
        file.write_text("天数 = " if spoilt == "unreadable" else "nonsense = 1\n", encoding="utf-8")
    take_up(folder)
    old.accepted().diagnosed().working_days(6)
    assert old.case.state.clock.overdue
    assert in_force("zhangqiu").digest == old.case.state.rules, "what was published last holds on"
    assert bool(made()) is (stem == "zhangqiu"), "what is no other place's does not stop it"
    told = [fault for fault in faults() if stem in fault]
    assert told or (stem, spoilt) in {("zhangqiu", "lost"), ("base", "wrong"), ("scope", "wrong"), ("papers", "wrong")}
    assert bool(faults()) is ((stem, spoilt) != ("zhangqiu", "lost"))


def test_a_set_whose_part_is_not_here_is_unknown(folder: Path) -> None:
    stands = contents_of(in_force("zhangqiu").digest)[-1]
    broken = admit(Kind.SET, {**stands.content, "base": "0" * 64})
    assert not known(broken)
    with pytest.raises(UnknownRulesError, match="规则 000000000000 不在规则库"):
        rules(broken)
    with pytest.raises(UnknownRulesError):
        rules(stands.content["base"])
    with pytest.raises(UnknownRulesError, match="（空）"):
        rules("")


def test_the_numbers_of_the_rule_book_are_taken_over(folder: Path) -> None:
    stands = contents_of(in_force("zhangqiu").digest)[-1]
    admit(stands.kind, stands.content, 12)
    assert in_force("zhangqiu").reference == {"rules": stands.digest, "profile": "zhangqiu", "profile_version": 12}
    admit(stands.kind, stands.content, stands.number)


def test_digests_are_found_wherever_a_ledger_names_them() -> None:
    said = (
        {"rules": "a"},
        {"opening": {"rules": "b"}},
        {"origin": {"rules": "c"}},
        {"rules": ["d"]},
        {"text": "rules"},
    )
    assert list(named_in(said)) == ["a", "b", "c"]
