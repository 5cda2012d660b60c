"""The open book beside a paper: the lessons that the exam allows, and nothing else."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from exams.models import Sitting
from exams.queries import books
from exams.states import SittingState
from exams.views.papers import own_sitting


@own_sitting
@require_http_methods(["GET", "HEAD"])
def book(request: HttpRequest, sitting: Sitting, lesson_key: str = "") -> HttpResponse:
    """The list of lessons, or one of them: a page of its own where scripts do not run, else a part for the pane."""
    if sitting.state != SittingState.RUNNING:
        return redirect("exams:paper", uuid=sitting.uuid)
    outline = books.outline(sitting.exam.course_key) if sitting.exam.open_book else None
    if outline is None:
        raise Http404
    reading = books.reading(outline, lesson_key) if lesson_key else None
    if lesson_key and reading is None:
        raise Http404
    context = {"sitting": sitting, "exam": sitting.exam, "outline": outline, "reading": reading}
    template = "exams/book_part.html" if "part" in request.GET else "exams/book.html"
    return render(request, template, context)
