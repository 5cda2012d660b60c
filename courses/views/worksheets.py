"""The worksheets of a lesson's exercises, for whoever may read the lesson."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from courses import access
from courses.documents import worksheet
from courses.models import CoursePage, Enrolment, LessonPage, languages
from courses.queries import catalogue, lessons, outlines, reading
from courses.rules.outlines import LessonEntry


@require_safe
@access.reading
def of_lesson(request: HttpRequest, enrolment: Enrolment, lesson_key: str, number: int) -> HttpResponse:
    outline = outlines.outline(enrolment.course)
    page = reading.page(enrolment, outline, lesson_key)
    return _sheet(enrolment.course, outline.lesson(lesson_key), page, number)


@require_safe
def of_sample(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    course = catalogue.course_page(slug)
    if course is None:
        raise Http404
    entry = outlines.outline(course).sample
    page = lessons.page(entry.page_id) if entry else None
    language = request.GET.get("in", "")
    if page and language in languages.TRANSLATED:
        page = lessons.translated(page, language) or page
    return _sheet(course, entry, page, number)


def _sheet(
    course: CoursePage, entry: LessonEntry | None, page: LessonPage | None, number: int
) -> HttpResponse:
    exercises = lessons.reading(page).exercises if page else ()
    if entry is None or page is None or not 0 < number <= len(exercises):
        raise Http404
    exercise = exercises[number - 1]
    made = worksheet.render(
        worksheet.Printing(
            course=course.title,
            lesson=f"{entry.number} {page.title}" if page.spoken else f"Lesson {entry.number}: {page.title}",
            title=exercise.title,
            minutes=exercise.minutes,
            html=exercise.html,
            language=page.spoken,
        )
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{entry.key}-{number}.pdf"'
    return answer
