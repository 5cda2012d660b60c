"""What is published, written into the files that the library is loaded from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from courses.queries import written
from courses.rules.library import frameworks, lessons, passages, translations, writing
from courses.rules.library.texts import CourseText, GlossaryText, LessonText, ModuleText
from lms.kit.content import Problems, read_yaml
from lms.kit.gather import WriteCount
from lms.kit.writing import Shelf

_NUMBERED = re.compile(r"^\d+-")
SHARED = "../../shared/"


def write(folder: Path, beside: Path | None) -> WriteCount:
    """Writes standards, profiles, glossaries, courses and lessons into `folder`, but not those of `beside`.

    A file that says the same stays as it is, and none is removed but for one that gets another number: a
    lesson that is unpublished keeps its file, and is named in the notes.
    """
    shelf = Shelf(folder)
    others = Shelf(beside) if beside else None
    standards = written.frameworks()
    _put(shelf, others, "frameworks", {text.key: writing.framework(text) for text in standards})
    _put(shelf, others, "profiles", {text.key: writing.profile(text) for text in written.profiles()})
    controls = {ref for text in standards for ref in text.refs(frameworks.CONTROL)}
    glossaries = written.glossaries()
    _put(shelf, others, "glossary", {text.key: writing.glossary(text, controls) for text in glossaries})
    _put_term_words(shelf, others, glossaries)
    _put_passages(shelf, others)
    shipped = {path.name for path in beside.glob("shared/*")} if beside else set()
    for module in written.shared():
        if module.key not in shipped:
            _put_lessons(shelf, f"shared/{module.key}", module.lessons)
    taken = others.keys("courses/*/course.yaml") if others else {}
    for text in written.courses():
        if text.key not in taken:
            _put_course(shelf, text)
    return WriteCount(shelf.written, shelf.unchanged, tuple(shelf.notes))


def _put(shelf: Shelf, others: Shelf | None, name: str, files: dict[str, dict[str, object]]) -> None:
    known, taken = _originals(shelf, name), _originals(others, name)
    for key, values in files.items():
        if key not in taken:
            path = known.get(key, shelf.folder / name / f"{key}.yaml")
            shelf.put_yaml(str(path.relative_to(shelf.folder)), values)


def _originals(shelf: Shelf | None, name: str) -> dict[str, Path]:
    """The files of a folder by their keys, those of translations apart."""
    return shelf.keys(f"{name}/*.yaml", lambda path: not translations.language_of(path)) if shelf else {}


def _put_term_words(shelf: Shelf, others: Shelf | None, texts: Sequence[GlossaryText]) -> None:
    known, taken = _originals(shelf, "glossary"), _originals(others, "glossary")
    for text in texts:
        stem = known[text.key].stem if text.key in known else text.key
        for words in text.translations if text.key not in taken else ():
            shelf.put_yaml(f"glossary/{stem}.{words.language}.yaml", writing.glossary_words(words))


def _put_course(shelf: Shelf, text: CourseText) -> None:
    path = shelf.keys("courses/*/course.yaml").get(text.key, shelf.folder / f"courses/{text.key}/course.yaml")
    home = path.parent.relative_to(shelf.folder)
    known = read_yaml(path, Problems()) if path.is_file() else None
    rows = {row.text("key"): row for row in known.nodes("modules")} if known else {}
    folders = {
        row.key: _folder(row, rows[row.key].text("folder", "") if row.key in rows else "")
        for row in text.modules
    }
    if known:
        # Where a course stands in the catalogue is said by files alone.
        text = replace(text, order=known.whole("order", text.order))
    for row in text.modules:
        if not row.domain:
            shelf.notes.append(
                f"module '{row.key}' of '{text.key}' has no domain: choose one, or it can't be loaded again."
            )
        if row.lessons:
            _put_lessons(shelf, f"{home}/{folders[row.key]}", row.lessons)
    shelf.put_yaml(f"{home}/course.yaml", writing.course(text, folders))
    for words in text.translations:
        shelf.put_yaml(f"{home}/course.{words.language}.yaml", writing.course_words(words))


def _folder(module: ModuleText, known: str) -> str:
    if module.shared:
        return f"{SHARED}{module.shared}"
    if not module.lessons:
        return known
    return known or f"{module.number:02}-{module.key}"


def _put_lessons(shelf: Shelf, folder: str, texts: Sequence[LessonText]) -> None:
    found = {}
    for path in sorted((shelf.folder / folder).glob("*.md")):
        lesson = None if translations.language_of(path) else lessons.read(path, Problems())
        if lesson is not None:
            found[lesson.key] = lesson
    names = _names(texts, found)
    _move(shelf.folder / folder, {found[key].path.name: name for key, name in names.items() if key in found})
    for text in texts:
        known = found.pop(text.key, None)
        if known is not None and _ordered(known) == _ordered(text):
            shelf.unchanged += 1
        else:
            _put_media(shelf, folder, text.media)
            shelf.put(f"{folder}/{names[text.key]}", writing.lesson(text))
        _put_translations(shelf, folder, names[text.key].removesuffix(".md"), text)
    for left in found.values():
        shelf.notes.append(f"{folder}/{left.path.name} stays as it is: its lesson is not published here.")


def _put_translations(shelf: Shelf, folder: str, stem: str, lesson: LessonText) -> None:
    for text in lesson.translations:
        path = shelf.folder / folder / f"{stem}.{text.language}.md"
        known = translations.read(path, lesson, Problems()) if path.is_file() else None
        if known is not None and text.translates == written.UNKNOWN:
            text = replace(text, translates=known.translates)
        if known == text:
            shelf.unchanged += 1
            continue
        _put_media(shelf, folder, text.media)
        shelf.put(f"{folder}/{path.name}", writing.translation(text))
        if text.translates != lesson.words:
            shelf.notes.append(f"{folder}/{path.name} says an older text than the lesson beside it.")


def _put_media(shelf: Shelf, folder: str, files: Mapping[str, Any]) -> None:
    """Pictures, films and other files, by their content: what lies there already is the same."""
    for name, row in files.items():
        path = shelf.folder / folder / name
        if not path.is_file():
            with row.file.open("rb") as held:
                shelf.put(f"{folder}/{name}", held.read())


def _put_passages(shelf: Shelf, others: Shelf | None) -> None:
    for text in written.passages():
        name = f"passages/{text.key}.md"
        if others and (others.folder / name).is_file():
            continue
        path = shelf.folder / name
        if path.is_file() and passages.read(path, Problems()) == text:
            shelf.unchanged += 1
        else:
            shelf.put(name, writing.passage(text))


def _move(folder: Path, names: dict[str, str]) -> None:
    """Gives files and the translations beside them other names; all are out of the way before the first takes its own."""
    moved = {old: new for old, new in names.items() if old != new}
    for old, new in list(moved.items()):
        stem = old.removesuffix(".md")
        for path in folder.glob(f"{stem}.*.md"):
            if language := translations.language_of(path):
                moved[path.name] = f"{new.removesuffix('.md')}.{language}.md"
    for old in moved:
        (folder / old).rename(folder / f".{old}.moved")
    for old, new in moved.items():
        (folder / f".{old}.moved").rename(folder / new)


def _names(texts: Sequence[LessonText], found: dict[str, LessonText]) -> dict[str, str]:
    """The name of each lesson's file: the known one, unless their order would be another than that of the lessons."""
    known = [found[text.key].path.name for text in texts if text.key in found]
    if len(known) == len(texts) and known == sorted(known):
        return {text.key: found[text.key].path.name for text in texts}
    keys = {text.key for text in texts}
    left = {lesson.path.name for key, lesson in found.items() if key not in keys}
    return {text.key: _name(place, text, found, left) for place, text in enumerate(texts, 1)}


def _name(place: int, text: LessonText, found: dict[str, LessonText], left: set[str]) -> str:
    stem = _NUMBERED.sub("", (found[text.key].path if text.key in found else text.path).stem)
    name = f"{place:02}-{stem}.md"
    return name if name not in left else f"{place:02}-{stem}-{text.key}.md"


def _ordered(text: LessonText) -> LessonText:
    """The same with its references in an order of their own: a page keeps none."""
    return replace(text, clauses=tuple(sorted(text.clauses)), controls=tuple(sorted(text.controls)))
