"""个人信息: which words of which commands are personal, exchanged wherever they stand, and nothing else."""

from models.case import CASE
from models.personal import is_sealed, keys_in, opened, personal_paths, replaced

TOKEN = "sealed:abcdefgh1234:" + "x" * 40


def test_what_is_personal_is_marked_at_its_type() -> None:
    found = {name: {".".join(path) for path in personal_paths(act)} for name, act in CASE.acts.items()}
    assert {name: paths for name, paths in found.items() if paths} == {
        "register": {
            *("applicant.name", "applicant.id_no", "applicant.phone", "proxy.name", "proxy.phone"),
            *("refused_by.reason_given", "narrative"),
        },
        "object": {"reason"},
        "complain": {"reason"},
        "acknowledge": {"reason"},
        "withdraw": {"reason"},
        "evaluate": {"comment"},
        "note": {"text"},
        "submit_materials": {"items.*.note"},
        "attach": {"name"},
        "hand_in": {"name"},
    }


def test_words_are_exchanged_in_their_places_and_the_body_given_stays() -> None:
    body = {"items": [{"name": "证明", "note": "张三"}, {"name": "照片"}], "x": "张三"}
    done = replaced(body, personal_paths(CASE.acts["submit_materials"]), lambda path, words: f"<{words}>")
    assert done == {"items": [{"name": "证明", "note": "<张三>"}, {"name": "照片"}], "x": "张三"}
    assert body["items"][0]["note"] == "张三"


def test_what_is_broken_in_shape_is_left_for_the_shape_to_refuse() -> None:
    paths = personal_paths(CASE.acts["register"])
    for body in ({}, {"applicant": None}, {"applicant": "张三"}, {"applicant": {"name": 7}}, {"narrative": ["x"]}):
        assert replaced(body, paths, lambda path, words: "changed") == body


def test_sealed_words_are_known_and_opened_wherever_they_stand() -> None:
    value = {"a": [f"投诉：{TOKEN}。", 7, None], "b": {"c": "sealed:"}}
    assert keys_in(value) == {"abcdefgh1234"}
    assert is_sealed(value["a"][0])
    assert not is_sealed("sealed:")
    assert opened(value, lambda key, sealed: "张三")["a"] == ["投诉：张三。", 7, None]
