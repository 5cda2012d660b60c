"""Loading the library of content: read everything first, then write everything, or nothing."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from lms.kit import gather
from lms.kit.content import Problems


class UnreadableLibrary(Exception):
    """At least one file can't be used; nothing was loaded. Carries `problems`."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(f"{len(problems.items)} problems")
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    key: str
    count: gather.LoadCount


@dataclass(frozen=True)
class Written:
    key: str
    count: gather.WriteCount


def write_back(folder: Path) -> tuple[list[Written], Problems]:
    """Writes what is published into `folder`: a checkout of this repository, or a folder like LIBRARY_DIR.

    A file that says the same is left as it is, and none is removed, so that a second run writes nothing.
    Into LIBRARY_DIR itself goes only what the shipped library doesn't have. Returns what each part did, and
    what could not be loaded again from there.
    """
    own = settings.LIBRARY_DIR is not None and folder.resolve() == Path(settings.LIBRARY_DIR).resolve()
    written, problems = [], Problems()
    for part in gather.LIBRARY:
        inside = folder / part.key / "library"
        target = inside if inside.is_dir() else folder / part.key
        shipped = settings.BASE_DIR / part.key / "library"
        written.append(Written(part.key, part.export(target, shipped if own else None)))
        read = [shipped, target] if own else [target]
        part.read([one for one in read if one.is_dir()], problems)
    return written, problems


def load(extra: Path | None = None) -> list[Loaded]:
    """Loads the shipped library, and what lies in `extra` (an institution's own, see LIBRARY_DIR).

    Both hold a folder for each app (`courses/`, `exams/`, `certificates/`). Every part reads all its
    files before any part writes; writing is one transaction. Raises UnreadableLibrary.
    """
    problems = Problems()
    if extra is not None and not extra.is_dir():
        problems.add(extra, 1, "LIBRARY_DIR names no folder")
    read = []
    for part in gather.LIBRARY:
        folders = [settings.BASE_DIR / part.key / "library"]
        folders += [extra / part.key] if extra else []
        read.append((part, part.read([folder for folder in folders if folder.is_dir()], problems)))
    if problems:
        raise UnreadableLibrary(problems)
    with transaction.atomic():
        return [Loaded(part.key, part.write(content)) for part, content in read]
