"""文书正文: the text of papers, as blocks for pages and word processors. Pure.

A paper is written from its entry and the case at that entry, in the wording of the case's rules (models/rules); the
text is kept when it is first handed out (api/papers).
"""

from models.papers.blocks import Paper, plain_text
from models.papers.writing import written

__all__ = ["Paper", "plain_text", "written"]
