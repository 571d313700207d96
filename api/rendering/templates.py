"""Templates (模板): one set for pages, papers and packages; what people read is escaped, a missing name is an error."""

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models import codes
from models.labels import label
from models.ledger import stamp_time
from models.timeline import code_label, detail_lines

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGES.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
PAGES.filters["lines"] = detail_lines
"""An entry's detail in words (models/timeline.py)."""
PAGES.filters["word"] = code_label
"""A code's Chinese word, from any list of codes."""
PAGES.filters["label"] = lambda value, code: getattr(codes, code)(value).label if value else "—"
"""A code's Chinese word, where a view gives its value alone."""
PAGES.filters["called"] = lambda path: label("", path)
"""A field's label, by its place in a body."""


def minute(at: str | datetime | None) -> str:
    """An instant as a person reads it (年-月-日 时:分), whether a view wrote it or a row has it."""
    written = stamp_time(at) if isinstance(at, datetime) else at
    return written[:16].replace("T", " ") if written else "—"


PAGES.filters["minute"] = minute
