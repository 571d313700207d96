"""Oversight (督导事项): the 督导组's pool of tasks, and the register of control gaps, each in a ledger of its own.

A task comes from a doubt at a meeting, a conduct complaint, a complaint, a due look-back, or supervision itself. A
control gap (漏洞) has an owner who must prove that it is closed (R67, R70, R73; issue 4, 1 and 3).
"""

from models.oversight import acts  # importing an act registers its commands
from models.oversight.aggregate import Oversight
from models.oversight.registry import OVERSIGHT
from models.oversight.state import OversightState

__all__ = ["OVERSIGHT", "Oversight", "OversightState", "acts"]
