"""A course's outline, and how far a learner has come in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class LessonEntry:
    page_id: int
    key: str
    title: str
    minutes: int
    number: str = ""
    sample: bool = False
    translated: bool = False  # its title is in the reader's language


@dataclass(frozen=True)
class ModuleEntry:
    """A module: its open lessons, and the titles of those that are still in preparation."""

    key: str
    number: int
    title: str
    summary: str
    domain_id: int | None
    lessons: tuple[LessonEntry, ...]
    planned: tuple[str, ...]
    translated: bool = False  # its title and summary are in the reader's language

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class Outline:
    course_id: int
    key: str
    slug: str
    title: str
    cpd_hours: int
    modules: tuple[ModuleEntry, ...]
    translated: bool = False  # its title is in the reader's language

    def __iter__(self) -> Iterator[LessonEntry]:
        return (lesson for module in self.modules for lesson in module.lessons)

    @cached_property
    def lessons(self) -> tuple[LessonEntry, ...]:
        return tuple(self)

    @cached_property
    def planned_count(self) -> int:
        return sum(len(module.planned) for module in self.modules)

    @cached_property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def sample(self) -> LessonEntry | None:
        return next((lesson for lesson in self if lesson.sample), None)

    def lesson(self, key: str) -> LessonEntry | None:
        return next((lesson for lesson in self if lesson.key == key), None)

    def module_of(self, key: str) -> ModuleEntry | None:
        return next((m for m in self.modules if any(lesson.key == key for lesson in m.lessons)), None)

    def neighbours(self, key: str) -> tuple[LessonEntry | None, LessonEntry | None]:
        """The lessons before and after, across modules."""
        keys = [lesson.key for lesson in self.lessons]
        if key not in keys:
            return None, None
        at = keys.index(key)
        before = self.lessons[at - 1] if at else None
        after = self.lessons[at + 1] if at + 1 < len(keys) else None
        return before, after


@dataclass(frozen=True)
class ModuleProgress:
    key: str
    done: int
    total: int


@dataclass(frozen=True)
class Progress:
    """How far a learner has come. `total` counts the lessons in preparation too: a course is
    never shown as nearer to its end than it is."""

    done: int
    open: int
    planned: int
    minutes_left: int
    modules: tuple[ModuleProgress, ...]
    next_key: str

    @property
    def total(self) -> int:
        return self.open + self.planned

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def all_open_done(self) -> bool:
        return bool(self.open) and self.done == self.open

    @property
    def complete(self) -> bool:
        return self.all_open_done and not self.planned


def progress(outline: Outline, done: Collection[str], last: str = "") -> Progress:
    """Counts the lessons whose keys are in `done`.

    `next_key` is where to go on: the lesson last opened (`last`) while it is not done, else the
    first undone lesson after it, else the first undone lesson of the course, else nothing.
    """
    finished = set(done)
    lessons = outline.lessons
    undone = [lesson for lesson in lessons if lesson.key not in finished]
    keys = [lesson.key for lesson in lessons]
    start = keys.index(last) if last in keys else 0
    onward = [lesson.key for lesson in lessons[start:] if lesson.key not in finished]
    return Progress(
        done=len(lessons) - len(undone),
        open=len(lessons),
        planned=outline.planned_count,
        minutes_left=sum(lesson.minutes for lesson in undone),
        modules=tuple(
            ModuleProgress(
                module.key,
                sum(lesson.key in finished for lesson in module.lessons),
                len(module.lessons) + len(module.planned),
            )
            for module in outline.modules
        ),
        next_key=(onward or [lesson.key for lesson in undone] or [""])[0],
    )


@dataclass(frozen=True)
class ClauseProgress:
    """A clause or control, how many of the lessons that teach it are done, and the first that is not."""

    ref: str
    title: str
    done: int
    total: int
    next: LessonEntry | None


def by_clause(
    outline: Outline, taught: Mapping[int, Sequence[tuple[int, str, str]]], done: Collection[str]
) -> tuple[ClauseProgress, ...]:
    """Progress by what is taught: `taught` has for each lesson's page the place in the standard, the reference and the
    title of what it teaches. In the order of the standard; what no lesson of the course teaches is left out."""
    teaching: dict[tuple[int, str, str], list[LessonEntry]] = {}
    for entry in outline.lessons:
        for clause in taught.get(entry.page_id, ()):
            teaching.setdefault(clause, []).append(entry)
    return tuple(
        ClauseProgress(
            ref,
            title,
            sum(entry.key in done for entry in entries),
            len(entries),
            next((entry for entry in entries if entry.key not in done), None),
        )
        for (_, ref, title), entries in sorted(teaching.items())
    )
