"""Oversight (督导事项): the pool of tasks of the 督导组, and the register of holes, each in a ledger of its own.

A task comes from a meeting's doubt, a conduct complaint, a complaint, a look-back that is due, or from supervision
itself; a hole (漏洞) has an owner who must prove that it is closed (R67, R70, R73; issue 4, 1 and 3).
"""

from models.oversight import acts  # importing an act registers its commands
from models.oversight.aggregate import Oversight
from models.oversight.registry import OVERSIGHT
from models.oversight.state import OversightState

__all__ = ["OVERSIGHT", "Oversight", "OversightState", "acts"]
