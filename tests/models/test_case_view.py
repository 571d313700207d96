"""The view of a case says byte for byte what it said when these cases were kept (案件视图留存)."""

import json

import pytest

from tests.models.kept_views import Kept, kept


@pytest.mark.parametrize("case", list(kept()), ids=lambda case: case.state["case_no"])
def test_a_kept_case_is_answered_as_it_was(case: Kept) -> None:
    today = case.read_today()
    for reader, view in case.views.items():
        assert json.loads(today[reader]) == json.loads(view), reader
        assert today[reader] == view, f"{reader}: other order or other spelling"


def test_who_may_not_know_of_inquiries_is_not_even_shown_that_there_are_none() -> None:
    views = [json.loads(case.views[reader]) for case in kept() for reader in ("full", "masked", "citizen")]
    assert views
    assert not [view["case_no"] for view in views if "inquiries" in view]
