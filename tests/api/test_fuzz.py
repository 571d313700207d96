"""What anybody may send in, damaged at random: sheets are read or refused, signed calls are answered, nothing breaks.

Sheets go straight to their reader, signed calls through real HTTP with signatures that fit.
"""

import contextlib
import io
import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.exchange.sheets import count, rows
from models.sheet import SheetError, fields_of, registration
from models.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    department_purpose,
    intake_purpose,
    signature,
    signing_key,
)
from ops.lab.simulator.process import configure
from tests.api.conftest import People
from tests.api.test_import import as_csv, as_xlsx, line

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ("source_id", "unit", "applicant", "matter", "request_type", "narrative", "refused_by", "proxy")
PIECE = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON))
CALLBACK = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("delivery_id", "case_no", "command", "body", "more"), JSON)
)
DAMAGE = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12)
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
OVER_HTTP = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


UNIT = "nb-zj"
"""A department that no other test connects."""


@pytest.fixture(scope="module")
def connected(people: People) -> None:
    """The department's system is known here; nothing is ever sent to it."""
    configure(people.system, UNIT, kind="http", url="http://127.0.0.1:9/")


def damaged(content: bytes, damage: list[tuple[int, int]], keep: int) -> bytes:
    changed = bytearray(content)
    for place, value in damage:
        changed[place % len(changed)] = value
    return bytes(changed[: max(4, len(changed) * keep // 100)])


@QUICK
@given(damage=DAMAGE, keep=st.integers(40, 100), kind=st.sampled_from(["xlsx", "csv"]))
def test_a_damaged_sheet_is_read_or_refused_and_nothing_else(
    damage: list[tuple[int, int]], keep: int, kind: str
) -> None:
    content = damaged((as_xlsx if kind == "xlsx" else as_csv)(line("甲"), line("乙")), damage, keep)
    with contextlib.suppress(SheetError):
        count(io.BytesIO(content), kind)
        found = rows(io.BytesIO(content), kind)
        fields = fields_of(next(found, []))
        for cells in found:
            assert isinstance(registration(fields, cells), dict)


def post(people: People, path: str, purpose: str, raw: bytes) -> Any:
    at = str(int(time.time()))
    key = signing_key(people.system.secret, purpose)
    return people.http.post(
        path, content=raw, headers={TIMESTAMP_HEADER: at, SIGNATURE_HEADER: signature(key, at, raw)}
    )


@pytest.mark.system
@pytest.mark.xdist_group("api")
@OVER_HTTP
@given(said=PIECE | JSON)
def test_whatever_a_signed_piece_says_it_is_answered(people: People, said: Any) -> None:
    answer = post(people, "/api/intake/hotline", intake_purpose("hotline"), json.dumps(said).encode())
    assert answer.status_code in (200, 201, 404, 409, 422, 503), answer.text
    assert "不正确" not in answer.text or answer.json()["errors"], "what is wrong is said field by field"


@pytest.mark.system
@pytest.mark.xdist_group("api")
@OVER_HTTP
@given(said=CALLBACK | JSON)
def test_whatever_a_signed_callback_says_it_is_answered(people: People, connected: None, said: Any) -> None:
    path = f"/api/departments/{UNIT}/callbacks"
    answer = post(people, path, department_purpose(UNIT), json.dumps(said).encode())
    assert answer.status_code in (403, 404, 409, 422), answer.text


@pytest.mark.system
@pytest.mark.xdist_group("api")
@OVER_HTTP
@given(raw=st.binary(max_size=200), timestamp=st.text(max_size=14), said=st.text(max_size=70))
def test_whatever_is_not_signed_gets_no_further(
    people: People, connected: None, raw: bytes, timestamp: str, said: str
) -> None:
    headers = {name: quoted(value) for name, value in ((TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, said))}
    for path in ("/api/intake/hotline", f"/api/departments/{UNIT}/callbacks"):
        answer = people.http.post(path, content=raw, headers=headers)
        assert answer.status_code in (400, 401), answer.text


def quoted(text: str) -> str:
    """What a header can carry of a text."""
    return "".join(letter for letter in text if letter.isprintable() and letter.isascii()).strip()
