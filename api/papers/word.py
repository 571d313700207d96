"""A paper as a Word document (.docx), in the manner of GB/T 9704: Word and WPS both open and print it."""

import io

from docx import Document
from docx.document import Document as Sheet
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from api.papers.handing_out import HandedOut
from models.papers.blocks import Chart, Items, Para, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

BODY, TITLE, HEADING, SANS = "仿宋", "方正小标宋简体", "黑体", "Times New Roman"
LINE = Pt(29)
"""22 lines to the 225 mm of a page."""
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
RED = RGBColor(0xA3, 0x26, 0x1D)


def as_word(handed_out: HandedOut) -> bytes:
    """The paper as a .docx file."""
    paper, sheet = handed_out.paper, Document()
    _page(sheet)
    _line(sheet, paper.issuer, font=TITLE, size=22, align="center", colour=RED, bold=True)
    _line(sheet, paper.no, size=14, align="right")
    _line(sheet, paper.kind, font=TITLE, size=22, align="center", bold=True)
    if paper.to:
        _line(sheet, f"{paper.to}：")
    for block in paper.blocks:
        if isinstance(block, Para):
            _line(sheet, block.text, font=HEADING if block.heading else BODY, indent=True)
        elif isinstance(block, Items):
            for number, item in enumerate(block.items, 1):
                _line(sheet, f"{number}. {item}", indent=True)
        elif isinstance(block, Chart):
            _line(sheet, block.title, size=12, align="center")
            _table(sheet, Table(rows=[[name, str(count)] for name, count in block.bars]))
        else:
            _table(sheet, block)
    for hand in paper.signs:
        _line(sheet, hand)
    _line(sheet, paper.issuer, align="right")
    _line(sheet, paper.date, align="right")
    vouched = f"编号 {paper.no}，校验码 {handed_out.code}" if handed_out.code else handed_out.note
    _line(sheet, f"{vouched}　文书版式第 {paper.version} 版　{paper.subject}编号 {paper.case_no}", size=10)
    out = io.BytesIO()
    sheet.save(out)
    return out.getvalue()


def _page(sheet: Sheet) -> None:
    """A4, 天头 37 mm, 订口 28 mm, 版心 156 by 225 mm, the page number between dashes."""
    section = sheet.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    number = section.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(number, "— ", size=14)
    field = _run(number, "", size=14)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        field._r.append(part)
    _run(number, " —", size=14)


def _line(
    sheet: Sheet,
    text: str,
    *,
    font: str = BODY,
    size: float = 16,
    align: str = "left",
    indent: bool = False,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> None:
    for part in text.split("\n"):
        paragraph = sheet.add_paragraph()
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE if size <= 16 else Pt(36)
        form.space_before = form.space_after = Pt(0)
        if indent:
            form.first_line_indent = Pt(2 * size)
        paragraph.alignment = ALIGN[align]
        run = _run(paragraph, part, font=font, size=size)
        run.font.bold = bold
        if colour is not None:
            run.font.color.rgb = colour


def _run(paragraph: Paragraph, text: str, *, font: str = BODY, size: float = 16) -> Run:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = SANS, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _table(sheet: Sheet, block: Table) -> None:
    rows = [block.head, *block.rows] if block.head else block.rows
    if not rows:
        return
    table = sheet.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for place, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = table.cell(place, column)
            named = (block.head and place == 0) or (not block.head and column == 0)
            _run(cell.paragraphs[0], text, font=HEADING if named else BODY, size=12)
            if not block.head and len(row) == 2:
                cell.width = Mm(36 if column == 0 else 120)
