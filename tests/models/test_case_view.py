"""The view of a case says byte for byte what it said when these cases were kept (案件视图留存), and declares it all."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from models.case import (
    Case,
    alternative,
    applying,
    archiving,
    checkpoints,
    consistency,
    diagnosis,
    intake,
    materials,
    ownership,
    publication,
    solution,
    suggestion,
)
from models.inquiry import finding
from models.views import handling, inquiries, kept, people
from models.views.base import View
from models.views.building import Around, case_view
from tests.models.kept_views import Kept
from tests.models.kept_views import kept as kept_cases

CASES = list(kept_cases())

COPIED: list[tuple[type[BaseModel], type[View]]] = [
    (intake.Person, people.PersonView),
    (intake.Proxy, people.ProxyView),
    (intake.Matter, kept.MatterView),
    (intake.RefusedBy, kept.RefusedBy),
    (diagnosis.Diagnose, kept.DiagnosisView),
    (diagnosis.KeyMaterial, kept.KeyMaterial),
    (diagnosis.Prerequisite, kept.PrerequisiteView),
    (materials.AskedItem, kept.AskedMaterial),
    (checkpoints.Finding, kept.CheckFinding),
    (archiving.LookBack, kept.LookBackView),
    (publication.Publicise, kept.CasePublication),
    (consistency.ExplainDifference, kept.DifferenceView),
    (ownership.NameOwner, kept.OwnerView),
    (ownership.NameSpecialist, kept.SpecialistView),
    (alternative.ProposeAlternative, kept.AlternativeView),
    (suggestion.AnswerSuggestion, kept.SuggestionAnswer),
    (applying.Deviation, kept.DeviationView),
    (solution.Rule, handling.DraftedSolution),
    (finding.Remedy, inquiries.RemedyView),
    (finding.Exemption, inquiries.ExemptionView),
    (finding.FoundHole, inquiries.HoleView),
]
"""What is written with a command and shown as it was written."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.state["case_no"])
def test_a_kept_case_is_answered_as_it_was(case: Kept) -> None:
    today = case.read_today()
    for reader, view in case.views.items():
        assert json.loads(today[reader]) == json.loads(view), reader
        assert today[reader] == view, f"{reader}: other order or other spelling"


def test_who_may_not_know_of_inquiries_is_not_even_shown_that_there_are_none() -> None:
    views = [json.loads(case.views[reader]) for case in CASES for reader in ("full", "masked", "citizen")]
    assert views
    assert not [view["case_no"] for view in views if "inquiries" in view]


@pytest.mark.parametrize(("written", "shown"), COPIED, ids=lambda shape: shape.__name__)
def test_what_a_command_says_is_declared_where_it_is_shown(written: type[BaseModel], shown: type[View]) -> None:
    assert written.model_fields.keys() - getattr(written, "sealed", ()) <= shown.model_fields.keys()


def test_nothing_of_a_case_is_passed_on_undeclared() -> None:
    for kept_case in CASES:
        view = case_view(Case.from_form(kept_case.state), kept_case.now, full_applicant=True, around=Around())
        assert not list(undeclared(view, "case"))


def undeclared(value: Any, path: str) -> Iterator[str]:
    """Members of a view that its shape does not name."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or ())
        for name, part in value:
            yield from undeclared(part, f"{path}.{name}")
    elif isinstance(value, list):
        for part in value:
            yield from undeclared(part, f"{path}[]")
