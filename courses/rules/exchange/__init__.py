"""Courses in and out: a file of another program as a course in drafts, and a course as such a file.

Pure: bytes in, texts and refusals out, and the way back; nothing is fetched. One file for each format;
docs/course-exchange.md says what becomes of what.
"""

from collections.abc import Callable
from dataclasses import asdict

from courses.rules.exchange import cartridge, cmi5, markdown, olx, scorm
from courses.rules.exchange.frame import Incoming, Note, Standing
from lms.kit import texts
from lms.kit.refusing import CannotRead

__all__ = ["MOST_BYTES", "READERS", "CannotRead", "Incoming", "Note", "Standing", "read"]

MOST_BYTES = 100 * 1024 * 1024

READERS: dict[str, Callable[[bytes, Standing], Incoming]] = {
    "cmi5": cmi5.read,
    "common-cartridge": cartridge.read,
    "markdown": markdown.read,
    "olx": olx.read,
    "scorm": scorm.read,
}


def read(data: bytes, format: str, standing: Standing) -> Incoming:
    """The course of a file. Raises CannotRead where the file as a whole is not what it should be."""
    if len(data) > MOST_BYTES:
        raise CannotRead(f"the file is larger than {MOST_BYTES // 1024 // 1024} MB: split it")
    if not data:
        raise CannotRead("the file is empty")
    found = READERS[format](data, standing)
    if texts.unfit(asdict(found.course)):
        raise CannotRead("it has characters that can't be kept: a null character, or half of one")
    return found
