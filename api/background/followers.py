"""Followers of the event log on this floor (跟随者): each opens or indexes something after an entry of a case."""

from activities.followers.events import Follower
from api.services import Services
from api.similar import index
from api.solutions import opening
from api.supervision import clusters, task_opening


def followers(services: Services) -> dict[str, Follower]:
    """The followers by the names under which their places are kept."""
    return {module.FOLLOWER: module.follower(services) for module in (task_opening, index, clusters, opening)}
