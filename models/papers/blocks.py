"""What a paper is made of (文书结构): a title, whom it goes to, blocks of text, who signs it and when."""

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
    """A table; without a head its first column names what the second says (表单)."""

    block: Literal["table"] = "table"
    head: list[str] = Field(default_factory=list)
    rows: list[list[str]]


class Chart(BaseModel):
    """Numbers side by side (图): bars on a page, a table in a word processor."""

    block: Literal["chart"] = "chart"
    title: str
    bars: list[tuple[str, int]]
    """What each is called, and how many."""


Block = Annotated[Para | Items | Table | Chart, Field(discriminator="block")]


class Paper(BaseModel):
    """A paper as it is read (文书)."""

    kind: str
    """What it is called: its title."""
    no: str
    version: int
    """Of its wording: a paper once issued keeps its own."""
    case_no: str
    subject: str = "案件"
    """What `case_no` is the number of: a case, or a solution."""
    to: str = ""
    """主送: whom it goes to."""
    blocks: list[Block]
    issuer: str
    date: str
    signs: list[str] = Field(default_factory=list)
    """Who signs by hand, beside the issuer: a line each."""


def lines(block: Block) -> Iterator[str]:
    """The words of a block, a line each."""
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
    """All its words, without layout: what its check code vouches for."""
    body = [line for block in paper.blocks for line in lines(block)]
    head = [paper.kind, paper.no, str(paper.version), paper.case_no, paper.to]
    return "\n".join([*head, *body, paper.issuer, paper.date, *paper.signs])
