"""Scores (考核记分): each point bound to its entry, contestable, shown in tiers (R90, R91, R93; SU8).

Inquiry findings earn no points: public scores would reveal them.
"""

from models.scores.rules import ACTIONS, Earned, earned, may_earn
from models.scores.scheme import SCHEME, Scheme
from models.scores.standing import CONTESTS, Contest, Standing, check, standing
from models.scores.tiers import tier

__all__ = [
    "ACTIONS",
    "CONTESTS",
    "SCHEME",
    "Contest",
    "Earned",
    "Scheme",
    "Standing",
    "check",
    "earned",
    "may_earn",
    "standing",
    "tier",
]
