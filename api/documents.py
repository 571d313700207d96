"""文书: a paper as it was issued, from the entry that issued it. Printable plain form."""

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from models.case import Case
from models.case.parts import Document
from models.codes import DeclineGround
from models.ledger import BEIJING

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


_templates.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}


def page(template: str, **content: Any) -> bytes:
    """A page of our own from its template."""
    return _templates.get_template(template).render(**content).encode()


def find(case: Case, document_no: str) -> Document | None:
    """The paper of that number, or None."""
    return next((d for d in case.state.documents if d.no == document_no), None)


def render(case: Case, paper: Document, entry: Any, unit_name: str) -> str:
    """The paper as an HTML page."""
    at: datetime = entry.at.astimezone(BEIJING)
    return _templates.get_template("document.html").render(
        kind=paper.kind,
        no=paper.no,
        case_no=case.state.case_no,
        matter=case.state.matter.get("name", ""),
        said=entry.detail,
        ground=DeclineGround(entry.detail["ground"]).label if "ground" in entry.detail else "",
        unit=unit_name,
        date=f"{at.year}年{at.month}月{at.day}日",
        hash=entry.hash,
    )
