"""Common Cartridge 1.1 to 1.3: its folders as modules, its pages as lessons, its choice questions as checks."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from courses.rules.exchange import frame, given, markup, pictures, questions
from courses.rules.exchange.frame import Incoming, Note, Standing
from courses.rules.library.lessons import id_of
from courses.rules.library.texts import Block, LessonText, ModuleText
from lms.kit import archives, xml
from lms.kit.archives import Archive
from lms.kit.refusing import CannotRead

MANIFEST = "imsmanifest.xml"
VERSIONS = ("1.1", "1.2", "1.3")
PAGES = (".html", ".htm", ".xhtml")
LEFT_OUT = {
    "imsdt": "a discussion is left out: there is none in a lesson here",
    "imsbasiclti": "a tool of another site is left out",
    "associatedcontent": "a file that belongs to another program is left out",
}
NO_TIME = (
    f"it says no time of study: {frame.MINUTES} minutes stand in for each lesson until an author says better"
)


@dataclass
class _Reading:
    archive: Archive
    resources: dict[str, Element]
    images: dict[str, bytes] = field(default_factory=dict)
    degraded: list[Note] = field(default_factory=list)
    refused: list[Note] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """The address of each lesson, by its key."""


def read(data: bytes, standing: Standing) -> Incoming:
    """Raises CannotRead."""
    archive = Archive(data)
    if not archive.has(MANIFEST):
        raise CannotRead(f"it has no {MANIFEST} at its top, so it is no cartridge")
    root = xml.parse(archive.read(MANIFEST), "a manifest")
    _refuse_other(root)
    resources = {one.get("identifier", ""): one for one in root.iter() if xml.name(one) == "resource"}
    reading = _Reading(archive, resources)
    title = _title(root)
    about = given.about(archive)
    modules = list(_modules(reading, _top(root), title, about))
    if not about:
        reading.degraded.append(Note(title, NO_TIME))
    said = {
        name: tuple(about[name])
        for name in ("outcomes", "audience", "prerequisites")
        if given.texts(about.get(name))
    } | {
        name: about[name][:most]
        for name, most in (("strapline", 300), ("summary", 2000))
        if isinstance(about.get(name), str)
    }
    key = about.get("key", "")
    course = frame.course(title, key if given.is_key(key) else "", modules, standing.profile, **said)
    return Incoming(
        course,
        reading.images,
        degraded=tuple(given.counted(reading.degraded)),
        refused=tuple(reading.refused),
    )


def _refuse_other(root: Element) -> None:
    schema = next((one.text or "" for one in root.iter() if xml.name(one) == "schema"), "")
    version = next((one.text or "" for one in root.iter() if xml.name(one) == "schemaversion"), "").strip()
    if "common cartridge" not in schema.lower():
        raise CannotRead("its manifest doesn't say that it is a Common Cartridge")
    if not version.startswith(VERSIONS):
        raise CannotRead(
            f"it is a Common Cartridge {version[:20] or 'of no version'}, and 1.1 to 1.3 are read"
        )


def _title(root: Element) -> str:
    metadata = next((one for one in root if xml.name(one) == "metadata"), None)
    for one in metadata.iter() if metadata is not None else ():
        if xml.name(one) == "title":
            return " ".join(xml.all_text(one).split())[:200]
    return "Imported course"


def _top(root: Element) -> list[Element]:
    """The items at the top. A cartridge has one item without a title around them."""
    organisation = next((one for one in root.iter() if xml.name(one) == "organization"), None)
    if organisation is None:
        raise CannotRead("its manifest has no organization, so it says nothing of what is taught")
    found = _items(organisation)
    return (
        _items(found[0])
        if len(found) == 1 and not found[0].get("identifierref") and _items(found[0])
        else found
    )


def _items(element: Element) -> list[Element]:
    return [one for one in element if xml.name(one) == "item"]


def _item_title(item: Element) -> str:
    return next((" ".join((one.text or "").split()) for one in item if xml.name(one) == "title"), "")


def _modules(
    reading: _Reading, top: list[Element], title: str, about: Mapping[str, Any]
) -> Iterator[ModuleText]:
    """A module for each folder at the top, and one for each run of pages beside the folders."""
    groups: list[tuple[str, list[Element]]] = []
    for item in top:
        if item.get("identifierref"):
            if not groups or groups[-1][0] != "":
                groups.append(("", []))
            groups[-1][1].append(item)
        else:
            groups.append((_item_title(item) or "Untitled", _leaves(reading, item)))
    keys: dict[str, str] = {}
    said = about.get("modules") if isinstance(about.get("modules"), list) else []
    number = 0
    for name, leaves in groups:
        lessons = [text for leaf in leaves if (text := _lesson(reading, leaf))]
        own = said[number] if said and number < len(said) and isinstance(said[number], dict) else {}
        if not lessons and not own.get("planned"):
            continue
        number += 1
        said_key = own.get("key", "")
        key = (
            said_key
            if given.is_key(said_key) and said_key not in keys
            else frame.slug(name or title, f"module-{number}", keys)
        )
        keys[key] = name
        more = {
            "summary": str(own.get("summary", ""))[:1000],
            "planned": tuple(given.texts(own.get("planned"))),
        }
        yield frame.module(number, name or title, key, lessons, **more)


def _leaves(reading: _Reading, folder: Element) -> list[Element]:
    found = []
    for item in folder.iter():
        if item is not folder and xml.name(item) == "item":
            if item.get("identifierref"):
                found.append(item)
            elif _items(item):
                where = _item_title(item) or "a folder"
                reading.degraded.append(
                    Note(where, "a folder inside a folder: its pages join the module around it")
                )
    return found


def _lesson(reading: _Reading, item: Element) -> LessonText | None:
    title = _item_title(item) or "Untitled"
    resource = reading.resources.get(item.get("identifierref", ""))
    if resource is None:
        reading.refused.append(Note(title, "its resource is not in the manifest"))
        return None
    kind = resource.get("type", "")
    try:
        if "assessment" in kind:
            return _assessment(reading, title, resource)
        if kind.startswith("imswl"):
            return _link(reading, title, resource)
        if kind == "webcontent" or kind.endswith("learning-application-resource"):
            return _page(reading, title, resource)
    except (CannotRead, pictures.NotTaken, questions.NotTaken) as fault:
        reading.refused.append(Note(title, str(fault)))
        return None
    reason = next(
        (said for begins, said in LEFT_OUT.items() if kind.startswith(begins)), f"{kind[:60]} is not read"
    )
    reading.degraded.append(Note(title, reason))
    return None


def _path(reading: _Reading, resource: Element) -> str:
    named = resource.get("href") or next(
        (one.get("href", "") for one in resource if xml.name(one) == "file"), ""
    )
    path = archives.within(named.partition("?")[0])
    if not path or not reading.archive.has(path):
        raise CannotRead(f"its file {named[:100]} is not in the cartridge")
    return path


def _key(reading: _Reading, title: str, said_key: str = "") -> str:
    key = (
        said_key
        if given.is_key(said_key) and said_key not in reading.keys
        else frame.slug(title, "lesson", reading.keys)
    )
    reading.keys[key] = title
    return key


def _page(reading: _Reading, title: str, resource: Element) -> LessonText | None:
    path = _path(reading, resource)
    if not path.lower().endswith(PAGES):
        reading.degraded.append(
            Note(title, f"the file {posixpath.basename(path)[:60]} is left out: only pages become lessons")
        )
        return None
    root = markup.tree(given.text_of(reading.archive.read(path)))
    own = given.note(root)
    key = _key(reading, title, str(own.get("key", "")))

    def lose(what: str) -> None:
        reading.degraded.append(Note(title, what))

    body = markup.blocks(
        root, key, title=title, take=given.taker(reading.archive, path, reading.images, lose), lose=lose
    )
    body = tuple(_with_checks(reading, key, title, resource, body))
    if not body:
        raise CannotRead("it has no text")
    return frame.lesson(title, key, body, **given.facts(own))


def _assessment(reading: _Reading, title: str, resource: Element) -> LessonText | None:
    key = _key(reading, title)
    found = dict(_checks(reading, key, title, _path(reading, resource)))
    if not found:
        raise CannotRead("it has no choice question that could be a check")
    opening: Block = {
        "type": "text",
        "value": "<p>Answer these, and read why.</p>",
        "id": id_of(key, "block 0"),
    }
    return frame.lesson(
        title,
        key,
        [opening, *(questions.block(key, place, value) for place, value in enumerate(found.values(), 1))],
    )


def _checks(reading: _Reading, lesson: str, title: str, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    root = xml.parse(reading.archive.read(path), "a test")
    lacks, seen = False, set[str]()
    for place, item in enumerate(questions.items(root), 1):
        said_key = item.get("ident", "").rpartition(".")[2]
        key = said_key if given.is_key(said_key) and said_key not in seen else f"c{place}"
        seen.add(key)
        try:
            value = questions.read(item, lesson, key)
        except questions.NotTaken as fault:
            reading.refused.append(Note(f"{title}, question {place}", str(fault)))
            continue
        lacks = lacks or questions.lacks_whys(value)
        yield key, value
    if lacks:
        reading.degraded.append(Note(title, questions.NO_WHY))


def _with_checks(
    reading: _Reading, lesson: str, title: str, resource: Element, body: tuple[Block, ...]
) -> Iterator[Block]:
    """The blocks of a page of our own, the checks that it names taken from the test that its resource depends on."""
    named = [one.get("identifierref", "") for one in resource if xml.name(one) == "dependency"]
    tests = [reading.resources[one] for one in named if one in reading.resources]
    found: dict[str, dict[str, Any]] = {}
    if any(block["type"] == "check" for block in body):
        for test in tests:
            if "assessment" in test.get("type", ""):
                found |= dict(_checks(reading, lesson, title, _path(reading, test)))
    for block in body:
        if block["type"] != "check":
            yield block
        elif block["value"]["key"] in found:
            yield {**block, "value": found[block["value"]["key"]]}
        else:
            reading.refused.append(
                Note(title, f"its check {block['value']['key'][:40]} is not in the cartridge")
            )


def _link(reading: _Reading, title: str, resource: Element) -> LessonText:
    root = xml.parse(reading.archive.read(_path(reading, resource)), "a link")
    url = next((one.get("href", "") for one in root.iter() if xml.name(one) == "url"), "")
    if not url.startswith(("https://", "http://")):
        raise CannotRead("its link leads to no page of the web")
    key = _key(reading, title)
    value = {"text": title[:300], "url": url}
    return frame.lesson(title, key, [{"type": "reference", "value": value, "id": id_of(key, "block 0")}])
