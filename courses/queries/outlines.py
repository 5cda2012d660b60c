"""Outlines of courses: modules, lessons and what is in preparation, whatever their number in two statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F, Q

from courses.models import CoursePage, LessonPage, ModulePage
from courses.rules.outlines import LessonEntry, ModuleEntry, Outline

type Rows = Mapping[str, list[tuple[int, str, str, int, bool]]]  # by the path of the page above


def outline(course: CoursePage) -> Outline:
    """The outline of a course, as it is published. Two statements."""
    return outlines([course])[course.pk]


def outlines(courses: Iterable[CoursePage]) -> dict[int, Outline]:
    """The outlines of several courses by their ids. Two statements."""
    wanted = {course.path: course for course in courses}
    modules: dict[str, list[ModulePage]] = defaultdict(list)
    found = ModulePage.objects.live().filter(_children_of(wanted)).order_by("path")
    for module in found.annotate(shared_path=F("shares__path")):
        modules[module.path[: -ModulePage.steplen]].append(module)
    lessons = _lessons({_home(module) for found in modules.values() for module in found})
    return {course.pk: _outline(course, modules[path], lessons) for path, course in wanted.items()}


def _children_of(paths: Iterable[str]) -> Q:
    step = CoursePage.steplen
    under = Q(pk__in=[])
    for path in paths:
        under |= Q(path__startswith=path, depth=len(path) // step + 1)
    return under


def _home(module: ModulePage) -> str:
    """The path of the page under which the module's lessons lie."""
    return getattr(module, "shared_path", None) or str(module.path)


def _lessons(homes: Iterable[str]) -> Rows:
    rows = LessonPage.objects.live().filter(_children_of(homes)).order_by("path")
    found: dict[str, list[tuple[int, str, str, int, bool]]] = defaultdict(list)
    for path, pk, key, title, minutes, sample in rows.values_list(
        "path", "pk", "key", "title", "minutes", "sample"
    ):
        found[path[: -LessonPage.steplen]].append((pk, key, title, minutes, sample))
    return found


def _outline(course: CoursePage, modules: Iterable[ModulePage], lessons: Rows) -> Outline:
    return Outline(
        course_id=course.pk,
        key=course.key,
        slug=course.slug,
        title=course.title,
        cpd_hours=course.cpd_hours,
        modules=tuple(_module(module, lessons.get(_home(module), [])) for module in modules),
    )


def _module(module: ModulePage, lessons: Iterable[tuple[int, str, str, int, bool]]) -> ModuleEntry:
    return ModuleEntry(
        key=module.key,
        number=module.number,
        title=module.title,
        summary=module.summary,
        domain_id=module.domain_id,
        lessons=tuple(
            LessonEntry(pk, key, title, minutes, f"{module.number}.{place}", sample)
            for place, (pk, key, title, minutes, sample) in enumerate(lessons, 1)
        ),
        planned=tuple(str(block.value) for block in module.planned),
    )
