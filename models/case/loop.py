"""Prerequisite loops (死循环): offices that demand each other's paper first (R48, CL7; seeds 000 and 001).

A prerequisite says: this matter, at this unit, requires that other matter first. Matters are the nodes of a directed
graph, prerequisites its edges; an edge on a cycle is part of a loop.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Prerequisites = Sequence[Mapping[str, Any]]


def dead_loop(prerequisites: Prerequisites) -> list[dict[str, str]]:
    """The prerequisites on a loop, each once, in the order in which the applicant would go round."""
    edges = [{name: str(edge[name]) for name in ("matter", "unit", "requires")} for edge in prerequisites]
    edges = [edge for number, edge in enumerate(edges) if edge not in edges[:number]]
    reach = _reachable(edges)
    on_loop = [edge for edge in edges if edge["matter"] in reach[edge["requires"]]]
    chain: list[dict[str, str]] = []
    while on_loop:
        follows = [edge for edge in on_loop if chain and edge["matter"] == chain[-1]["requires"]]
        chain.append((follows or on_loop)[0])
        on_loop.remove(chain[-1])
    return chain


def _reachable(edges: Sequence[Mapping[str, str]]) -> dict[str, set[str]]:
    """The matters reachable from each matter, itself included."""
    nodes = {edge[end] for edge in edges for end in ("matter", "requires")}
    reach = {node: {node} for node in nodes}
    grown = True
    while grown:
        grown = False
        for edge in edges:
            before = len(reach[edge["matter"]])
            reach[edge["matter"]] |= reach[edge["requires"]]
            grown = grown or len(reach[edge["matter"]]) > before
    return reach


def describe_loop(loop: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> str:
    """The loop as a sentence for readers; `names` maps unit codes to names."""
    demands = [
        f"{names.get(edge['unit'], edge['unit'])}办“{edge['matter']}”要先有“{edge['requires']}”" for edge in loop
    ]
    return "；".join(demands) + "——互为前置，无法起步" if demands else ""
