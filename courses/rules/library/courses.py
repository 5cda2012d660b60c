"""One course file, its modules and the lessons in their folders."""

from collections.abc import Iterator
from pathlib import Path

from courses.rules.library import frameworks, lessons, translations, words
from courses.rules.library.prose import curly
from courses.rules.library.texts import (
    CourseText,
    DayText,
    FrameworkText,
    LessonText,
    ModuleText,
    ProfileText,
)
from lms.kit.content import REQUIRED, Node, Problem, Problems, read_yaml

SHARED = "shared"


class Shelf:
    """The lesson folders of a library, each read once however many courses take it.

    A library of strangers is read `within` its own folder and no other; its lessons may have `figures`.
    """

    def __init__(self, problems: Problems, *, within: Path | None = None, figures: bool = False) -> None:
        self.problems = problems
        self.within, self.figures = within, figures
        self._read: dict[Path, tuple[LessonText, ...]] = {}

    def lessons(self, folder: Path) -> tuple[LessonText, ...]:
        if folder not in self._read:
            files = [file for file in sorted(folder.glob("*.md")) if not translations.language_of(file)]
            self._read[folder] = tuple(
                translations.beside(text, self.problems, figures=self.figures)
                for file in files
                if (text := lessons.read(file, self.problems, figures=self.figures))
            )
        return self._read[folder]


def read(
    path: Path,
    shelf: Shelf,
    *,
    profiles: dict[str, ProfileText],
    standards: dict[str, FrameworkText],
) -> CourseText | None:
    """The course in `path`; notes what its lessons refer to and the framework doesn't have."""
    node = read_yaml(path, shelf.problems)
    if node is None:
        return None
    node.only(
        *("key", "order", "title", "strapline", "profile", "scheme", "days", "cpd_hours", "price", "summary"),
        *("outcomes", "audience", "prerequisites", "day_plan", "modules"),
    )
    profile = profiles.get(node.text("profile"))
    if profile is None and node.has("profile"):
        node.complain(f"there is no profile '{node.text('profile')}'", "profile")
    price = node.node("price")
    price.only("amount", "currency")
    currency = price.text("currency", "EUR")
    if len(currency) != 3 or not currency.isupper():
        price.complain("'currency' is three capital letters, such as EUR", "currency")
    modules = tuple(_modules(node, path, shelf, profile))
    _examine(node, modules, standards.get(profile.framework) if profile else None, shelf.problems)
    made = CourseText(
        key=lessons.key_of(node),
        order=node.whole("order", 50, least=0, most=999),
        title=curly(node.text("title", most=200)),
        strapline=curly(node.text("strapline", most=300)),
        summary=curly(node.text("summary", most=2000)),
        profile=profile.key if profile else "",
        scheme=node.text("scheme", "", most=80),
        days=node.whole("days", least=1, most=60),
        cpd_hours=node.whole("cpd_hours", least=0, most=500),
        amount=price.whole("amount", least=0),
        currency=currency,
        outcomes=tuple(map(curly, node.texts("outcomes"))),
        audience=tuple(map(curly, node.texts("audience", ()))),
        prerequisites=tuple(map(curly, node.texts("prerequisites", ()))),
        day_plan=tuple(_days(node)),
        modules=modules,
    )
    return words.of_course(made, path, shelf.problems)


def _days(node: Node) -> Iterator[DayText]:
    for day in node.nodes("day_plan", ()):
        day.only("title", "text")
        yield DayText(curly(day.text("title", most=200)), curly(day.text("text", most=2000)))


def _modules(node: Node, path: Path, shelf: Shelf, profile: ProfileText | None) -> Iterator[ModuleText]:
    keys: dict[str, int] = {}
    for number, row in enumerate(node.nodes("modules"), 1):
        row.only("key", "number", "domain", "title", "summary", "folder", "lessons")
        key = lessons.key_of(row)
        if key in keys:
            row.complain(f"module key '{key}' is already used at line {keys[key]}", "key")
        keys[key] = row.line
        if row.whole("number", least=1, most=99) != number:
            row.complain(f"modules are numbered in order: this is number {number}", "number")
        draft = shelf.figures
        domain = row.whole("domain", 0 if draft else REQUIRED, least=0 if draft else 1, most=99)
        if profile and domain and domain not in {d.number for d in profile.domains}:
            row.complain(f"the profile has no domain {domain}", "domain")
        found, shared = _lessons(row, path, shelf)
        planned = tuple(map(curly, row.texts("lessons", ())))
        if not found and not planned:
            row.complain("a module has lessons in its 'folder', or the titles of planned 'lessons', or both")
        yield ModuleText(
            key=key,
            number=number,
            domain=domain,
            title=curly(row.text("title", most=200)),
            summary=curly(row.text("summary", most=1000)),
            lessons=found,
            planned=planned,
            shared=shared,
        )


def _lessons(row: Node, path: Path, shelf: Shelf) -> tuple[tuple[LessonText, ...], str]:
    folder = row.text("folder", "")
    if not folder:
        return (), ""
    place = (path.parent / folder).resolve()
    if shelf.within is not None and not place.is_relative_to(shelf.within):
        row.complain(f"the folder '{folder}' leads out of the file", "folder")
        return (), ""
    if not place.is_dir():
        row.complain(f"there is no folder '{folder}' beside this file", "folder")
        return (), ""
    shared = place.name if place.parent.name == SHARED else ""
    return shelf.lessons(place), shared


def _examine(
    node: Node, modules: tuple[ModuleText, ...], framework: FrameworkText | None, problems: Problems
) -> None:
    """Keys are unique within the course, one lesson at most is the sample, every reference exists."""
    lessons_of_all = [lesson for module in modules for lesson in module.lessons]
    seen: dict[str, LessonText] = {}
    for lesson in lessons_of_all:
        if lesson.key in seen:
            other = seen[lesson.key].path.name
            _once(
                problems,
                lesson,
                "key",
                f"lesson key '{lesson.key}' is already used by {other} in this course",
            )
        seen.setdefault(lesson.key, lesson)
        if framework:
            _examine_refs(lesson, framework, problems)
    samples = [lesson.path.name for lesson in lessons_of_all if lesson.sample]
    if len(samples) > 1:
        node.complain(
            f"one lesson of a course is its sample, and here are {len(samples)}: {', '.join(samples)}",
            "modules",
        )


def _examine_refs(lesson: LessonText, framework: FrameworkText, problems: Problems) -> None:
    for kind, key, refs in (
        (frameworks.CLAUSE, "clauses", lesson.clauses),
        (frameworks.CONTROL, "controls", lesson.controls),
    ):
        for ref in refs:
            if ref not in framework.refs(kind):
                _once(problems, lesson, key, f"'{ref}' is not a {kind} of {framework.title}")


def _once(problems: Problems, lesson: LessonText, key: str, message: str) -> None:
    """A lesson that two courses share has its fault named once."""
    fault = Problem(lesson.path, lesson.lines.get(key, 1), message)
    if fault not in problems.items:
        problems.items.append(fault)
