"""Matching a subset of a view, and finding the ids that a step names."""

from typing import Any

from ops.scenarios.load import ScenarioError


def differences(expected: Any, actual: Any, where: str = "") -> list[str]:
    """The differences of `actual` from `expected`, each as a readable line; empty when it matches.

    Objects key by key; a list when each expected element matches some element; `{count: n}` and `{min: n}` in place
    of a list count it; `{absent: true}` says that the key is not there.
    """
    if isinstance(expected, dict):
        if isinstance(actual, list) and expected and set(expected) <= {"count", "min"}:
            return _counted(expected, actual, where)
        if not isinstance(actual, dict):
            return [f"{where or '案件'}：应为对象，实际是 {actual!r}"]
        return [line for key, value in expected.items() for line in _member(key, value, actual, where)]
    if isinstance(expected, list):
        if not isinstance(actual, list):
            return [f"{where}：应为列表，实际是 {actual!r}"]
        return [
            f"{where}：没有与 {item!r} 相符的一项，实际有 {actual!r}"
            for item in expected
            if all(differences(item, candidate) for candidate in actual)
        ]
    if (type(expected) is not type(actual) and not _both_numbers(expected, actual)) or expected != actual:
        return [f"{where}：应为 {expected!r}，实际是 {actual!r}"]
    return []


def _member(key: str, value: Any, actual: dict[str, Any], where: str) -> list[str]:
    path = f"{where}.{key}" if where else key
    if value == {"absent": True}:
        return [f"{path}：不应出现，实际是 {actual[key]!r}"] if key in actual else []
    if key not in actual:
        return [f"{path}：没有这一项"]
    return differences(value, actual[key], path)


def _counted(expected: dict[str, Any], actual: list[Any], where: str) -> list[str]:
    if wrong := [key for key, value in expected.items() if type(value) is not int]:
        return [f"{where}：{wrong[0]} 应写整数，写的是 {expected[wrong[0]]!r}"]
    lines = []
    if "count" in expected and len(actual) != expected["count"]:
        lines.append(f"{where}：应有 {expected['count']} 项，实际有 {len(actual)} 项：{actual!r}")
    if "min" in expected and len(actual) < expected["min"]:
        lines.append(f"{where}：至少应有 {expected['min']} 项，实际有 {len(actual)} 项：{actual!r}")
    return lines


def _both_numbers(expected: Any, actual: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in (expected, actual))


def missing_from_timeline(expected: list[str], actions: list[str]) -> str | None:
    """The first action missing from this order, or None."""
    rest = iter(actions)
    return next((action for action in expected if action not in rest), None)


def resolve(template: Any, view: dict[str, Any], cases: dict[str, str]) -> Any:
    """The body with `$assignments.<unit>`, `$inquiries.last`, `$other` … replaced by their ids."""
    if isinstance(template, dict):
        return {key: resolve(value, view, cases) for key, value in template.items()}
    if isinstance(template, list):
        return [resolve(value, view, cases) for value in template]
    if not isinstance(template, str) or not template.startswith("$"):
        return template
    name, _, which = template[1:].partition(".")
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
