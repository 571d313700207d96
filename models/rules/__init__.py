"""Rules as data (规则): figures, scope list, doubt rules, wording of papers; immutable, by digest.

A case keeps the rules it was registered under. Files (`models/policies`) only set the rules from now on.
"""

from models.rules.errors import RulesError, UnknownRulesError
from models.rules.policy import Doubt, Figure, Policy
from models.rules.registry import Content, Kind, Rules, admit, contents_of, known, named_in, rules
from models.rules.release import drafted, faults, in_force, made, places, policy, take_up, with_words_for

__all__ = [
    "Content",
    "Doubt",
    "Figure",
    "Kind",
    "Policy",
    "Rules",
    "RulesError",
    "UnknownRulesError",
    "admit",
    "contents_of",
    "drafted",
    "faults",
    "in_force",
    "known",
    "made",
    "named_in",
    "places",
    "policy",
    "rules",
    "take_up",
    "with_words_for",
]
