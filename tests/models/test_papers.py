"""文书: every kind has its words, and words once released change only with the number of their version."""

import hashlib
import inspect
import json
from pathlib import Path

from models.case.papers import ISSUED, KINDS, OF_MEASURES
from models.papers import VERSIONS, Paper, plain_text
from models.papers.blocks import Items, Para, Table

RELEASED = Path(__file__).with_name("papers.json")
"""Of each kind the version in force and the digest of what writes it. Changed words: next version, and a new line here
by `python -m tests.models.test_papers`."""


def now() -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for kind, (version, writer) in sorted(VERSIONS.items()):
        words = "".join(inspect.getsource(writer).split())
        found[kind] = [version, hashlib.sha256(words.encode()).hexdigest()[:16]]
    return found


def test_every_kind_that_is_issued_can_be_written() -> None:
    assert set(VERSIONS) == set(KINDS)
    issued = {kind for kinds in (*ISSUED.values(), *OF_MEASURES.values()) for kind in kinds}
    assert issued <= set(KINDS)
    others = [kind.letters for kind in KINDS.values() if kind.letters != "W"]
    assert len(set(others)) == len(others), "each kind counts by itself"


def test_released_words_have_not_changed_under_their_number() -> None:
    assert now() == json.loads(RELEASED.read_text())


def test_the_text_holds_every_word_of_a_paper() -> None:
    blocks = [Para(text="甲"), Items(items=["乙", "丙"]), Table(head=["丁"], rows=[["戊"]])]
    paper = Paper(
        kind="k", no="n", version=1, case_no="c", to="己", blocks=blocks, issuer="庚", date="辛", signs=["壬"]
    )
    assert set("甲乙丙丁戊己庚辛壬") <= set(plain_text(paper))
    assert Paper.model_validate_json(paper.model_dump_json()) == paper


if __name__ == "__main__":
    RELEASED.write_text(json.dumps(now(), ensure_ascii=False, indent=1) + "\n")
