"""Cards (红黄牌) as entries."""

from models.actions import Action
from models.aggregate import Draft
from models.codes import CardColour


def red_card(unit: str, reason: str) -> Draft:
    """A red card (红牌) for a unit."""
    return Draft(Action.CARDED, {"unit": unit, "reason": reason, "colour": CardColour.RED.value})
