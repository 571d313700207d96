"""图 (SVG): drawn here, so that they need no script, print well, and have their content in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

ROW, BAR, LABEL, WIDE, NUMBER = 30, 18, 190, 620, 46
COLOURS = {"bad": "#a3261d", "warn": "#b07400", "good": "#12477d", "quiet": "#8a95a0"}
MOST_ROWS = 15


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar: its length, colour and name."""

    value: float
    colour: str
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart."""

    label: str
    parts: Sequence[Part]

    @property
    def total(self) -> float:
        """Its whole length."""
        return sum(part.value for part in self.parts)


def bars(title: str, rows: Sequence[Bar]) -> Markup:
    """Horizontal bars, the longest filling the width; empty for no rows."""
    rows = rows[:MOST_ROWS]
    longest = max((row.total for row in rows), default=0)
    if not longest:
        return Markup("")
    room = WIDE - LABEL - NUMBER
    drawn = []
    for place, row in enumerate(rows):
        y, x = place * ROW + 6, float(LABEL)
        drawn.append(_text(LABEL - 8, y + 13, row.label, anchor="end"))
        for part in row.parts:
            width = part.value / longest * room
            if width:
                drawn.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{COLOURS[part.colour]}">'
                    f"<title>{escape(row.label)} {escape(part.name)} {part.value:g}</title></rect>"
                )
            x += width
        drawn.append(_text(x + 6, y + 13, f"{row.total:g}"))
    return svg(title, WIDE, len(rows) * ROW + 8, drawn)


def plain_bars(title: str, counted: Sequence[tuple[str, int]]) -> Markup:
    """Bars of one colour, each with its name and count."""
    return bars(title, [Bar(name, [Part(count, "good", "件")]) for name, count in counted])


def matrix(title: str, rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]) -> Markup:
    """How often each row met each column: the darker, the more. Empty for nothing."""
    most = max((count for line in counts for count in line), default=0)
    if not most:
        return Markup("")
    cell, head = 56, 110
    drawn = [
        f'<text transform="translate({LABEL + place * cell + 32} {head - 8}) rotate(-40)">{escape(name)}</text>'
        for place, name in enumerate(columns)
    ]
    for y, name in enumerate(rows):
        drawn.append(_text(LABEL - 8, head + y * ROW + 20, name, anchor="end"))
        for x, count in enumerate(counts[y]):
            shade = 0.1 + 0.9 * count / most if count else 0
            left, top = LABEL + x * cell, head + y * ROW
            ink = "#fff" if shade > 0.5 else "#1b1f24"
            drawn.append(
                f'<rect x="{left}" y="{top}" width="{cell - 2}" height="{ROW - 2}" fill="#12477d"'
                f' fill-opacity="{shade:.2f}" stroke="#c9d1d9"/>'
            )
            if count:
                at = f'x="{left + cell / 2 - 1}" y="{top + 20}"'
                drawn.append(f'<text {at} text-anchor="middle" fill="{ink}">{count}</text>')
    return svg(title, LABEL + len(columns) * cell + 90, head + len(rows) * ROW + 4, drawn)


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def svg(title: str, width: float, height: float, drawn: Sequence[str]) -> Markup:
    """A picture from its parts, in which every word was escaped as it was put in."""
    size = f'width="{width:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    named = f'role="img" aria-label="{escape(title)}"'
    whole = f'<svg class="chart" {size} {named} font-size="14" fill="#1b1f24">{"".join(drawn)}</svg>'
    return Markup(whole)  # nosec B704
