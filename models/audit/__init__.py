"""Audit (审计): compares register and histories, and shows a case at any entry (AU3, AU4)."""

from models.audit.compare import Difference, first_difference, row_difference
from models.audit.heads import Head, head_difference
from models.audit.steps import steps

__all__ = ["Difference", "Head", "first_difference", "head_difference", "row_difference", "steps"]
