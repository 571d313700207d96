"""The scope list: each ground for declining has one entry that says where to go and on what basis (R19, R20)."""

import pytest

from models.codes import DeclineGround
from models.rules import in_force

SCOPE = in_force("xuanwu").scope


@pytest.mark.parametrize("ground", DeclineGround)
def test_each_ground_has_one_entry(ground: DeclineGround) -> None:
    entry = SCOPE.refusal_entry(ground.value)
    assert [other.code for other in SCOPE.entries if other.ground == ground] == [entry.code]
    assert not entry.takes
    assert entry.redirect


def test_what_is_taken_has_no_ground_for_declining() -> None:
    assert {entry.ground for entry in SCOPE.entries if entry.takes} == {""}
    assert {entry.ground for entry in SCOPE.entries if not entry.takes} == {ground.value for ground in DeclineGround}


def test_every_entry_says_what_it_means_and_on_what_basis() -> None:
    assert {entry.version for entry in SCOPE.entries} == {1}
    assert all(entry.title and entry.text and entry.basis for entry in SCOPE.entries)
