"""Marked terms become buttons that open what they mean, or plain words."""

from courses.rules import terms
from courses.rules.lessons import Lesson, Meaning, Part

RISK = Meaning("risk-owner", "Risk owner", "Who answers for a risk.")
MARK = '<p>The <a href="/glossary/risk-owner/">owner of a risk</a> signs.</p>'


def lesson(*parts: Part) -> Lesson:
    return Lesson(parts, ())


def test_a_mark_becomes_a_button_that_opens_the_sheet_of_its_term() -> None:
    found = terms.explained(lesson(Part("text", "a", html=MARK)), [RISK])
    assert found.parts[0].html == (
        '<p>The <button class="term" type="button" popovertarget="term_risk-owner">owner of a risk</button>'
        " signs.</p>"
    )
    assert found.meanings == (RISK,)


def test_without_a_meaning_the_words_stand_alone() -> None:
    found = terms.explained(lesson(Part("text", "a", html=MARK)), [])
    assert found.parts[0].html == "<p>The owner of a risk signs.</p>"
    assert found.meanings == ()


def test_terms_are_found_in_every_part_and_cell_and_named_once() -> None:
    cell = '<a href="/glossary/scope/">scope</a>'
    found = lesson(Part("table", "t", rows=((cell, "x"),)), Part("example", "e", html=MARK + cell))
    assert terms.marked(found) == ("scope", "risk-owner")


def test_other_links_stay_links() -> None:
    html = '<p><a href="https://example.org/glossary/risk-owner/">elsewhere</a></p>'
    assert terms.explained(lesson(Part("text", "a", html=html)), [RISK]).parts[0].html == html
