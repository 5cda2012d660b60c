"""OLX, the files of Open edX: chapters as modules, subsections as lessons, choice problems as checks."""

import ast
import html as entities
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, tostring

from courses.rules import checks
from courses.rules.exchange import cartridge, frame, given, markup, pictures, questions
from courses.rules.exchange.frame import Incoming, Note, Standing
from courses.rules.library.lessons import id_of
from courses.rules.library.texts import Block, LessonText, ModuleText
from lms.kit import archives, xml
from lms.kit.archives import Archive, Tarball
from lms.kit.refusing import CannotRead

LEFT_OUT = {
    "video": "a film is left out: add it in the editor, with captions and a transcript",
    "discussion": "a discussion is left out: there is none in a lesson here",
    "library_content": "a draw from a library of problems is left out",
    "openassessment": "a peer assessment is left out",
    "lti_consumer": "a tool of another site is left out",
}


@dataclass
class _Reading:
    archive: Archive | Tarball
    top: str
    images: dict[str, bytes] = field(default_factory=dict)
    degraded: list[Note] = field(default_factory=list)
    refused: list[Note] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)


def read(data: bytes, standing: Standing) -> Incoming:
    """A zip or a tar.gz. Raises CannotRead."""
    archive = Tarball(data) if data.startswith(b"\x1f\x8b") else Archive(data)
    found = sorted(
        (name for name in archive.names if name.rpartition("/")[2] == "course.xml"),
        key=lambda one: one.count("/"),
    )
    if not found:
        raise CannotRead("it has no course.xml, so it is no course of Open edX")
    reading = _Reading(archive, found[0].removesuffix("course.xml"))
    course = _whole(reading, xml.parse(archive.read(found[0]), "a course"))
    title = course.get("display_name", "")[:200] or course.get("course", "")[:200] or "Imported course"
    modules: list[ModuleText] = []
    keys: dict[str, str] = {}
    for chapter in _children(reading, course, "chapter"):
        name = chapter.get("display_name", "")[:200]
        lessons = [
            text for one in _children(reading, chapter, "sequential") if (text := _lesson(reading, one))
        ]
        if lessons:
            key = frame.slug(name, f"module-{len(modules) + 1}", keys)
            keys[key] = name
            modules.append(frame.module(len(modules) + 1, name, key, lessons))
    reading.degraded.append(Note(title, cartridge.NO_TIME))
    return Incoming(
        frame.course(title, "", modules, standing.profile),
        reading.images,
        degraded=tuple(given.counted(reading.degraded)),
        refused=tuple(reading.refused),
    )


def _whole(reading: _Reading, element: Element) -> Element:
    """An element as it is written: here, or in the file that it points to by `url_name`."""
    name, kind = element.get("url_name", ""), xml.name(element)
    path = archives.within(f"{reading.top}{kind}/{name}.xml")
    if not name or len(element) or not path or not reading.archive.has(path):
        return element
    found = xml.parse(reading.archive.read(path), f"a {kind}", root_is_html=kind == "html")
    for key, value in element.attrib.items():
        found.attrib.setdefault(key, value)
    return found


def _children(reading: _Reading, parent: Element, kind: str) -> Iterator[Element]:
    for one in parent:
        if xml.name(one) == kind:
            try:
                yield _whole(reading, one)
            except CannotRead as fault:
                reading.refused.append(Note(one.get("url_name", kind)[:100], fault.reason))


def _lesson(reading: _Reading, sequential: Element) -> LessonText | None:
    title = sequential.get("display_name", "")[:200] or "Untitled"
    key = frame.slug(title, "lesson", reading.keys)
    reading.keys[key] = title
    body: list[Block] = []
    units = list(_children(reading, sequential, "vertical"))
    for unit in units:
        said = unit.get("display_name", "")[:200]
        parts = [block for one in unit for block in _part(reading, title, key, one, len(body))]
        if parts and said and len(units) > 1 and said != title:
            body.append({"type": "text", "value": f"<h2>{entities.escape(said, quote=False)}</h2>"})
        body += parts
    numbered = [{**block, "id": id_of(key, f"block {place}")} for place, block in enumerate(_joined(body))]
    if not numbered:
        reading.refused.append(Note(title, "it has no text and no choice question"))
        return None
    return frame.lesson(title, key, _apart(numbered))


def _joined(body: list[Block]) -> list[Block]:
    """Texts that follow each other as one."""
    made: list[Block] = []
    for block in body:
        if made and made[-1]["type"] == block["type"] == "text":
            made[-1] = {"type": "text", "value": made[-1]["value"] + block["value"]}
        else:
            made.append(dict(block))
    return made


def _apart(body: list[Block]) -> list[Block]:
    """Checks numbered through the lesson."""
    count = 0
    for block in body:
        if block["type"] == "check":
            count += 1
            block["value"]["key"] = f"c{count}"
    return body


def _part(reading: _Reading, title: str, key: str, element: Element, place: int) -> list[Block]:
    kind = xml.name(element)
    if kind not in ("html", "problem"):
        if isinstance(element.tag, str):
            reading.degraded.append(Note(title, LEFT_OUT.get(kind, f"“{kind[:40]}” is left out")))
        return []
    try:
        whole = _whole(reading, element)
        return (
            _html(reading, title, key, whole)
            if kind == "html"
            else [_problem(reading, title, key, whole, place)]
        )
    except (CannotRead, pictures.NotTaken, questions.NotTaken) as fault:
        where = element.get("display_name") or element.get("url_name") or kind
        reading.refused.append(Note(f"{title}, {where[:60]}", str(fault)))
        return []


def _html(reading: _Reading, title: str, key: str, element: Element) -> list[Block]:
    name = element.get("filename", "")
    path = archives.within(f"{reading.top}html/{name}.html") if name else ""
    if path and reading.archive.has(path):
        source = given.text_of(reading.archive.read(path))
    else:
        source = (element.text or "") + "".join(tostring(one, encoding="unicode") for one in element)

    def lose(what: str) -> None:
        reading.degraded.append(Note(title, what))

    def take(src: str) -> str:
        named = f"{reading.top}static/{src.removeprefix('/static/')}" if src.startswith("/static/") else ""
        found = archives.within(named) if named else ""
        if not found or not reading.archive.has(found):
            lose(f"the picture {src[:60]} is not in the file, and nothing is fetched")
            return ""
        return given.kept(found, reading.archive.read(found), reading.images, lose)

    return list(markup.blocks(markup.tree(source), key, title=title, take=take, lose=lose))


def _problem(reading: _Reading, title: str, lesson: str, problem: Element, place: int) -> Block:
    found = [
        one for one in problem.iter() if xml.name(one).endswith("response") and xml.name(one) != "response"
    ]
    if len(found) != 1 or xml.name(found[0]) not in (
        "multiplechoiceresponse",
        "choiceresponse",
        "optionresponse",
    ):
        raise questions.NotTaken("only problems with one single or multiple choice become checks of a lesson")
    response = found[0]
    kind = checks.MULTIPLE if xml.name(response) == "choiceresponse" else checks.SINGLE
    value = questions.check(lesson, f"c{place}", kind, _asked(problem, response), _options(response))
    if questions.lacks_whys(value):
        reading.degraded.append(Note(title, questions.NO_WHY))
    return {"type": "check", "value": value}


def _asked(problem: Element, response: Element) -> str:
    label = next((one for one in problem.iter() if xml.name(one) == "label"), None)
    if label is not None:
        return " ".join(xml.all_text(label).split())
    within = {id(one) for one in response.iter()} | {id(response)}
    words = [
        one for one in problem.iter() if xml.name(one) in ("p", "h3", "legend") and id(one) not in within
    ]
    words += [one for one in response if xml.name(one) == "p"]
    return " ".join(" ".join(xml.all_text(one).split()) for one in words)


def _options(response: Element) -> list[tuple[str, bool, str]]:
    chosen = next((one for one in response.iter() if xml.name(one) == "optioninput"), None)
    if chosen is not None and chosen.get("options"):
        return [(one, one == chosen.get("correct", ""), "") for one in _listed(chosen.get("options", ""))]
    return [_option(one) for one in response.iter() if xml.name(one) in ("choice", "option")]


def _option(choice: Element) -> tuple[str, bool, str]:
    hints = [one for one in choice if xml.name(one) in ("choicehint", "optionhint")]
    said = " ".join((choice.text or "").split() + [
        word for one in choice if one not in hints for word in (xml.all_text(one) + (one.tail or "")).split()
    ])  # fmt: skip
    rows = [one for one in hints if one.get("selected", "true") == "true"] or hints
    why = " ".join(" ".join(xml.all_text(one).split()) for one in rows[:1])
    return said, choice.get("correct", "").lower() == "true", why


def _listed(said: str) -> list[str]:
    try:
        found: Any = ast.literal_eval(said[:5000])
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return []
    return [str(one) for one in found] if isinstance(found, tuple | list) else []
