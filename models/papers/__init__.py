"""文书正文: what each paper says, as blocks that a page and a word processor both can set. Pure.

A paper is written from the entry that issued it and the case as it then stood, in the words of the
case's rules (models/rules); the text is kept when it is first handed out (api/papers).
"""

from models.papers.blocks import Paper, plain_text
from models.papers.writing import written

__all__ = ["Paper", "plain_text", "written"]
