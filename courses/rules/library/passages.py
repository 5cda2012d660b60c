"""Passages that several lessons show: `passages/its-key.md`."""

from collections.abc import Collection, Iterable
from pathlib import Path

from courses.rules.library import lessons, markdown, prose
from courses.rules.library.prose import curly
from courses.rules.library.texts import LessonText, PassageText
from lms.kit.content import Problem, Problems, read_markdown


def read(path: Path, problems: Problems) -> PassageText | None:
    parts = read_markdown(path, problems)
    if parts is None:
        return None
    front, body, line = parts
    front.only("key", "title")
    if not body.strip():
        problems.add(path, line, "the passage has no text")
    text = prose.html(body, path, line, problems, headings=False)
    return PassageText(lessons.key_of(front), curly(front.text("title", most=200)), text)


def again(markup: str) -> str:
    """The text of a passage as its file says it, once written and read again."""
    return prose.html(markdown.of(markup), Path(), 1, Problems(), headings=False)


def examine(found: Iterable[LessonText], known: Collection[str], problems: Problems) -> None:
    """Notes passages that lessons name and nobody wrote."""
    for lesson in found:
        for key in sorted(named(lesson) - set(known)):
            fault = Problem(lesson.path, 1, f"there is no passage '{key}' under passages/")
            if fault not in problems.items:
                problems.items.append(fault)


def named(lesson: LessonText) -> set[str]:
    return {block["value"]["passage"] for block in lesson.body if block["type"] == "passage"}
