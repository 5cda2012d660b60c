"""What has changed in a lesson since a learner began it, and moving on to the newer edition."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from courses import access
from courses.actions import study
from courses.models import Enrolment
from courses.queries import changes, outlines


@require_http_methods(["GET", "HEAD", "POST"])
@access.enrolled
def newer(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    outline = outlines.outline(enrolment.course)
    entry = outline.lesson(lesson_key)
    if entry is None:
        raise Http404
    if request.method == "POST":
        try:
            study.move_on(enrolment_id=enrolment.pk, lesson_key=lesson_key)
        except (study.UnknownLesson, study.NotStudying):
            raise Http404 from None
        messages.success(request, "You read the newest edition now. What you did in the lesson stays done.")
        return redirect("courses:lesson", slug=outline.slug, lesson_key=lesson_key)
    found = changes.since_begun(enrolment, outline, lesson_key)
    if not found:
        return redirect("courses:lesson", slug=outline.slug, lesson_key=lesson_key)
    return render(request, "courses/newer.html", {"outline": outline, "entry": entry, "changes": found})
