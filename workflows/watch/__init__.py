"""Watching (巡查): the system itself finds ledgers and workflows that stand still.

Two stores that may disagree are compared both ways: the open ledgers of the register and the running workflows of the
engine. A look compares counts; numbers where counts differ; heads when one of the two may have been restored. A look
may be repeated at any time, by any process: it raises each finding once and settles those that are over.
"""

from workflows.watch.look import Watch

__all__ = ["Watch"]
