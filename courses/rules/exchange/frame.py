"""What every format of courses shares: what a reader finds, its keys, and one digest to compare courses by."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from courses.rules.library import writing
from courses.rules.library.lessons import KEY, TAKEN
from courses.rules.library.texts import Block, CourseText, FrameworkText, LessonText, ModuleText, ProfileText
from courses.rules.packages.manifest import PackageText
from lms.kit import digests
from lms.kit.archives import Archive
from lms.kit.refusing import CannotRead

MINUTES = 30  # where a file says no time
MOST_LESSONS, MOST_MODULES, MOST_KEY = 500, 99, 80
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Note:
    """Something of a file that is lost or refused, where it stands there, and why, as a sentence without its stop."""

    where: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """What an installation has that a file may refer to: frameworks and profiles by key."""

    frameworks: Mapping[str, FrameworkText] = field(default_factory=dict)
    profiles: Mapping[str, ProfileText] = field(default_factory=dict)
    profile: str = ""
    """The profile for a file that names none."""


@dataclass(frozen=True)
class Incoming:
    """A course that may enter as drafts. `images` are pictures by the names that its figures have; `scos` the parts of
    `package` that lessons run, by the lesson's key; `archive` has the package's files."""

    course: CourseText
    images: Mapping[str, bytes] = field(default_factory=dict)
    package: PackageText | None = None
    archive: Archive | None = None
    scos: Mapping[str, str] = field(default_factory=dict)
    degraded: tuple[Note, ...] = ()
    refused: tuple[Note, ...] = ()


def course(title: str, key: str, modules: Sequence[ModuleText], profile: str, **said: Any) -> CourseText:
    """A course of a file that says little more than its parts. Raises CannotRead where there is nothing to teach."""
    refuse_empty(modules)
    facts: dict[str, Any] = {
        "order": 50, "strapline": "", "summary": "", "scheme": "", "days": 1, "cpd_hours": 0, "amount": 0,
        "currency": "EUR", "outcomes": (), "audience": (), "prerequisites": (), "day_plan": (),
    }  # fmt: skip
    return CourseText(
        key=key or slug(title, "course"), title=title[:200] or "Untitled", profile=profile, modules=tuple(modules),
        **(facts | said),
    )  # fmt: skip


def refuse_empty(modules: Sequence[ModuleText]) -> None:
    """Raises CannotRead for a course without lessons, and for one with more than can be meant."""
    found = sum(len(module.lessons) for module in modules)
    if not found:
        raise CannotRead("it has no lesson that could be read")
    if found > MOST_LESSONS or len(modules) > MOST_MODULES:
        raise CannotRead(
            f"it has {found} lessons in {len(modules)} modules, and may have {MOST_LESSONS} in {MOST_MODULES}"
        )


def module(number: int, title: str, key: str, lessons: Sequence[LessonText], **said: Any) -> ModuleText:
    facts: dict[str, Any] = {"domain": 0, "summary": "", "planned": ()}
    return ModuleText(
        key=key,
        number=number,
        title=title[:200] or f"Module {number}",
        lessons=tuple(lessons),
        **(facts | said),
    )


def lesson(title: str, key: str, body: Sequence[Block], **said: Any) -> LessonText:
    facts: dict[str, Any] = {
        "minutes": MINUTES, "clauses": (), "controls": (), "outcomes": (), "references": (), "sample": False,
        "checked_on": None, "review_by": None,
    }  # fmt: skip
    return LessonText(
        key=key,
        title=title[:200] or "Untitled",
        body=tuple(body),
        path=Path(f"{key}.md"),
        lines={},
        **(facts | said),
    )


def slug(text: str, otherwise: str, taken: Collection[str] = ()) -> str:
    """A key made of a title, unlike all in `taken`."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    stem = _NOT_WORD.sub("-", plain).strip("-")[:60].strip("-") or otherwise
    stem = f"lesson-{stem}" if stem in TAKEN else stem
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    return name


def digest(course: CourseText, images: Mapping[str, bytes] | None = None) -> str:
    """Of structure and text: what learners meet, and neither keys of the page editor nor prices, domains and the folders
    of files. Two courses with the same digest read the same."""
    return digests.digest(
        {
            "title": course.title,
            "texts": [course.strapline, course.summary],
            "lines": [course.outcomes, course.audience, course.prerequisites],
            "modules": [
                [
                    one.title,
                    one.summary,
                    list(one.planned),
                    [_lesson(text, images or {}) for text in one.lessons],
                ]
                for one in course.modules
            ],
        }
    )


def under_key(incoming: Incoming, key: str) -> Incoming:
    """The same course under another key, where one is given. Raises CannotRead for what is no key."""
    if not key:
        return incoming
    if not KEY.match(key) or len(key) > MOST_KEY:
        raise CannotRead(
            f"'{key[:100]}' is no key: lower case, digits and hyphens, at most {MOST_KEY} characters"
        )
    return replace(incoming, course=replace(incoming.course, key=key))


def _lesson(text: LessonText, images: Mapping[str, bytes]) -> list[Any]:
    """A lesson as its file would say it, and its pictures by their content."""
    figures = [block["value"]["image"] for block in text.body if block["type"] == "figure"]
    body = [
        {**block, "value": {**block["value"], "image": ""}} if block["type"] == "figure" else block
        for block in text.body
    ]
    seen = [hashlib.sha256(images.get(str(name), b"")).hexdigest() for name in figures]
    return [
        writing.lesson(
            replace(
                text,
                body=tuple(body),
                clauses=tuple(sorted(text.clauses)),
                controls=tuple(sorted(text.controls)),
            )
        ),
        seen,
    ]
