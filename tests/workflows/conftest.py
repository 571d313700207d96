"""Keys of somebody else's."""

from pathlib import Path

import pytest

from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, new_ring


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """A ring of somebody else's, with keys of the same names."""
    path: Path = tmp_path_factory.mktemp("strangers") / "keys.json"
    path.write_text(new_ring(Algorithm.AES_256_GCM), encoding="utf-8")
    return KeyRing(path)
