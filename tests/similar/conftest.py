"""Databases of their own, as for the activities."""

from tests.activities.conftest import database, empty, server

__all__ = ["database", "empty", "server"]
