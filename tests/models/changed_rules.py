"""Rules of a place as a test wants them: those in force with some figures changed."""

from typing import Any

from models.rules import Kind, admit, contents_of, in_force


def changed(place: str, **tables: dict[str, Any]) -> str:
    """The digest of the place's rules with these figures of its own."""
    parts = {content.kind: content for content in contents_of(in_force(place).digest)}
    own = dict(parts[Kind.PLACE].content)
    for name, figures in tables.items():
        own[name] = {**own.get(name, {}), **figures}
    return admit(Kind.SET, {**parts[Kind.SET].content, "place": admit(Kind.PLACE, own)})
