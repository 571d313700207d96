"""抽查: a verifiable monthly draw of archived cases for look-backs (SU5).

The SHA-256 of a seed is published before the month, the seed after it. A case is drawn when the number computed from
seed and case number is below the share, so nobody can influence the draw, before or after. docs/supervision.md shows
how to check it in a few lines.
"""

import hashlib
from datetime import date

_WHOLE = 2**256


def commitment(seed: str) -> str:
    """Published before the month: it fixes the seed without revealing it."""
    return hashlib.sha256(seed.encode()).hexdigest()


def ticket(seed: str, case_no: str) -> float:
    """The number of a case in this draw, from 0 up to 1."""
    drawn = hashlib.sha256(f"{seed}|{case_no}".encode()).hexdigest()
    return int(drawn, 16) / _WHOLE


def is_drawn(seed: str, case_no: str, share: float) -> bool:
    """Whether the case gets a look-back."""
    return ticket(seed, case_no) < share


def following(month: str) -> str:
    """The month after that one (YYYY-MM)."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, 1).isoformat()[:7]
