"""The structure of a paper (文书结构): title, addressee, blocks of text, issuer, date, signatures."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Para(BaseModel):
    """A paragraph; `heading` makes it a heading of the first level (黑体, “一、”)."""

    block: Literal["para"] = "para"
    text: str
    heading: bool = False


class Items(BaseModel):
    """A numbered list."""

    block: Literal["items"] = "items"
    items: list[str]


class Table(BaseModel):
    """A table; without a head the first column has labels (表单)."""

    block: Literal["table"] = "table"
    head: list[str] = Field(default_factory=list)
    rows: list[list[str]]


class Chart(BaseModel):
    """A bar chart (图): bars on a page, a table in a word processor."""

    block: Literal["chart"] = "chart"
    title: str
    bars: list[tuple[str, int]]
    """Label and number of each bar."""


Block = Annotated[Para | Items | Table | Chart, Field(discriminator="block")]


class Paper(BaseModel):
    """A paper (文书)."""

    kind: str
    """Its title."""
    no: str
    version: int
    """The version of its wording; an issued paper keeps it."""
    case_no: str
    subject: str = "案件"
    """What `case_no` numbers: a case or a solution."""
    to: str = ""
    """The addressee (主送)."""
    blocks: list[Block]
    issuer: str
    date: str
    signs: list[str] = Field(default_factory=list)
    """Lines for handwritten signatures, besides the issuer."""


def lines(block: Block) -> Iterator[str]:
    """The text of a block, line by line."""
    if isinstance(block, Para):
        yield block.text
    elif isinstance(block, Items):
        yield from block.items
    elif isinstance(block, Chart):
        yield block.title
        yield from (f"{name}\t{count}" for name, count in block.bars)
    else:
        if block.head:
            yield "\t".join(block.head)
        yield from ("\t".join(row) for row in block.rows)


def plain_text(paper: Paper) -> str:
    """Its whole text without layout; the check code covers it."""
    body = [line for block in paper.blocks for line in lines(block)]
    head = [paper.kind, paper.no, str(paper.version), paper.case_no, paper.to]
    return "\n".join([*head, *body, paper.issuer, paper.date, *paper.signs])
