"""文书: every kind has its words, and a paper is written in the words of its own case's rules."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from models.case import CASE
from models.case.measures import OF_MEASURES
from models.case.papers import KINDS
from models.case.parts import Document
from models.papers import Paper, plain_text, written
from models.papers.blocks import Items, Para, Table
from models.papers.source import Source
from models.papers.writing import ALWAYS, FIELDS
from models.rules import Kind, RulesError, admit, contents_of, in_force
from models.rules import offered as offers
from models.rules.words import check_whole, filled, words_of
from tests.models.story import Story
from tests.models.walk import Walker


def paper_of(story: Story | Walker, document: Document) -> Paper:
    case = type(story.case).from_entries(story.case.state.case_no, story.entries[: document.seq])
    person, proxy = case.state.applicant, case.state.proxy
    entry = story.entries[document.seq - 1]
    return written(Source(case, entry, entry.detail, document, person, proxy, {"d-one": "民政局"}))


def papers(story: Story | Walker) -> Iterator[Paper]:
    for document in story.case.state.documents:
        yield paper_of(story, document)


def test_every_kind_that_is_issued_has_words_and_something_behind_each_name() -> None:
    words = in_force("xuanwu").words
    assert set(words.papers) == set(KINDS) == set(FIELDS)
    issued = {kind for kinds in (*CASE.leaves.values(), *OF_MEASURES.values()) for kind in kinds}
    assert issued <= set(KINDS)
    others = [kind.letters for kind in KINDS.values() if kind.letters != "W"]
    assert len(set(others)) == len(others), "each kind counts by itself"
    assert set(ALWAYS) == set(offers.ALWAYS)
    for kind, offered in offers.OFFERED.items():
        assert set(FIELDS[kind]) == offered.texts | set(offered.lists), kind


def test_on_random_walks_every_paper_can_be_written() -> None:
    seen = set()
    for seed in range(60):
        walker = Walker(seed)
        for _ in range(40):
            walker.step()
        for paper in papers(walker):
            assert "{" not in plain_text(paper), paper
            assert paper.blocks
            seen.add(paper.kind)
    assert len(seen) > 15, sorted(seen)


def test_a_paper_says_what_its_case_says() -> None:
    story = Story("xiaoshan").accepted().diagnosed()
    story.give("assign", "clerk", assignments=[{"unit": "d-one", "role": "lead", "task": "核对{档案}"}])
    form, accepted, _, task = papers(story)
    assert "周先生" in plain_text(form)
    assert ["代办人", "—"] in form.blocks[0].rows  # type: ignore[union-attr]
    assert accepted.to == "周先生"
    assert any("印章" in block.text for block in accepted.blocks if isinstance(block, Para))
    assert (task.to, task.signs) == ("民政局", ["签收人：", "签收时间："])
    assert "核对{档案}" in plain_text(task), "what people write is no text with places"
    plain = next(paper for paper in papers(Story().accepted()) if paper.kind == "受理通知书")
    assert "印章" not in plain_text(plain), "said only where the case says it"


def with_words(change: Any) -> str:
    """The digest of rules whose papers say something else."""
    parts = {content.kind: content for content in contents_of(in_force("zhangqiu").digest)}
    words = json.loads(json.dumps(parts[Kind.WORDS].content))
    change(words["papers"])
    return admit(Kind.SET, {**parts[Kind.SET].content, "words": admit(Kind.WORDS, words, 7)})


def test_each_case_is_written_to_in_the_words_of_its_own_rules() -> None:
    def other(words: dict[str, Any]) -> None:
        words["受理通知书"]["blocks"] = [{"para": "{who}：已受理。"}]
        del words["登记表"]

    changed, before = Story(by=with_words(other)).accepted(), Story().accepted()
    [form, accepted] = papers(changed)
    assert [block.text for block in accepted.blocks if isinstance(block, Para)] == ["周先生：已受理。"]
    assert (accepted.version, form.version) == (7, 1), "a kind younger than its rules is written in today's words"
    assert "现予受理" in plain_text(list(papers(before))[1])


def test_what_may_be_left_out_is_left_out() -> None:
    said = {"a": "甲", "b": "", "c": "丙"}
    assert filled("[{a}（{c}）|无]，[{a}与{b}|—][　{b}]。", said) == "甲（丙），—。"
    assert filled("[{b}|{c}]", said) == "丙"


@pytest.mark.parametrize(
    ("kind", "change", "what"),
    [
        ("受理通知书", {"blocks": [{"para": "{due_at}前答复"}]}, "受理通知书”没有 due_at"),
        ("受理通知书", {"blocks": [{"items": "materials"}]}, "没有 materials"),
        ("受理通知书", {"blocks": [{"para": "好", "when": "stamped"}]}, "没有 stamped"),
        ("督办单", {"blocks": [{"rows": [{"each": "cards", "row": ["{reasons}"]}]}]}, "没有 reasons"),
        ("督办单", {"blocks": [{"rows": [["{reason}"]]}]}, "没有 reason"),
        ("受理通知书", {"blocks": [{"para": "[{stamp_no}"}]}, "括号不成对"),
        ("受理通知书", {"blocks": [{"para": "好", "heading": "好"}]}, "受理通知书.blocks.0"),
        ("受理通知书", {"blocks": []}, "受理通知书.blocks"),
        ("受理通知书", {"block": [{"para": "好"}]}, "受理通知书"),
        ("受理书", {"blocks": [{"para": "好"}]}, "受理书"),
    ],
)
def test_a_mistake_in_the_words_is_named(kind: str, change: dict[str, Any], what: str) -> None:
    content = json.loads(json.dumps(contents_of(in_force("xuanwu").digest)[3].content))
    content["papers"][kind] = change
    with pytest.raises(RulesError, match=what):
        check_whole(words_of(content))


def test_the_text_holds_every_word_of_a_paper() -> None:
    blocks = [Para(text="甲"), Items(items=["乙", "丙"]), Table(head=["丁"], rows=[["戊"]])]
    paper = Paper(
        kind="k", no="n", version=1, case_no="c", to="己", blocks=blocks, issuer="庚", date="辛", signs=["壬"]
    )
    assert set("甲乙丙丁戊己庚辛壬") <= set(plain_text(paper))
    assert Paper.model_validate_json(paper.model_dump_json()) == paper
