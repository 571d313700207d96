"""Matching a subset of a view, and finding the ids that a step names."""

from typing import Any

from ops.scenarios.load import ScenarioError


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """What of `expected` is not in `found`, each as a readable line; empty when it matches.

    Objects key by key; a list when each expected element matches some element; `{count: n}` and `{min: n}` in place
    of a list count it; `{absent: true}` says that the key is not there.
    """
    if isinstance(expected, dict):
        if isinstance(found, list) and expected and set(expected) <= {"count", "min"}:
            return _counted(expected, found, where)
        if not isinstance(found, dict):
            return [f"{where or '案件'}：应为对象，实际是 {found!r}"]
        return [line for key, value in expected.items() for line in _member(key, value, found, where)]
    if isinstance(expected, list):
        if not isinstance(found, list):
            return [f"{where}：应为列表，实际是 {found!r}"]
        return [
            f"{where}：没有与 {item!r} 相符的一项，实际有 {found!r}"
            for item in expected
            if all(differences(item, candidate) for candidate in found)
        ]
    if (type(expected) is not type(found) and not _both_numbers(expected, found)) or expected != found:
        return [f"{where}：应为 {expected!r}，实际是 {found!r}"]
    return []


def _member(key: str, value: Any, found: dict[str, Any], where: str) -> list[str]:
    path = f"{where}.{key}" if where else key
    if value == {"absent": True}:
        return [f"{path}：不应出现，实际是 {found[key]!r}"] if key in found else []
    if key not in found:
        return [f"{path}：没有这一项"]
    return differences(value, found[key], path)


def _counted(expected: dict[str, Any], found: list[Any], where: str) -> list[str]:
    if wrong := [key for key, value in expected.items() if type(value) is not int]:
        return [f"{where}：{wrong[0]} 应写整数，写的是 {expected[wrong[0]]!r}"]
    lines = []
    if "count" in expected and len(found) != expected["count"]:
        lines.append(f"{where}：应有 {expected['count']} 项，实际有 {len(found)} 项：{found!r}")
    if "min" in expected and len(found) < expected["min"]:
        lines.append(f"{where}：至少应有 {expected['min']} 项，实际有 {len(found)} 项：{found!r}")
    return lines


def _both_numbers(expected: Any, found: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in (expected, found))


def missing_from_timeline(expected: list[str], actions: list[str]) -> str | None:
    """The first action that does not occur in this order, or None."""
    rest = iter(actions)
    return next((action for action in expected if action not in rest), None)


def resolve(said: Any, view: dict[str, Any], cases: dict[str, str]) -> Any:
    """A body with `$assignments.<unit>`, `$inquiries.last`, `$other` … replaced by what they stand for."""
    if isinstance(said, dict):
        return {key: resolve(value, view, cases) for key, value in said.items()}
    if isinstance(said, list):
        return [resolve(value, view, cases) for value in said]
    if not isinstance(said, str) or not said.startswith("$"):
        return said
    name, _, which = said[1:].partition(".")
    if not which:
        if name not in cases:
            raise ScenarioError(f"没有名为 {name} 的案件")
        return cases[name]
    items = view.get(name)
    if not isinstance(items, list):
        raise ScenarioError(f"案件里没有 {name}")
    fitting = items if which == "last" else [i for i in items if which in (i.get("unit"), i.get("kind"))]
    if not fitting:
        raise ScenarioError(f"案件的 {name} 里没有 {which}")
    return fitting[-1]["id"]
