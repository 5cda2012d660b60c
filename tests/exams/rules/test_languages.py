"""An item in another language has the same key, the same parts and other words; a form has all of them or none."""

import pytest

from exams import itemtypes
from exams.rules import languages as rules
from exams.rules.languages import Untranslated, Variant
from tests.factories import kinds


def in_german(content: dict[str, object]) -> dict[str, object]:
    return rules.translated(content, {part.path: f"{part.text} (de)" for part in rules.parts(content)})


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_every_kind_can_be_said_in_other_words_and_is_scored_alike(kind: str) -> None:
    sample, of = kinds.written(kind), itemtypes.of(kind)
    made = in_german(sample.content)
    assert made["stem"] == f"{sample.content['stem']} (de)"
    assert rules.faults(sample.content, sample.key, made) == []
    assert [part.path for part in rules.parts(made)] == [part.path for part in rules.parts(sample.content)]
    assert of.shape(made) == of.shape(sample.content)
    assert made["kind"] == kind


def test_what_is_missing_or_unfit_is_named() -> None:
    sample = kinds.written("gap")
    assert rules.faults(sample.content, sample.key, rules.translated(sample.content, {"stem": "So."})) == [
        "a text is missing: text, gaps.1.options.a.text, gaps.1.options.b.text, gaps.3.unit"
    ]
    made = in_german(sample.content) | {"text": "Only [[2]] and [[1]] and [[3]]."}
    assert rules.faults(sample.content, sample.key, made) == [
        "the text must have [[1]], [[2]] and so on, once for each gap and in their order"
    ]
    one = kinds.written("single")
    same = rules.translated(
        one.content, dict.fromkeys([part.path for part in rules.parts(one.content)], "Ja")
    )
    assert rules.faults(one.content, one.key, same) == ["two options have the same text"]
    assert (rules.typed(sample.content), rules.typed(one.content)) == (True, False)


def test_a_form_in_another_language_needs_every_item_and_every_scenario() -> None:
    content = kinds.written("single").content
    said = {
        "format": 1,
        "parts": [
            {"title": "", "text": "", "positions": [1]},
            {"title": "A", "text": "B", "positions": [2, 3]},
        ],
        "items": [{"position": n, "kind": "single", "item": f"I-{n}", "content": content} for n in (1, 2, 3)],
    }
    items = {n: Variant(in_german(content), number=n) for n in (1, 3)}
    with pytest.raises(Untranslated) as lacking:
        rules.package(said, "de", items, {})
    assert (lacking.value.language, lacking.value.codes) == ("de", ("I-2", "A"))
    whole = items | {2: Variant(in_german(content))}
    made = rules.package(said, "de", whole, {2: Variant({"title": "C", "text": "D"})})
    assert made["parts"] == [said["parts"][0], {"title": "C", "text": "D", "positions": [2, 3]}]
    assert [one["content"]["stem"] for one in made["items"]] == ["Which one? (de)"] * 3
    assert said["items"][0]["content"] == content
