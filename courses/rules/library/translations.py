"""Lessons in other languages: `01-what.de.md` beside `01-what.md`, the same blocks in the same order."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from courses.rules.library import lessons, media, prose
from courses.rules.library.prose import curly
from courses.rules.library.texts import Block, LessonText, TranslationText
from lms.kit.content import Problems, parse_markdown, read_markdown

_LANGUAGE = re.compile(r"^[a-z]{2}(-[a-z0-9]{2,8})?$")


def language_of(path: Path) -> str:
    """The language that the name of a lesson's file says; nothing for an original."""
    ending = Path(path.stem).suffix.removeprefix(".")
    return ending if _LANGUAGE.match(ending) else ""


def beside(lesson: LessonText, problems: Problems, *, figures: bool = False) -> LessonText:
    """The lesson with the translations that lie beside its file, in the order of their languages; `figures` as in
    `lessons.read`."""
    found = sorted(lesson.path.parent.glob(f"{lesson.path.stem}.*.md"))
    read_each = ((path, read(path, lesson, problems, figures=figures)) for path in found if language_of(path))
    return replace(lesson, translations=tuple(text for _, text in read_each if text))


def read(
    path: Path, lesson: LessonText, problems: Problems, *, figures: bool = False
) -> TranslationText | None:
    """The translation in `path`. One that says the lesson as it is now has the same blocks, or its faults are noted; one that
    says an older text may differ."""
    parts = read_markdown(path, problems)
    if parts is None:
        return None
    made = _translation(*parts, path, lesson, problems)
    return made if figures else media.found(made, problems)


def following(before: LessonText, after: LessonText) -> LessonText:
    """A lesson in which only files have other names than before: its translations that said its words say them still."""
    texts = (
        replace(text, translates=after.words) if text.translates == before.words else text
        for text in after.translations
    )
    return replace(after, translations=tuple(texts))


def parse(text: str, path: Path, lesson: LessonText, problems: Problems) -> TranslationText | None:
    """The translation in a text that is to stand in `path`."""
    parts = parse_markdown(text, path, problems)
    return None if parts is None else _translation(*parts, path, lesson, problems)


def _translation(
    front: Any, body: str, line: int, path: Path, lesson: LessonText, problems: Problems
) -> TranslationText:
    front.only("key", "translates", "title", "outcomes", "references")
    if front.text("key", most=80) != lesson.key:
        front.complain(f"the lesson beside it has the key '{lesson.key}'", "key")
    found = TranslationText(
        key=lesson.key,
        language=language_of(path),
        translates=front.text("translates", most=16),
        title=curly(front.text("title", most=200)),
        outcomes=tuple(map(curly, front.texts("outcomes"))),
        references=tuple(map(curly, front.texts("references", ()))),
        body=lessons.body_of(lesson.key, body, path, line, problems),
        path=path,
        terms=prose.marks(body, line),
    )
    if found.translates == lesson.words:
        for fault in differences(lesson, found):
            problems.add(path, 1, fault)
    return found


def differences(lesson: LessonText, text: TranslationText) -> Iterator[str]:
    """What a translation has otherwise than its lesson, beside the words."""
    if len(text.outcomes) != len(lesson.outcomes):
        yield f"the lesson has {len(lesson.outcomes)} outcomes, and here are {len(text.outcomes)}"
    kinds, here = [one["type"] for one in lesson.body], [one["type"] for one in text.body]
    if kinds != here:
        yield f"the blocks of the lesson are {', '.join(kinds)}; here they are {', '.join(here)}"
        return
    for one, other in zip(lesson.body, text.body, strict=True):
        if _fixed(one) != _fixed(other):
            name = one["value"]["key"] if one["type"] == "check" else one["type"]
            yield f"'{name}' has another number, order or right option than in the lesson"


def _fixed(block: Block) -> Any:
    """What of a block is the same in every language."""
    value = block["value"]
    match block["type"]:
        case "check":
            return value["key"], value["kind"], [one["value"]["right"] for one in value["options"]]
        case "table":
            return len(value["table"]["columns"]), len(value["table"]["rows"])
        case "exercise":
            return value["minutes"]
        case "clauses":
            return [one["value"] for one in value["refs"]]
        case "columns":
            return len(value["columns"])
        case "term":
            return value["term"]
        case "passage":
            return value["passage"]
    return None
