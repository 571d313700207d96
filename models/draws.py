"""抽查: which archived cases of a month are looked back on, so that anybody can check the draw (SU5).

Before the month begins a seed is made and its SHA-256 published. After the month the seed is published too. A case is
drawn when the number that seed and case number make is below the share: nobody could have chosen it, and nobody can
choose it afterwards. docs/supervision.md shows how to check it in a few lines.
"""

import hashlib
from datetime import date

_WHOLE = 2**256


def commitment(seed: str) -> str:
    """What is published before the month: it fixes the seed and does not tell it."""
    return hashlib.sha256(seed.encode()).hexdigest()


def ticket(seed: str, case_no: str) -> float:
    """The number of a case in this draw, from 0 up to 1."""
    drawn = hashlib.sha256(f"{seed}|{case_no}".encode()).hexdigest()
    return int(drawn, 16) / _WHOLE


def is_drawn(seed: str, case_no: str, share: float) -> bool:
    """Whether the case is looked back on."""
    return ticket(seed, case_no) < share


def following(month: str) -> str:
    """The month after that one (YYYY-MM)."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1).isoformat()[:7]
