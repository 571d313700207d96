"""Signatures between systems, against the standard library's own HMAC."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from models.signing import (
    SignatureError,
    check,
    department_purpose,
    signature,
    signing_key,
    subscription_purpose,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
KEY = signing_key(b"master", "subscription:a1")


def test_the_key_and_the_signature_are_plain_hmac() -> None:
    assert hmac.new(b"master", b"signing:subscription:a1:1", hashlib.sha256).hexdigest() == KEY
    expected = hmac.new(KEY.encode("ascii"), f"{STAMP}.正文".encode(), hashlib.sha256).hexdigest()
    assert signature(KEY, STAMP, "正文".encode()) == f"v1={expected}"


def test_every_purpose_and_version_has_its_own_key() -> None:
    purposes = [department_purpose("a1"), subscription_purpose("a1"), subscription_purpose("a2")]
    keys = {
        signing_key(master, purpose, version) for master in (b"1", b"2") for purpose in purposes for version in (1, 2)
    }
    assert len(keys) == 12


@pytest.mark.parametrize("off", [-300, 0, 300])
def test_what_is_signed_within_five_minutes_passes(off: int) -> None:
    check(KEY, STAMP, b"{}", signature(KEY, STAMP, b"{}"), NOW + timedelta(seconds=off))


@pytest.mark.parametrize("off", [-301, 301])
def test_an_old_or_early_signature_does_not(off: int) -> None:
    with pytest.raises(SignatureError, match="五分钟"):
        check(KEY, STAMP, b"{}", signature(KEY, STAMP, b"{}"), NOW + timedelta(seconds=off))


@pytest.mark.parametrize("stamp", ["", "-1", "1.5", "１７９５３９９２００", "now", "9" * 13])
def test_an_unreadable_timestamp_does_not(stamp: str) -> None:
    with pytest.raises(SignatureError, match="Unix"):
        check(KEY, stamp, b"{}", signature(KEY, stamp, b"{}"), NOW)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "v1=",
        "签名",
        signature(KEY, STAMP, b"[]"),
        signature(KEY, STAMP + "0", b"{}"),
        signature("other", STAMP, b"{}"),
        signature(KEY, STAMP, b"{}").removeprefix("v1="),
    ],
)
def test_a_wrong_signature_does_not(given: str) -> None:
    with pytest.raises(SignatureError, match="不符"):
        check(KEY, STAMP, b"{}", given, NOW)
