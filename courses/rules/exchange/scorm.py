"""SCORM packages: a lesson for each part that runs."""

from collections.abc import Callable

from courses.rules.exchange import frame
from courses.rules.exchange.frame import Incoming, Note, Standing
from courses.rules.library.lessons import id_of
from courses.rules.packages import manifest
from courses.rules.packages.manifest import PackageText
from lms.kit.archives import Archive
from lms.kit.refusing import CannotRead

MOST_UNPACKED = 300 * 1024 * 1024
LARGEST = 100 * 1024 * 1024
LONGEST = 500  # characters of a path
TEXT = "<p>This lesson runs on a page of its own. Open it here; what you do there is kept, and you can go on later.</p>"
NO_TIME = (
    f"it says no time of study: {frame.MINUTES} minutes stand in for each lesson until an author says better"
)


def read(data: bytes, standing: Standing) -> Incoming:
    """Raises CannotRead."""
    return as_course(data, manifest.read, standing)


def as_course(data: bytes, reads: Callable[[Archive], PackageText], standing: Standing) -> Incoming:
    """A package, of whichever standard, as a course of one module. Raises CannotRead."""
    archive = Archive(data, most=MOST_UNPACKED, largest=LARGEST)
    if long := next((name for name in archive.names if len(name) > LONGEST), ""):
        raise CannotRead(f"it has a path of more than {LONGEST} characters: {long[:60]}…")
    package = reads(archive)
    lessons = []
    scos: dict[str, str] = {}
    for sco in package.scos:
        key = frame.slug(sco.title, "part", scos)
        body = [{"type": "text", "value": TEXT, "id": id_of(key, "block 0")}]
        lessons.append(frame.lesson(sco.title, key, body))
        scos[key] = sco.identifier
    key = frame.slug(package.title, "package")
    notes = [*package.degraded, NO_TIME]
    return Incoming(
        course=frame.course(
            package.title, key, [frame.module(1, package.title, key, lessons)], standing.profile
        ),
        package=package,
        archive=archive,
        scos=scos,
        degraded=tuple(Note(package.title, reason) for reason in notes),
    )
