"""Scenario packs (数字场景包): published figures of real windows, reproduced on the real engine.

The figures must come out exactly, also when everything is killed half-way (domain.md 6). `make packs` runs them all.
"""
