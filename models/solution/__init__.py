"""Standard solutions of a kind of case (一类事): drafted, agreed, reviewed, published, adopted, evaluated, retired.

Each has a ledger and a workflow of its own (R78 to R82, R84; KB1 to KB4; 富阳 made 18 from 594 cases).
"""

from models.solution import agreeing, drafting, in_force  # importing an act registers its commands
from models.solution.aggregate import Solution
from models.solution.registry import SOLUTION
from models.solution.state import SolutionState

__all__ = ["SOLUTION", "Solution", "SolutionState", "agreeing", "drafting", "in_force"]
