from courses.rules import lessons
from courses.rules.lessons import Heading


def test_headings_get_anchors_that_can_be_read() -> None:
    html, found = lessons.with_anchors("<h2>Seven clauses, one <b>loop</b></h2><p>x</p><h3>Why?</h3>", ())
    assert (
        html
        == '<h2 id="seven-clauses-one-loop">Seven clauses, one <b>loop</b></h2><p>x</p><h3 id="why">Why?</h3>'
    )
    assert found == (
        Heading("seven-clauses-one-loop", "Seven clauses, one loop", 2),
        Heading("why", "Why?", 3),
    )


def test_the_same_title_twice_gets_two_anchors() -> None:
    _, found = lessons.with_anchors("<h2>Risk</h2><h2>Risk</h2>", {"part"})
    assert [heading.anchor for heading in found] == ["risk", "risk-2"]


def test_a_title_without_letters_still_has_an_anchor() -> None:
    assert lessons.anchor_of("…?", ()) == "part"
    assert len(lessons.anchor_of("a " * 80, ())) <= 48
