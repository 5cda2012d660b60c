"""A question keeps its place when its lesson is edited."""

from dataclasses import replace

from courses.rules import anchors
from courses.rules.anchors import Anchor
from courses.rules.lessons import Lesson, Part

FIRST = Part(
    "text",
    "part",
    html="<p>An AI policy says what the organisation intends, and who answers for it.</p>",
    block="1",
)
SECOND = Part(
    "example",
    "example",
    title="Corvane",
    html="<p>The board asked which systems &amp; which owners.</p>",
    block="2",
)
ASKED = Anchor("2", anchors.passage(SECOND))


def test_a_passage_is_the_plain_beginning_of_a_block() -> None:
    assert ASKED.passage == "Corvane The board asked which systems & which owners."
    long = replace(FIRST, html="<p>" + "words " * 100 + "</p>")
    assert (len(anchors.passage(long)) <= anchors.PASSAGE, anchors.passage(long)[-7:]) == (True, "words …")


def test_a_question_stays_with_its_block_that_was_reworded() -> None:
    reworded = replace(SECOND, html="<p>The board then asked which systems &amp; which owners.</p>")
    assert anchors.part_of(ASKED, Lesson((FIRST, reworded), ())) == reworded


def test_a_question_follows_its_block_when_another_one_comes_by_its_id() -> None:
    inserted = replace(FIRST, block="2", html="<p>Quite another paragraph about something else.</p>")
    moved = replace(SECOND, block="3")
    assert anchors.part_of(ASKED, Lesson((FIRST, inserted, moved), ())) == moved


def test_a_question_about_what_is_gone_or_about_the_whole_stands_beside_nothing() -> None:
    assert anchors.part_of(ASKED, Lesson((FIRST,), ())) is None
    assert anchors.part_of(ASKED, Lesson((), ())) is None
    assert anchors.part_of(Anchor("", ""), Lesson((FIRST, SECOND), ())) is None
