import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from courses.rules.library import lessons, markdown, prose, translations, writing
from courses.rules.library.texts import LessonText
from lms.kit.content import Problems

LIBRARY = Path(settings.BASE_DIR) / "courses" / "library"
FILES = [*sorted(LIBRARY.glob("shared/*/*.md")), *sorted(LIBRARY.glob("courses/*/*/*.md"))]
SHIPPED = [path for path in FILES if not translations.language_of(path)]


def loaded(path: Path) -> LessonText:
    problems = Problems()
    lesson = lessons.read(path, problems)
    assert [str(problem) for problem in problems] == []
    assert lesson is not None
    return lesson


def written(lesson: LessonText, path: Path) -> LessonText:
    file = path / "lesson.md"
    file.write_text(writing.lesson(lesson), encoding="utf-8")
    return loaded(file)


def html(text: str) -> str:
    problems = Problems()
    made = prose.html(text, Path("lesson.md"), 1, problems)
    assert [str(problem) for problem in problems] == []
    return made


def test_every_shipped_lesson_is_written_as_a_file_that_loads_to_the_same_lesson(tmp_path) -> None:
    before = [loaded(path) for path in SHIPPED]
    after = [written(lesson, tmp_path) for lesson in before]
    assert [lesson.digest for lesson in after] == [lesson.digest for lesson in before]
    assert after == before
    assert len(before) == 70


def test_every_shipped_translation_is_written_as_a_file_that_loads_to_the_same(tmp_path) -> None:
    problems = Problems()
    found = [translations.beside(loaded(path), problems) for path in SHIPPED]
    pairs = [(lesson, text) for lesson in found for text in lesson.translations]
    assert len(pairs) == 6
    for lesson, text in pairs:
        again = translations.parse(writing.translation(text), text.path, lesson, problems)
        assert again == text
    assert [str(problem) for problem in problems] == []


def test_a_lesson_is_written_as_people_write_one(tmp_path) -> None:
    lesson = replace(
        loaded(SHIPPED[0]),
        title="Clause 4: what’s “ours”",
        controls=(),
        references=("No",),
        sample=False,
        checked_on=date(2026, 11, 23),
        review_by=date(2027, 5, 23),
        outcomes=("Explain “it”",),
    )
    assert writing.lesson(lesson).split("\n## ")[0] == (
        "---\n"
        "key: foundation-what-an-aims-is\n"
        'title: "Clause 4: what\'s \\"ours\\""\n'
        "minutes: 50\n"
        'clauses: ["4.1", "4.3", "4.4", "5.3", "6.1.2", "6.1.3", "6.1.4", "8.2", "8.3", "8.4", "9.1", "10.2"]\n'
        "outcomes:\n"
        '  - Explain "it"\n'
        "references:\n"
        '  - "No"\n'
        "checked_on: 2026-11-23\n"
        "review_by: 2027-05-23\n"
        "---\n"
    )
    assert written(lesson, tmp_path) == lesson


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ('<p data-block-key="a1">One <b>two</b></p>', "One **two**"),
        ("<p>One<b> two </b>three</p>", "One **two** three"),
        ('<p><a href="/glossary/risk-owner/">Owner</a></p>', "[Owner](term:risk-owner)"),
        ('<p><a href="https://a.example/b%20c(d)">B</a></p>', "[B](<https://a.example/b%20c(d)>)"),
        ("<p>One<br/>two</p>", "One\\\ntwo"),
        ("<ul><li>One</li></ul><ul><li>Two</li></ul>", "- One\n\n* Two"),
        ("<ol><li>One<ul><li>Two</li></ul></li></ol>", "1. One\n   - Two"),
        ("<p>1. no list, # no heading</p>", "1\\. no list, # no heading"),
        ("<p>::: check</p>", "\\::: check"),
        ("<p>a<b>(b)</b>c</p>", "&#97;**(b)**&#99;"),
        ("<h2>One #</h2><p> </p>", "## One \\#"),
        ("<script>alert(1)</script><p>x</p>", "x"),
    ],
)
def test_what_the_page_editor_stores_becomes_markdown(stored, text) -> None:
    assert markdown.of(stored) == text
    assert html(text) == html(markdown.of(html(text)))


def test_a_cell_keeps_its_lines_and_its_strokes() -> None:
    cell = markdown.of_cell("<p>a | b</p><p>c<br/>d</p>")
    assert cell == "a \\| b<br>c<br>d"
    problems = Problems()
    _, rows = prose.table(f"| A |\n|---|\n| {cell} |", Path("lesson.md"), 1, problems)
    assert (rows, list(problems)) == ((("<p>a | b<br>c<br>d</p>",),), [])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


SIGNS = st.text(alphabet="ab .*_`[](){}<>&#-+1:|!\\“’é", min_size=1, max_size=8).map(escaped)
WORDS = st.recursive(
    SIGNS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(st.sampled_from(["b", "i"]), inner).map(lambda pair: f"<{pair[0]}>{pair[1]}</{pair[0]}>"),
        SIGNS.map(lambda text: f"<code>{text}</code>"),
    ),
    max_leaves=4,
)
LISTS = st.tuples(st.sampled_from(["ul", "ol"]), st.lists(WORDS, min_size=1, max_size=3)).map(
    lambda pair: f"<{pair[0]}>{''.join(f'<li>{words}</li>' for words in pair[1])}</{pair[0]}>"
)
BLOCKS = st.one_of(WORDS.map("<p>{}</p>".format), WORDS.map("<h2>{}</h2>".format), LISTS)


@given(st.lists(BLOCKS, min_size=1, max_size=4).map("".join))
@hypothesis_settings(max_examples=150, deadline=None)
def test_no_word_and_no_sign_is_lost_and_what_was_read_once_stays(stored) -> None:
    once = html(markdown.of(stored))
    assert html(markdown.of(once)) == once
    assert signs(once) == signs(stored)


def signs(markup: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", markup))


def test_blocks_that_are_seldom_needed_are_read_and_written(tmp_path) -> None:
    said = (
        "::: callout Mind the date\nText.\n:::\n\n::: scenario A Monday\nText.\n:::\n\n"
        "::: columns\n### Good\n\nOne.\n\n### Flawed\n\n- Two\n:::\n\n::: clauses 4.1, A.2.2\nWhat they ask.\n:::"
    )
    file = tmp_path / "one.md"
    file.write_text(
        "---\nkey: one\ntitle: One\nminutes: 5\nclauses: []\noutcomes:\n  - See\n---\n\n" + said + "\n"
    )
    lesson = loaded(file)
    assert [block["type"] for block in lesson.body] == ["callout", "scenario", "columns", "clauses"]
    assert [one["value"] for one in lesson.body[3]["value"]["refs"]] == ["4.1", "A.2.2"]
    assert writing.lesson(lesson).split("---\n\n")[1] == said + "\n"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("::: columns\n### One\n\nText.\n:::", "there are 2 or 3 columns, and here are 1"),
        ("::: columns\nText.\n\n### One\n\nText.\n:::", "each column begins with a line"),
        ("::: clauses the first\nText.\n:::", "name clauses and controls behind it"),
    ],
)
def test_what_such_blocks_lack_is_said(tmp_path, body, fault) -> None:
    file = tmp_path / "one.md"
    file.write_text(
        "---\nkey: one\ntitle: One\nminutes: 5\nclauses: []\noutcomes:\n  - See\n---\n\n" + body + "\n"
    )
    problems = Problems()
    lessons.read(file, problems)
    assert fault in str(next(iter(problems)))
