"""Scenario packs (数字场景包): what places published of their windows, worked through once more on the real engine.

The figures come out exactly, also when everything is killed half-way (domain.md 6). `make packs` runs them all.
"""
