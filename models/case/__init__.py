"""The case (案件): its state, its commands and its rules, one file per act of the office."""

from importlib import import_module
from pkgutil import iter_modules

from models.case.aggregate import Case
from models.case.registry import CASE
from models.case.state import State

for _act in iter_modules(__path__):  # importing an act registers its commands
    import_module(f"{__name__}.{_act.name}")

__all__ = ["CASE", "Case", "State"]
