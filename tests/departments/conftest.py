"""One real system for the tests of departments' systems, with simulated departments as processes of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ops.lab.simulator.process import Simulator
from ops.system import System
from tests.api.conftest import DIFFICULT, People

CLERK, HEAD, LEAD = "xs-center.clerk", "xs-center.head", "xs-sgb.lead"


class Town(People):
    """People, and what they and the departments do in these tests."""

    def accepted(self) -> str:
        """A case that may be assigned."""
        person = {"name": "周先生", "kind": "person", "id_type": "id_card", "id_no": "330109190001010016"}
        case_no: str = self.register(CLERK, applicant=person, matter={"name": "残疾人重度护理补贴"})["case_no"]
        assert self.act(CLERK, case_no, "accept").status_code == 200
        assert self.act(CLERK, case_no, "diagnose", **DIFFICULT).status_code == 200
        return case_no

    def assign(self, *units: str, case_no: str = "") -> str:
        """Tasks for these departments, the first one leading; the case's number."""
        case_no = case_no or self.accepted()
        tasks = [{"unit": unit, "role": "assist", "task": "核对补贴停发原因"} for unit in units]
        tasks[0]["role"] = "lead"
        answer = self.act(HEAD, case_no, "assign", assignments=tasks)
        assert answer.status_code == 200, answer.text
        return case_no

    def entries(self, case_no: str, *actions: str) -> list[dict[str, Any]]:
        """The details of the case's entries of these actions."""
        found = self.rows("SELECT action, detail FROM entries WHERE case_no = %s ORDER BY seq", case_no)
        return [detail for action, detail in found if action in actions]

    def delivery(self, case_no: str, unit: str) -> str | None:
        """What the case knows of the delivery to this department."""
        found: list[str | None] = [a["delivery"] for a in self.view(case_no)["assignments"] if a["unit"] == unit]
        return found[-1]


@pytest.fixture(scope="package")
def town() -> Iterator[Town]:
    with System(time_skipping=True) as system:
        found = Town(system)
        with found.http:
            yield found


@pytest.fixture(scope="package")
def departments(town: Town) -> Iterator[Callable[..., Simulator]]:
    """Starts a department's system, once for each; `adapter` is how it is reached."""
    running: dict[str, Simulator] = {}
    with ExitStack() as stack:

        def department(unit: str, **adapter: Any) -> Simulator:
            if unit not in running:
                running[unit] = stack.enter_context(Simulator(town.system, unit, **adapter))
            running[unit].behave()
            return running[unit]

        yield department
