"""A published course as a file for another program."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any

from courses.models import CoursePage, ModulePage, Sco
from courses.queries import meanings, written
from courses.rules.exchange import cartridge_writer, frame, markdown_writer, pages, scorm_writer
from courses.rules.exchange.frame import Note
from courses.rules.library.texts import Block, CourseText, LessonText, TranslationText
from courses.rules.library.translations import following
from courses.rules.packages.manifest import Standard

WRITERS: dict[str, Callable[[CourseText, Mapping[str, bytes]], bytes]] = {
    "common-cartridge": cartridge_writer.write,
    "markdown": markdown_writer.write,
    "scorm-1.2": partial(scorm_writer.write, standard=Standard.SCORM_12),
    "scorm-2004": partial(scorm_writer.write, standard=Standard.SCORM_2004),
}
ENDINGS = {"common-cartridge": "imscc"}


@dataclass(frozen=True)
class Export:
    """The file, what it is named, the digest of structure and text, and what of the course it has not."""

    data: bytes
    filename: str
    digest: str
    lessons: int
    degraded: tuple[Note, ...]


def export(course: CoursePage, format: str) -> Export:
    """What is published of a course, written in a format. The same course gives the same bytes."""
    text, images = whole(course)
    return Export(
        WRITERS[format](text, images),
        f"{course.key}-{format}.{ENDINGS.get(format, 'zip')}",
        frame.digest(text, images),
        sum(len(module.lessons) for module in text.modules),
        (*_left_out(course), *(() if format == "markdown" else _other_blocks(text))),
    )


def whole(course: CoursePage) -> tuple[CourseText, dict[str, bytes]]:
    """A course with the lessons of its shared modules as its own, and its pictures by the names that figures have."""
    text = written.course(course)
    rows = ModulePage.objects.live().child_of(course).select_related("shares").order_by("path")
    modules = [
        replace(one, shared="", lessons=tuple(written.lessons_of(row.shares)) if row.shares else one.lessons)
        for one, row in zip(text.modules, rows, strict=True)
    ]
    modules = [replace(m, lessons=tuple(_whole(one) for one in m.lessons)) for m in modules]
    texts: list[LessonText | TranslationText] = []
    for one in (lesson for module in modules for lesson in module.lessons):
        texts += [one, *one.translations]
    held = {name: row for said in texts for name, row in said.media.items()}
    shown = {b["value"]["image"] for said in texts for b in said.body if b["type"] == "figure"}
    names, images = _pictures({name: held[name] for name in shown if name in held})
    modules = [
        replace(m, lessons=tuple(following(one, _renamed(one, names)) for one in m.lessons)) for m in modules
    ]
    return replace(text, modules=tuple(modules)), images


def _whole(lesson: LessonText) -> LessonText:
    """A lesson with the text of the passages and terms that it shows: other programs have neither."""
    kinds = {block["type"] for block in lesson.body}
    if not kinds & {"passage", "term"}:
        return lesson
    said = {("passage", one.key): one.text for one in written.passages()}
    keys = [b["value"]["term"] for b in lesson.body if b["type"] == "term"]
    for one in meanings.of(keys):
        said["term", one.key] = f"<p><b>{escape(one.term)}</b>: {escape(one.text)}</p>"
    own = (
        {**b, "type": "text", "value": said.get((b["type"], b["value"][b["type"]]), "")}
        if b["type"] in ("passage", "term")
        else b
        for b in lesson.body
    )
    return following(lesson, replace(lesson, body=tuple(own)))


def _renamed(lesson: LessonText, names: Mapping[str, str]) -> LessonText:
    others = tuple(
        replace(text, body=tuple(_named(b, names) for b in text.body)) for text in lesson.translations
    )
    return replace(lesson, body=tuple(_named(b, names) for b in lesson.body), translations=others)


def _named(block: Block, names: Mapping[str, str]) -> Block:
    if block["type"] != "figure":
        return block
    return {**block, "value": {**block["value"], "image": names[str(block["value"]["image"])]}}


def _pictures(rows: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, bytes]]:
    names, images = {}, {}
    for said, image in sorted(rows.items()):
        with image.file.open("rb") as held:
            data = held.read()
        ending = image.file.name.rpartition(".")[2].lower()
        names[said] = f"{hashlib.sha256(data).hexdigest()[:16]}.{ending}"
        images[names[said]] = data
    return names, images


def _left_out(course: CoursePage) -> list[Note]:
    rows = Sco.objects.filter(lesson__path__startswith=course.path).select_related("lesson").order_by("pk")
    titles = dict.fromkeys(row.lesson.title for row in rows if row.lesson)
    return [
        Note(one, "the package that it runs is not exported: keep the file in which it came")
        for one in titles
    ]


def _other_blocks(text: CourseText) -> Iterator[Note]:
    """What of the page editor's blocks other programs have nothing like."""
    for lesson in (one for module in text.modules for one in module.lessons):
        for kind in sorted({block["type"] for block in lesson.body} - pages.KNOWN):
            yield Note(lesson.title, f"of its “{kind}” only the words leave, as plain text")
