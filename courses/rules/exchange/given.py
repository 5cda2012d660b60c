"""What the readers of files share: texts and pictures of an archive, and the notes that our own files bring."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from courses.rules.exchange import markup, pictures
from courses.rules.exchange.frame import Note
from courses.rules.library.lessons import KEY
from lms.kit import archives
from lms.kit.archives import Archive
from lms.kit.refusing import CannotRead

NOTE = "auditorium"


def taker(archive: Archive, page: str, images: dict[str, bytes], lose: Callable[[str], None]) -> markup.Take:
    """Takes the pictures that a page names into `images`. Raises pictures.NotTaken for one that could do harm."""

    def take(src: str) -> str:
        named = src.replace("$IMS-CC-FILEBASE$/", "").replace("$IMS-CC-FILEBASE$", "").partition("?")[0]
        found = [
            archives.beside(page, named),
            archives.within(named),
            archives.within(f"web_resources/{named}"),
        ]
        name = next((one for one in found if one and archive.has(one)), "")
        if not name:
            lose(f"the picture {src[:60]} is not in the file, and nothing is fetched")
            return ""
        return kept(name, archive.read(name), images, lose)

    return take


def kept(name: str, data: bytes, images: dict[str, bytes], lose: Callable[[str], None]) -> str:
    """The name of a picture that is kept, or nothing. Raises pictures.NotTaken for one that could do harm."""
    try:
        images[name] = pictures.checked(data, name)
    except pictures.LeftOut as fault:
        lose(str(fault))
        return ""
    return name


def text_of(data: bytes) -> str:
    """A page's text. Raises CannotRead for one that is no UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead("its text is not UTF-8: save it as UTF-8") from None
    if "\0" in text:
        raise CannotRead("its text has null characters")
    return text


def note(root: markup.Element) -> Mapping[str, Any]:
    """What our own page says of its lesson beside the text; nothing for a page of anybody else."""
    said = next((one for one in root.all("meta") if one.attributes.get("name") == NOTE), None)
    return _json(said.attributes.get("content", "")) if said else {}


def about(archive: Archive) -> Mapping[str, Any]:
    return _json(text_of(archive.read(f"{NOTE}.json"))) if archive.has(f"{NOTE}.json") else {}


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def facts(own: Mapping[str, Any]) -> dict[str, Any]:
    """What a note of ours says, as far as it is what a lesson may have."""
    made: dict[str, Any] = {
        name: tuple(one[:500] for one in own[name])
        for name in ("clauses", "controls", "outcomes", "references")
        if texts(own.get(name))
    }
    if type(own.get("minutes")) is int and 1 <= own["minutes"] <= 600:
        made["minutes"] = own["minutes"]
    if own.get("sample") is True:
        made["sample"] = True
    try:
        days = {name: date.fromisoformat(own[name]) for name in ("checked_on", "review_by")}
    except (KeyError, TypeError, ValueError):
        return made
    return made | days if days["review_by"] > days["checked_on"] else made


def texts(said: Any) -> list[str]:
    return said if isinstance(said, list) and all(isinstance(one, str) for one in said) else []


def is_key(said: Any) -> bool:
    return isinstance(said, str) and len(said) <= 80 and bool(KEY.match(said))


def counted(notes: list[Note]) -> Iterator[Note]:
    """The first of each, with how often it is there in the same place."""
    seen: dict[Note, int] = {}
    for note in notes:
        seen[note] = seen.get(note, 0) + 1
    for note, count in seen.items():
        yield note if count == 1 else replace(note, reason=f"{note.reason} ({count} times)")
