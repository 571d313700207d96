"""Watching (巡查): what stands still is noticed by the system, not by whoever happens to touch the case.

Two stores that may disagree are compared both ways: the open ledgers of the register, and the running workflows of the
engine. Counts at every look; numbers where the counts differ; heads when one of the two may have been put back. Every
look may be repeated at any time, by any process: it raises what it finds, once, and settles what is over.
"""

from workflows.watch.look import Watch

__all__ = ["Watch"]
