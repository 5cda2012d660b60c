"""Moodle XML as Moodle writes it, and as others write it to do harm."""

import pytest

from exams.rules import exchange
from exams.rules.exchange import CannotRead

QUIZ = '<?xml version="1.0" encoding="UTF-8"?><quiz>{}</quiz>'


def question(kind: str, body: str, text: str = "<p>Which one?</p>", name: str = "Q 1") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>{body}</question>'
    )


def answer(text: str, fraction: str, feedback: str = "", more: str = "") -> str:
    said = f"<feedback><text>{feedback}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{said}{more}</answer>'


def read(*questions: str) -> exchange.Batch:
    return exchange.read(QUIZ.format("".join(questions)).encode(), "moodle-xml")


def one(*questions: str) -> exchange.Incoming:
    batch = read(*questions)
    assert batch.refused == ()
    (item,) = batch.items
    return item


THREE = answer("A", "100", "Because.") + answer("B", "0") + answer("C", "0")


def test_a_single_answer_keeps_its_feedback_as_rationale() -> None:
    item = one(question("multichoice", "<single>true</single>" + THREE))
    assert item.written.content == {
        "kind": "single", "stem": "Which one?",
        "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}, {"id": "c", "text": "C"}],
    }  # fmt: skip
    assert item.written.key == {"rule": "all-or-nothing", "right": ["a"]}
    assert item.written.rationales == {"a": "Because.", "b": "", "c": ""}


def test_a_wrong_answer_that_takes_its_share_is_right_minus_wrong() -> None:
    options = answer("A", "100") + answer("B", "-50") + answer("C", "-50")
    assert one(question("multichoice", "<single>true</single>" + options)).written.key == {
        "rule": "right-minus-wrong", "right": ["a"], "of": 3
    }  # fmt: skip


def test_thirds_are_thirds_and_partial_points_a_map_within_bounds() -> None:
    options = "".join(answer(text, "33.33333") for text in "ABC") + answer("D", "-100")
    key = one(question("multichoice", "<single>false</single>" + options)).written.key
    assert key["rule"] == "hits-minus-false"
    options = answer("A", "50") + answer("B", "50") + answer("C", "0") + answer("D", "0")
    key = one(question("multichoice", "<single>false</single>" + options)).written.key
    assert (key["rule"], key["map"], key["lower"], key["upper"]) == (
        "map-response", {"a": "1/2", "b": "1/2", "c": "0", "d": "0"}, "0", "1"
    )  # fmt: skip


def test_true_false_numeric_text_matching_and_ordering_have_their_kinds() -> None:
    pairs = "".join(
        f"<subquestion format='html'><text>{prompt}</text><answer><text>{partner}</text></answer></subquestion>"
        for prompt, partner in (("One", "1"), ("Two", "2"), ("", "3"))
    )
    found = read(
        question("truefalse", answer("true", "0") + answer("false", "100")),
        question("numerical", answer("3.5", "100", more="<tolerance>0.1</tolerance>")),
        question("shortanswer", "<usecase>1</usecase>" + answer("AIMS", "100") + answer("the AIMS", "50")),
        question("matching", pairs),
        question("ordering", "<gradingtype>5</gradingtype>" + "".join(answer(t, "1") for t in "ABC")),
    )
    assert found.refused == ()
    keys = [item.written.key for item in found.items]
    assert keys[0] == {"rule": "all-or-nothing", "right": ["f"]}
    assert keys[1] == {"rule": "nominal", "value": "3.5", "tolerance": "0.1"}
    assert (keys[2]["map"], keys[2]["case"]) == ({"AIMS": "1", "the AIMS": "1/2"}, True)
    assert keys[3] == {"rule": "per-pair", "right": "ab"}
    assert keys[4] == {"rule": "longest-ordered-run", "right": "cba"}


def test_embedded_answers_become_gaps() -> None:
    text = (
        "The {1:MULTICHOICE:=scope#Yes~policy~%0%budget} is {2:SHORTANSWER_C:=set~=fixed} by clause "
        "{1:NUMERICAL:=4.3:0.01}."
    )
    item = one(question("cloze", "", text))
    assert item.written.content["text"] == "The [[1]] is [[2]] by clause [[3]]."
    assert item.written.key["gaps"] == [
        {"right": "a"}, {"accepted": ["set", "fixed"], "case": True}, {"value": "4.3", "tolerance": "0.01"}
    ]  # fmt: skip


def test_what_only_looks_is_named_as_lost() -> None:
    text = '<p>Which <b>one</b> in<br/>the <img src="@@PLUGINFILE@@/plan.png" alt="Plan"> of 10<sup>2</sup> &lt; 200?</p>'
    item = one(question("multichoice", THREE, text))
    assert item.written.content["stem"] == "Which one in\nthe of 10^2 < 200?"
    assert item.losses == (
        "the mark-up <b> is left out",
        "a picture or other medium (@@PLUGINFILE@@/plan.png) is left out",
        "the mark-up <sup> is left out",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Which?<script>alert(1)</script>",
        '<p onclick="steal()">Which?</p>',
        '<a href=" javascript:alert(1)">Which?</a>',
        '<iframe src="https://elsewhere.example"></iframe>Which?',
    ],
)
def test_what_acts_is_refused_by_name_and_the_rest_is_read(text: str) -> None:
    batch = read(question("multichoice", THREE, text, "Evil"), question("multichoice", THREE, name="Good"))
    assert [item.identifier for item in batch.items] == ["Good"]
    assert [one.identifier for one in batch.refused] == ["Evil"]


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("calculated", "", "a question of the type 'calculated' has no equal here"),
        ("essay", "", "an essay here needs a rubric"),
        ("multichoice", answer("A", "100") + answer("B", "0"), "3 to 5 options, and this one has 2"),
        ("multichoice", answer("A", "many"), "'many' is no share of the points"),
        ("shortanswer", answer("AI*", "100"), "an answer with a wildcard \\* has no equal here"),
        ("cloze", "", "no embedded answer"),
    ],
)
def test_what_has_no_equal_is_refused_with_the_reason(kind: str, body: str, reason: str) -> None:
    (refused,) = read(question(kind, body)).refused
    assert reason.replace("\\", "") in refused.reason


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (f'<!DOCTYPE quiz [<!ENTITY l0 "ha">{LAUGHS}]><quiz>&l9;</quiz>', "document type or entities"),
        (
            '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
            "document type or entities",
        ),
        ('<!DOCTYPE quiz SYSTEM "http://elsewhere.example/q.dtd"><quiz/>', "document type or entities"),
        ("<!DOCTYPE html><html><body>Please sign in</body></html>", "an HTML page"),
        ("<quiz><question>", "is not Moodle XML: no element found"),
        ("<quiz>" + "<a>" * 5_000 + "</a>" * 5_000 + "</quiz>", "nested deeper than 60"),
        ('<?xml version="1.0" encoding="utf-7"?><quiz/>', "an encoding that is not read here"),
        ('<?xml version="1.0" encoding="UTF-8"?><quiz>\xff</quiz>'.encode("latin-1"), "is not Moodle XML"),
        ("<assessmentItem/>", "begins with <assessmentItem>"),
        ("<quiz/>", "has no items"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_sentence(data: str | bytes, reason: str) -> None:
    with pytest.raises(CannotRead) as refused:
        exchange.read(data if isinstance(data, bytes) else data.encode(), "moodle-xml")
    assert reason in refused.value.reason


def test_a_note_that_fits_its_item_no_more_is_named_as_lost() -> None:
    held = '{"of": "0000", "said": {"stem": "Another?"}, "about": {"domain": 3}}'
    item = one(question("multichoice", THREE + f"<auditorium>{held}</auditorium>"))
    assert (item.written.content["stem"], item.about["domain"]) == ("Which one?", 3)
    assert item.losses[0].startswith("the item was changed since it was exported")


def test_tags_say_domain_level_and_clauses() -> None:
    tags = "".join(
        f"<tag><text>{tag}</text></tag>" for tag in ("domain:3", "level:apply", "clause:6.1.2", "other")
    )
    item = one(question("multichoice", THREE + f"<tags>{tags}</tags>"))
    assert item.about == {"domain": 3, "level": "apply", "clauses": ["6.1.2"]}
