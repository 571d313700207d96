"""An English document and its Chinese counterpart: as many headings and rows, the same files and commands."""

import re
from typing import Any

import pytest

from ops.settings import ROOT

PAIRS = {
    "security.md": "zh/security.md",
    "supervision.md": "zh/supervision-rules.md",
    "audit.md": "zh/audit-rollout.md",
}


def outline(name: str) -> dict[str, Any]:
    """What must be equal in both languages of a document."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    quoted = {
        " ".join(piece.split()) for piece in re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    }
    return {
        "headings": [len(marks) for marks in re.findall(r"^(##+) ", text, re.MULTILINE)],
        "cells": [line.count("|") for line in text.splitlines() if line.startswith("|")],
        "blocks": blocks,
        "paths": {piece for piece in quoted if re.fullmatch(r"[\w./]+\.py|tests/[\w./<>-]+", piece)},
        "commands": {piece for piece in quoted if piece.startswith("make ")},
    }


@pytest.mark.parametrize("english", PAIRS)
def test_both_languages_have_the_same_outline(english: str) -> None:
    ours, theirs = outline(english), outline(PAIRS[english])
    assert ours["headings"]
    assert ours["paths"]
    for part, expected in ours.items():
        assert theirs[part] == expected, part
