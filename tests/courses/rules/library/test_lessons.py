from pathlib import Path

import pytest

from courses.rules.library import lessons
from courses.rules.library.texts import LessonText
from lms.kit.content import Problems

FRONT = """---
key: what-it-is
title: "What it's for"
minutes: 45
clauses: ["4.1"]
outcomes:
  - Explain "it"
---
"""
CHECK = """::: check
key: c1
kind: single
question: Which?
options:
  - text: One
    why: Not this.
  - text: Two
    right: true
    why: This.
:::
"""


def read(path: Path, text: str) -> tuple[LessonText | None, list[tuple[int, str]]]:
    file = path / "lesson.md"
    file.write_text(text)
    problems = Problems()
    lesson = lessons.read(file, problems)
    assert all(problem.path == file for problem in problems)
    return lesson, [(problem.line, problem.message) for problem in problems]


def body_of(path: Path, body: str) -> tuple[list[dict], list[tuple[int, str]]]:
    lesson, faults = read(path, FRONT + body)
    assert lesson is not None
    return list(lesson.body), faults


def test_a_lesson_becomes_blocks_in_order(tmp_path) -> None:
    body, faults = body_of(
        tmp_path,
        "\n## A heading\n\nText with **weight** and *stress*.\n\n"
        "::: example The case\nText.\n:::\n\nMore.\n\n"
        '::: misconception "It is nothing"\nWrong.\n:::\n'
        "::: exercise Draw it (20 minutes)\n1. One\n2. Two\n:::\n" + CHECK,
    )
    assert faults == []
    assert [block["type"] for block in body] == [
        "text",
        "example",
        "text",
        "misconception",
        "exercise",
        "check",
    ]
    assert body[0]["value"] == "<h2>A heading</h2>\n<p>Text with <b>weight</b> and <i>stress</i>.</p>"
    assert body[3]["value"]["title"] == "It is nothing"
    assert (body[4]["value"]["title"], body[4]["value"]["minutes"]) == ("Draw it", 20)
    assert [option["value"]["right"] for option in body[5]["value"]["options"]] == [False, True]


def test_quotation_marks_become_typographic(tmp_path) -> None:
    lesson, _ = read(tmp_path, FRONT + 'He said "no" and didn\'t.')
    assert lesson is not None
    assert (lesson.title, lesson.outcomes) == ("What it’s for", ("Explain “it”",))
    assert lesson.body[0]["value"] == "<p>He said “no” and didn’t.</p>"


def test_a_table_keeps_its_headings_and_cells(tmp_path) -> None:
    body, faults = body_of(
        tmp_path, "::: table Who\n| Role | Decides |\n|---|---|\n| A & B | **all** |\n:::\n"
    )
    table = body[0]["value"]["table"]
    assert faults == []
    assert [column["heading"] for column in table["columns"]] == ["Role", "Decides"]
    assert table["rows"] == [{"values": ["<p>A &amp; B</p>", "<p><b>all</b></p>"]}]


def test_the_same_file_gives_the_same_ids_and_digest(tmp_path) -> None:
    first, _ = read(tmp_path, FRONT + "Text.\n\n" + CHECK)
    second, _ = read(tmp_path, FRONT + "Text.\n\n" + CHECK)
    third, _ = read(tmp_path, FRONT + "Another text.\n\n" + CHECK)
    assert first and second and third
    assert first.digest == second.digest != third.digest
    options = [lesson.body[1]["value"]["options"][0]["id"] for lesson in (first, third)]
    assert options[0] == options[1]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("::: examples The case\nText.\n:::\n", 9, "unknown block 'examples'"),
        ("Text.\n::: example The case\nText.\n", 10, "the 'example' block is never closed"),
        ("Text.\n:::\n", 10, "closes nothing"),
        ("::: example A\nText.\n::: exercise B\nText.\n:::\n", 11, "inside the 'example' block of line 9"),
        ("::: example\nText.\n:::\n", 9, "has no title"),
        ("::: example A\n\n:::\n", 10, "is empty"),
        ("Text.\n\n# A title\n", 11, "headings in a lesson are '##' and '###'"),
        ("::: example A\nText.\n\n## B\n:::\n", 12, "no headings inside a block"),
        ("Text <b>bold</b>.\n", 9, "HTML is not taken"),
        ("<script>alert(1)</script>\n", 9, "HTML is not taken"),
        ("Text.\n\n![a](b.png)\n", 11, "an image is added in the editor"),
        ("Text.\n\n    code\n", 11, "block of code"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", 9, "a table stands in a block of its own"),
        ("::: table A\nText.\n:::\n", 10, "one Markdown table and nothing else"),
        ("", 9, "the lesson has no text"),
        (CHECK.replace("kind: single", "kind: one"), 11, "'single' or 'multiple'"),
        (CHECK.replace("    right: true\n", ""), 13, "a check needs a right option"),
        (CHECK.replace("text: One", "text: One\n    right: true"), 13, "exactly one right option"),
        (CHECK.replace("    why: This.\n", ""), 16, "'why' is missing"),
        (CHECK.replace("question: Which?", "question: Which: this?"), 12, "not readable as YAML"),
        (CHECK.replace("key: c1", "key: C 1"), 10, "a key is lower case"),
        (CHECK + CHECK, 21, "check key 'c1' is already used at line 10"),
        (CHECK.replace("kind: single", "kind: single\nhint: no"), 12, "unknown key 'hint'"),
    ],
)
def test_a_fault_in_the_text_names_its_line(tmp_path, body: str, line: int, said: str) -> None:
    _, faults = body_of(tmp_path, body)
    assert any(number == line and said in message for number, message in faults), faults


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("key: what-it-is", "key: What it is"), 2, "a key is lower case"),
        (("minutes: 45", "minutes: 0"), 4, "'minutes' is 0"),
        (("minutes: 45", "minutes: long"), 4, "must be a whole number"),
        (('clauses: ["4.1"]', "clauses: [4.1]"), 5, "must be a list of texts"),
        (('title: "What it\'s for"', "titel: x"), 3, "unknown key 'titel'"),
        (("minutes: 45", "minutes: 45\nreview_by: 2027-01-01"), 2, "go together"),
        (("minutes: 45", "minutes: 45\nchecked_on: 2027-01-01\nreview_by: 2026-01-01"), 6, "later than"),
        (("---\n", "--\n"), 1, "front matter"),
    ],
)
def test_a_fault_in_the_front_matter_names_its_line(tmp_path, change, line: int, said: str) -> None:
    _, faults = read(tmp_path, FRONT.replace(*change, 1) + "Text.\n")
    assert any(number == line and said in message for number, message in faults), faults


def test_what_is_not_text_is_said_to_be_unreadable(tmp_path) -> None:
    (tmp_path / "lesson.md").write_bytes(b"---\nkey: a\n\xff\xfe\n")
    problems = Problems()
    assert lessons.read(tmp_path / "lesson.md", problems) is None
    assert [(problem.line, problem.message) for problem in problems] == [(3, "not UTF-8 text")]
