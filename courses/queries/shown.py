"""What the pages of lessons and courses show, made ready for their templates."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from courses.queries.frameworks import ProfileView
from courses.queries.questions import Asked
from courses.rules.checks import Check
from courses.rules.lessons import Lesson, Part
from lms.kit import gather


@dataclass(frozen=True)
class ShownCheck:
    """A check with what became of it. `chosen` is None until it is answered."""

    check: Check
    anchor: str
    action: str
    chosen: frozenset[str] | None
    right: bool
    fault: str


@dataclass(frozen=True)
class ShownPart:
    part: Part
    template: str
    check: ShownCheck | None
    worksheet: str = ""  # where the worksheet of an exercise is found
    questions: Sequence[Asked] = ()  # that its reader asked about it


def parts(
    lesson: Lesson,
    answers: Mapping[str, Collection[str]],
    faults: Mapping[str, str],
    action: Callable[[Check], str],
    worksheet: Callable[[int], str] = lambda number: "",
    questions: Mapping[str, Sequence[Asked]] | None = None,
) -> list[ShownPart]:
    """The parts of a lesson in order, its checks with the answers given and where answers go, its
    exercises with the address of their worksheets, of which `worksheet` is asked by number from 1 on, and the reader's
    `questions` beside the parts of these anchors."""
    numbers = {part.anchor: number for number, part in enumerate(lesson.exercises, 1)}
    return [
        ShownPart(
            part,
            f"courses/parts/{part.kind}.html",
            _check(part.check, part.anchor, answers, faults, action) if part.check else None,
            worksheet(numbers[part.anchor]) if part.anchor in numbers else "",
            (questions or {}).get(part.anchor, ()),
        )
        for part in lesson.parts
    ]


def bars(profile: ProfileView) -> list[tuple[str, float, float | None]]:
    """A profile's domains for the picture of their weights."""
    return [(f"{domain.number}. {domain.title}", domain.weight, None) for domain in profile.domains]


@dataclass(frozen=True)
class Beyond:
    """What a course leads on to: its exams, and the scheme it prepares for."""

    exams: list[gather.Offer]
    scheme: gather.Offer | None


def beyond(course_key: str, scheme_key: str) -> Beyond:
    """What higher floors offer around a course, as far as they have told the ground's catalogue.

    An exam belongs to a course by its key: `lead-auditor`, `lead-auditor-practice`.
    """
    return beyond_each([(course_key, scheme_key)])[0]


def beyond_each(courses: Iterable[tuple[str, str]]) -> list[Beyond]:
    """The same of several courses, by their key and that of their scheme. No more statements than for one."""
    offers = [offer for part in gather.CATALOGUE if part.key != "courses" for offer in part.offers()]
    return [
        Beyond(
            exams=[o for o in offers if o.kind == "exam" and f"{o.key}-".startswith(f"{key}-")],
            scheme=next((o for o in offers if o.kind == "scheme" and o.key == scheme), None),
        )
        for key, scheme in courses
    ]


def _check(
    check: Check,
    anchor: str,
    answers: Mapping[str, Collection[str]],
    faults: Mapping[str, str],
    action: Callable[[Check], str],
) -> ShownCheck:
    # An answer whose options an author has since replaced is shown as not given.
    known = {option.id for option in check.options}
    given = frozenset(answers.get(check.key, ())) & known
    return ShownCheck(
        check=check,
        anchor=anchor,
        action=action(check),
        chosen=given or None,
        right=given == {option.id for option in check.options if option.right},
        fault=faults.get(check.key, ""),
    )
