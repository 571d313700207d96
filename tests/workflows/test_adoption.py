"""What a worker left in the register before it died stands: the case goes on from it, and nothing is done twice."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from activities.database import open_pool
from activities.register import Batch, LedgerConflictError, Register, entry_row
from activities.settings import Settings
from models.aggregate import By, Command
from models.case import Case
from models.codes import Role
from models.row import case_row
from ops.system import System
from tests.api.conftest import People, registration

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]
CLERK = "xw-center.clerk"


@pytest.fixture(scope="module")
def people() -> Iterator[People]:
    with System() as system:
        found = People(system)
        with found.http:
            yield found


def leave(people: People, case_no: str, name: str, body: dict[str, Any], key: str, *, prev: str | None = None) -> None:
    """Write a command's entries into the register alone, as a worker does that dies right after."""
    stored = people.rows("SELECT state FROM cases WHERE case_no = %s", case_no)[0][0]
    case = Case.from_form(stored)
    by = By(actor=CLERK, role=Role.CLERK, unit="xw-center")
    entries = case.run(Command(name=name, by=by, body=body, id=key), datetime.now(UTC))
    written = [entry_row(entry) for entry in entries]
    if prev:
        written[0]["prev"] = prev
    batch = Batch(entries=written, row=case_row(case), state=case.state.model_dump_json(exclude_defaults=True))
    env = people.system.env
    settings = Settings(
        env["DATABASE_URL"], env["TEMPORAL_ADDRESS"], "default", b"", time_skipping=False, ring=people.system.ring
    )

    async def write() -> None:
        async with open_pool(settings, size=1) as pool:
            await Register(pool).record(batch)

    asyncio.run(write())


def actions(people: People, case_no: str) -> list[str]:
    return [row[0] for row in people.rows("SELECT action FROM entries WHERE case_no = %s ORDER BY seq", case_no)]


def post(people: People, case_no: str, name: str, body: dict[str, Any], key: str) -> httpx.Response:
    return people.post(CLERK, f"/api/cases/{case_no}/{name}", body, Idempotency_Key=key)


def test_the_same_command_comes_again_and_is_done_once(people: People) -> None:
    case_no = people.register()["case_no"]
    leave(people, case_no, "accept", {}, "left-behind-1")
    answer = post(people, case_no, "accept", {}, "left-behind-1")
    assert answer.status_code == 200
    assert answer.json()["stage"] == "accepted"
    assert actions(people, case_no) == ["registered", "accepted"]


def test_another_command_comes_first_and_goes_on_from_what_stands(people: People) -> None:
    case_no = people.register()["case_no"]
    leave(people, case_no, "note", {"text": "留下的"}, "left-behind-2")
    assert post(people, case_no, "accept", {}, "another-key-2").status_code == 200
    assert post(people, case_no, "note", {"text": "留下的"}, "left-behind-2").status_code == 200
    assert actions(people, case_no) == ["registered", "noted", "accepted"]


def test_a_command_that_no_longer_fits_after_adoption_is_refused(people: People) -> None:
    case_no = people.register()["case_no"]
    leave(people, case_no, "accept", {}, "left-behind-3")
    assert post(people, case_no, "accept", {}, "another-key-3").status_code == 409
    assert post(people, case_no, "accept", {}, "left-behind-3").status_code == 200
    assert actions(people, case_no) == ["registered", "accepted"]


def test_a_register_that_went_another_way_is_not_written_to(people: People) -> None:
    case_no = people.register()["case_no"]
    with pytest.raises(LedgerConflictError):
        leave(people, case_no, "accept", {}, "forged", prev="f" * 64)
    assert actions(people, case_no) == ["registered"]


def test_a_key_holds_beyond_the_end_of_a_run(people: People) -> None:
    shown = people.post(CLERK, "/api/cases", registration(), Idempotency_Key="beyond-the-run").json()
    case_no = shown["case_no"]
    assert post(people, case_no, "note", {"text": "一"}, "note-key-0001").status_code == 200

    async def end() -> None:
        from workflows.client import connect

        client = await connect(people.system.temporal_address, "default")
        await client.get_workflow_handle(case_no).terminate("test")

    asyncio.run(end())
    assert post(people, case_no, "note", {"text": "一"}, "note-key-0001").status_code == 200
    assert actions(people, case_no) == ["registered", "noted"]
    assert post(people, case_no, "accept", {}, "accept-key-01").status_code == 200, "taken up again from the register"
    assert actions(people, case_no) == ["registered", "noted", "accepted"]
