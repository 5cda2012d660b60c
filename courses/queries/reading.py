"""What a learner reads: lessons in the editions that they began."""

from courses.models import Enrolment, LessonPage
from courses.queries import lessons
from courses.rules.lessons import Lesson
from courses.rules.outlines import Outline


def page(enrolment: Enrolment, outline: Outline, lesson_key: str) -> LessonPage | None:
    """A published lesson of the course in the learner's edition, or None. At most one statement."""
    entry = outline.lesson(lesson_key)
    found = lessons.editions(entry.page_id, enrolment.pk, enrolment.language) if entry else None
    return found.mine if found else None


def lesson(enrolment: Enrolment, outline: Outline, lesson_key: str) -> Lesson | None:
    """The same, as its parts."""
    found = page(enrolment, outline, lesson_key)
    return lessons.reading(found) if found else None
