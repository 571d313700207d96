"""A paper as a page (网页版): printed from the browser it stands on A4 in the manner of GB/T 9704."""

from markupsafe import Markup

from api.http.errors import Problem
from api.papers.handing_out import HandedOut, handed_out
from api.rendering.charts import plain_bars
from api.rendering.templates import PAGES
from api.services import Services
from models.case import Case
from models.papers.blocks import Chart


def as_page(handed_out: HandedOut) -> str:
    """The paper with everything it needs inside: it can be kept and opened anywhere."""
    return PAGES.get_template("paper.html").render(
        paper=handed_out.paper, code=handed_out.code, note=handed_out.note, drawn=_drawn
    )


def _drawn(chart: Chart) -> Markup:
    """The picture of a chart; it carries its colours itself."""
    return plain_bars(chart.title, chart.bars)


async def pages(services: Services, case: Case) -> dict[str, bytes]:
    """Every paper of the case by its number; a destroyed one says so instead."""
    record = await services.queries.cases.case(case.state.case_no)
    assert record is not None, "a case with a ledger is in the register"
    written = {}
    for document in record.case.state.documents:
        try:
            written[document.no] = as_page(await handed_out(services, record, document.no, full=True)).encode()
        except Problem as destroyed:
            written[document.no] = destroyed.detail.encode()
    return written
