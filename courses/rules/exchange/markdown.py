"""A folder of Markdown as the library has it, zipped: `course.yaml`, and folders of lessons beside it."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from courses.rules.exchange import frame, pictures
from courses.rules.exchange.frame import Incoming, Note, Standing
from courses.rules.library import courses
from courses.rules.library.texts import Block, CourseText, LessonText, ModuleText, TranslationText
from courses.rules.library.translations import following, language_of
from lms.kit import archives
from lms.kit.archives import Archive
from lms.kit.content import Problem, Problems
from lms.kit.refusing import CannotRead

COURSE = "course.yaml"
TEXTS = (".md", ".yaml")
NOT_TAKEN = ("video", "download", "passage", "term")
LARGEST = 2 * 1024 * 1024  # of one text


def read(data: bytes, standing: Standing) -> Incoming:
    """Raises CannotRead. A lesson with a fault is refused with file and line, and the others are read."""
    archive = Archive(data)
    found = sorted(
        (name for name in archive.names if posixpath.basename(name) == COURSE), key=lambda one: one.count("/")
    )
    if not found:
        raise CannotRead(f"it has no {COURSE}, which says which lessons are a course and in what order")
    if len(found) > 1 and found[1].count("/") == found[0].count("/"):
        raise CannotRead(f"it has more than one {COURSE}: import one course after the other")
    problems = Problems()
    with TemporaryDirectory() as place:
        root = Path(place).resolve()
        for name in archive.names:
            if name.endswith(TEXTS):
                _put(root, name, archive.read(name))
        shelf = courses.Shelf(problems, within=root, figures=True)
        course = courses.read(
            root / found[0], shelf, profiles=dict(standing.profiles), standards=dict(standing.frameworks)
        )
        _refuse_faulty_course(problems, root / found[0], root)
    if course is None:
        raise CannotRead(f"{found[0]} can't be read")
    return _without_faulty(course, problems, root, archive)


def _put(root: Path, name: str, data: bytes) -> None:
    """Writes one text, whose name has been looked at by the archive, into a folder of this reading alone."""
    if len(data) > LARGEST:
        raise CannotRead(f"{name[:100]} is larger than {LARGEST // 1024 // 1024} MB")
    path = root / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError:
        raise CannotRead(
            f"it has a file and a folder of one name, or a name that is too long: {name[:100]}"
        ) from None


def _refuse_faulty_course(problems: Problems, path: Path, root: Path) -> None:
    faults = [one for one in problems if one.path == path]
    if faults:
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise CannotRead(f"{path.relative_to(root)}: {faults[0].message}{more}", faults[0].line)


def _without_faulty(course: CourseText, problems: Problems, root: Path, archive: Archive) -> Incoming:
    faults: dict[Path, list[Problem]] = {}
    for one in problems:
        faults.setdefault(one.path, []).append(one)
    refused = [
        Note(f"{path.relative_to(root)}:{one.line}", one.message)
        for path, found in faults.items()
        for one in found
    ]
    images: dict[str, bytes] = {}
    modules = []
    beside: list[Path] = []
    for module in course.modules:
        kept = []
        for lesson in module.lessons:
            if lesson.path in faults:
                continue
            try:
                made = _with_images(lesson, root, archive, images)
            except pictures.NotTaken as fault:
                refused.append(Note(str(lesson.path.relative_to(root)), str(fault)))
                continue
            others = []
            for text in lesson.translations:
                beside += [text.path]
                try:
                    others += [] if text.path in faults else [_with_images(text, root, archive, images)]
                except pictures.NotTaken as fault:
                    refused.append(Note(str(text.path.relative_to(root)), str(fault)))
            kept.append(following(lesson, replace(made, translations=tuple(others))))
        modules.append(_own(module, tuple(kept)))
    frame.refuse_empty(modules)
    known = {*(str(path.relative_to(root)) for path in [*beside, *faults])}
    alone = [name for name in archive.names if name.endswith(".md") and language_of(Path(name))]
    degraded = (
        Note(name, "no lesson that is taken lies beside it") for name in sorted(alone) if name not in known
    )
    words = tuple(one for one in course.translations if one.path not in faults)
    return Incoming(
        replace(course, modules=tuple(modules), translations=words),
        images=images,
        degraded=tuple(degraded),
        refused=tuple(refused),
    )


def _own(module: ModuleText, lessons: tuple[LessonText, ...]) -> ModuleText:
    """A shared module comes in as a module of the course's own."""
    return replace(module, lessons=lessons, shared="")


def _with_images[T: (LessonText, TranslationText)](
    lesson: T, root: Path, archive: Archive, images: dict[str, bytes]
) -> T:
    return replace(lesson, body=tuple(_figures(lesson, root, archive, images)))


def _figures(
    lesson: LessonText | TranslationText, root: Path, archive: Archive, images: dict[str, bytes]
) -> Iterator[Block]:
    beside = str(lesson.path.relative_to(root))
    for block in lesson.body:
        if block["type"] in NOT_TAKEN:
            raise pictures.NotTaken(f"it holds a {block['type']}, which is not taken from a file")
        if block["type"] == "figure":
            name = archives.beside(beside, block["value"]["image"])
            if not name or not archive.has(name):
                raise pictures.NotTaken(f"its picture {block['value']['image'][:100]} is not in the file")
            images[name] = pictures.checked(archive.read(name), name)
            block = {**block, "value": {**block["value"], "image": name}}
        yield block
