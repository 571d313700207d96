"""What passes the codec unsealed: nothing that anybody could say, only the engine's own words."""

import asyncio
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload

from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, new_ring
from workflows.platform.codec import CASES, ENGINE_SAYS, REFUSED, Codec


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    file = tmp_path / "keys.json"
    file.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    return Codec(KeyRing(file), CASES)


@pytest.mark.parametrize("said", sorted(ENGINE_SAYS))
def test_the_engines_word_about_a_cancelled_activity_passes(codec: Codec, said: bytes) -> None:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=said)
    assert asyncio.run(codec.decode([payload])) == [payload]


def test_anything_else_that_is_not_sealed_is_marked(codec: Codec) -> None:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=b'{"by":"somebody"}')
    [found] = asyncio.run(codec.decode([payload]))
    assert found.metadata["encoding"] == REFUSED
