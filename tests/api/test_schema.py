"""What the interface description promises is what the doors do (schemathesis; in full: `make attack`)."""

import pytest

from ops.lab.attack import attack
from tests.api.conftest import People

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.xdist_group("faults")]


@pytest.mark.parametrize("user", ["xs-center.clerk", None])
def test_no_server_error_and_nothing_undocumented(people: People, user: str | None) -> None:
    assert attack(people.system, user, examples=1, phases="examples,fuzzing") is None
