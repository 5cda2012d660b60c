"""What has changed in a lesson since a learner began it."""

from dataclasses import dataclass

from wagtail.admin.compare import diff_text

from courses.models import Enrolment
from courses.queries import lessons
from courses.rules import changes
from courses.rules.outlines import Outline


@dataclass(frozen=True)
class Shown:
    """A paragraph that differs: `kind` is added, removed or changed; its pieces in order, each `equal`,
    `addition` or `deletion`."""

    kind: str
    pieces: tuple[tuple[str, str], ...]


def since_begun(enrolment: Enrolment, outline: Outline, lesson_key: str) -> tuple[Shown, ...]:
    """The paragraphs that differ between the learner's edition and today's, in today's order."""
    entry = outline.lesson(lesson_key)
    found = lessons.editions(entry.page_id, enrolment.pk, enrolment.language) if entry else None
    if found is None:
        return ()
    differing = changes.compare(lessons.reading(found.mine), lessons.reading(found.today))
    return tuple(_shown(change) for change in differing)


def _shown(change: changes.Change) -> Shown:
    kind = "changed" if change.before and change.after else "removed" if change.before else "added"
    return Shown(kind, tuple(diff_text(change.before, change.after).changes))
