"""GIFT, Aiken and CSV as people write them."""

import pytest

from exams.rules import exchange
from exams.rules.exchange import markup
from exams.rules.exchange.frame import Refused


def gift(text: str) -> exchange.Incoming:
    batch = exchange.read(text.encode(), "gift")
    assert batch.refused == ()
    (item,) = batch.items
    return item


def test_a_comment_a_title_and_a_missing_word() -> None:
    item = gift("// A note\n$CATEGORY: x\n::Q1:: The {=scope ~policy ~budget} comes first.")
    assert (item.identifier, item.line) == ("Q1", 1)
    assert item.written.content["stem"] == "The _____ comes first."
    assert item.written.key == {"rule": "all-or-nothing", "right": ["a"]}


def test_feedback_is_the_rationale_and_signs_may_be_escaped() -> None:
    item = gift("Is 1 \\= 1\\: yes? {~no#Look\\: it is. =yes \\{always\\}#It is. ~maybe}")
    assert item.written.content["stem"] == "Is 1 = 1: yes?"
    assert [option["text"] for option in item.written.content["options"]] == ["no", "yes {always}", "maybe"]
    assert item.written.rationales == {"a": "Look: it is.", "b": "It is.", "c": ""}


def test_weights_make_several_answers() -> None:
    key = gift("Which? {~%50%a ~%50%b ~%-50%c ~%-50%d}").written.key
    assert (key["rule"], key["right"]) == ("hits-minus-false", ["a", "b"])


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ("{T}", {"rule": "all-or-nothing", "right": ["t"]}),
        ("{FALSE#wrong#right}", {"rule": "all-or-nothing", "right": ["f"]}),
        ("{#3.5:0.5}", {"rule": "nominal", "value": "3.5", "tolerance": "0.5"}),
        ("{#1..4}", {"rule": "nominal", "value": "2.5", "tolerance": "1.5"}),
        ("{=Grant =Ulysses}", {"rule": "all-or-nothing", "case": False, "accepted": ["Grant", "Ulysses"]}),
        ("{=a -> 1 =b -> 2 = -> 3}", {"rule": "per-pair", "right": "ab"}),
    ],
)
def test_each_way_of_answering_has_its_kind(answers: str, key: dict) -> None:
    assert gift(f"Which? {answers}").written.key == key


def test_the_feedback_of_a_wrong_judgement_stands_before_that_of_a_right_one() -> None:
    assert gift("It is. {F#Not so.#Indeed.}").written.rationales == {"t": "Not so.", "f": "Indeed."}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Write an essay. {}", "an essay here needs a rubric"),
        ("No answers at all", "one pair of braces"),
        ("Never closed {=a ~b", "one pair of braces"),
        ("Odd {a ~b}", "neither = nor ~"),
        ("Two {=a ~b}", "3 to 5 options, and this one has 2"),
        ("Odd {~%50/0%a ~%50%b ~c}", "'%50/0%' is no weight: write it as %50%"),
        ("Odd {=a ~%1e2%b ~c}", "'%1e2%' is no weight"),
        (f"Deep {{=a ~{'<div>' * 300}b ~c}}", "more than 200 elements within one another"),
        (f"Much {{=a ~{'<br>' * 5000}b ~c}}", "more than 4000 pieces of mark-up"),
        ("Range {#4..1}", "no range of numbers"),
        ("Several {#=1:0 =%50%2:0}", "several answers or partial points"),
    ],
)
def test_what_has_no_equal_in_gift_is_refused_with_its_line(text: str, reason: str) -> None:
    (refused,) = exchange.read(f"\n\n{text}\n".encode(), "gift").refused
    assert (refused.line, reason in refused.reason) == (3, True), refused.reason


def test_a_sign_of_per_cent_is_no_weight_by_itself() -> None:
    options = gift("How much? {=% ~%-sign ~%d and %s ~\\~10%}").written.content["options"]
    assert [option["text"] for option in options] == ["%", "%-sign", "%d and %s", "~10%"]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("a &lt;b&gt; c<br/>d", "a <b> c\nd"),
        ("<p>one</p><ul><li>two<li>three</ul>", "one\n- two\n- three"),
        ("x<sup>2</sup> and H<sub>2</sub>O", "x^2 and H_2O"),
        ("<!-- <p>no --> yes<style>p{}</style>", "yes"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        # What one parser closes and another leaves open comes to the same text.
        ("a<p title='>'>b", "a\nb"),
        ("<<b>i</b>mg src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("&#xD800;", "\ufffd"),
    ],
)
def test_marked_up_text_is_cleaned_and_then_read(marked: str, text: str) -> None:
    assert markup.plain(marked)[0] == text


@pytest.mark.parametrize(
    "marked",
    [
        "<!--><script>alert(1)</script>-->x",
        "<a href='java&#9;script:alert(1)'>x</a>",
        "<a href=' &#1;JavaScript:alert(1)'>x</a>",
        "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
        "<!--><img src=x onerror=alert(1)>-->x",
        "<p><iframe src='https://example.org'></iframe>x",
    ],
)
def test_what_acts_is_refused_however_it_hides(marked: str) -> None:
    with pytest.raises(Refused):
        markup.plain(marked)


@pytest.mark.parametrize(
    "text", ["a < b & c > d", "<b>bold</b>", "&amp; &lt;", "one\ntwo", "x\u00a0y".replace("\u00a0", " ")]
)
def test_plain_text_comes_back_from_its_mark_up(text: str) -> None:
    assert markup.plain(markup.marked(text)) == (text, ())


def test_aiken_takes_letters_with_a_point_or_a_bracket_and_long_lines() -> None:
    text = "Which one\nis right?\nA) This\nwith a second line\nB) That\nC) None\nANSWER: B\n"
    (item,) = exchange.read(text.encode("utf-8-sig"), "aiken").items
    assert item.written.content["stem"] == "Which one\nis right?"
    assert item.written.content["options"][0]["text"] == "This\nwith a second line"
    assert item.written.key["right"] == ["b"]


def test_aiken_without_an_answer_is_refused_with_its_line() -> None:
    (refused,) = exchange.read(b"\nWhich?\nA. This\nB. That\n", "aiken").refused
    assert (refused.line, refused.reason) == (2, "the question has no line ANSWER:")


CSV = """code;kind;stem;a;b;c;why_a;right;answer;tolerance;accepted;domain;level;clauses
C-1;;Which one?;This;"That;
there";None;Because.;a;;;;3;apply;6.1.2 8.2
C-2;multiple;Which two?;This;That;None;;a|b;;;;;;
C-3;true-false;It is.;;;;;true;;;;;;
C-4;numeric;How many?;;;;;;3,5;0,5;;;;
C-5;text;Which word?;;;;;;;;scope|the scope;;;
C-6;ordering;Order.;;;;;;;;;;;
C-7;;Which?;This;That;None;;z;;;;;;
"""


def test_a_table_gives_an_item_a_row() -> None:
    batch = exchange.read(CSV.encode(), "csv")
    assert [item.identifier for item in batch.items] == ["C-1", "C-2", "C-3", "C-4", "C-5"]
    assert batch.items[0].about == {"domain": 3, "level": "apply", "clauses": ["6.1.2", "8.2"]}
    assert batch.items[0].written.content["options"][1]["text"] == "That;\nthere"
    assert [item.line for item in batch.items] == [2, 4, 5, 6, 7]
    assert batch.items[4].written.key["accepted"] == ["scope", "the scope"]
    assert [(one.identifier, one.line) for one in batch.refused] == [("C-6", 8), ("C-7", 9)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("code,a\nx,y\n", "the header has no column stem"),
        ("stem,colour\nx,y\n", "unknown here: colour"),
        ("stem,stem\nx,y\n", "a name stands twice"),
        ('stem,a\n"x,y\n', "the file is not CSV"),
    ],
)
def test_a_table_that_is_none_is_refused(text: str, reason: str) -> None:
    with pytest.raises(exchange.CannotRead, match=reason):
        exchange.read(text.encode(), "csv")
