"""Questions to the trainer: asked beside a lesson, read and answered on the trainers' desk."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import access
from courses.actions import questions as asking
from courses.actions import study, training
from courses.models import Enrolment
from courses.queries import outlines, questions
from courses.queries.questions import UnknownQuestion
from courses.views import words
from courses.views.teaching import Home

PAGE = 30
FAULTS = (asking.SaysNothing, asking.TooLong, asking.TooMany, asking.NobodyTrains)


@require_POST
@access.enrolled
def ask(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    """A question about a block; one that can't be kept is shown again with its words and why."""
    sent = {name: request.POST.get(name, "") for name in ("block", "text")}
    try:
        row = asking.ask(enrolment_id=enrolment.pk, uuid=_uuid(request), lesson_key=lesson_key, **sent)
    except (study.UnknownLesson, study.NotStudying):
        raise Http404 from None
    except FAULTS as fault:
        action = reverse("courses:ask", args=[enrolment.course.slug, lesson_key])
        return _again(request, enrolment, words.about_question(fault), action=action, sent=sent)
    messages.success(request, "Your question is with your trainer, and you are told when it is answered.")
    return redirect(
        reverse("courses:lesson", args=[enrolment.course.slug, lesson_key]) + f"#question-{row.uuid}"
    )


@require_safe
@access.enrolled
def mine(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """All of one's questions in a course."""
    outline = outlines.outline(enrolment.course)
    page = _page(request, questions.of_learner(enrolment, outline))
    context = {"outline": outline, "page": page, "uuid": uuid4, "trained": enrolment.trainer_id is not None}
    return render(request, "courses/questions.html", context)


@require_POST
@access.enrolled
def further(request: HttpRequest, enrolment: Enrolment, uuid: UUID) -> HttpResponse:
    """The learner's next word to a question."""
    sent = {"text": request.POST.get("text", "")}
    try:
        asking.ask_further(
            question_uuid=uuid, person_id=enrolment.person_id, uuid=_uuid(request), text=sent["text"]
        )
    except UnknownQuestion:
        raise Http404 from None
    except FAULTS as fault:
        return _again(request, enrolment, words.about_question(fault), action="", sent=sent)
    messages.success(request, "Your trainer is told.")
    return redirect(reverse("courses:questions", args=[enrolment.course.slug]) + f"#question-{uuid}")


@access.trainers
@require_safe
def desk(request: HttpRequest, home: Home) -> HttpResponse:
    """What waits for an answer, one's own learners first; and what was answered."""
    me = int(request.user.pk or 0)
    page = _page(request, questions.on_desk(me, home))
    context = {"waiting": page, "page": page, "answered": questions.on_desk(me, home, answered=True)}
    return render(request, "courses/teaching/questions.html", context)


@access.trainers
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """One question with the block that it is about, as the learner had it; a post answers."""
    try:
        found = questions.opened(uuid, home)
    except UnknownQuestion:
        raise Http404 from None
    fault, text = "", ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            asking.answer(
                question_uuid=uuid, trainer_id=int(request.user.pk or 0), uuid=_uuid(request), text=text
            )
        except (asking.SaysNothing, asking.TooLong) as refused:
            fault = words.about_question(refused)
        except (training.NotATrainer, training.OwnTrainer):
            fault = "Whoever answers trains: that is for trainers of this course, and not about one's own questions."
        else:
            messages.success(request, "The learner is told.")
            return redirect("courses:teaching_questions")
    context = {"found": found, "fault": fault, "text": text, "uuid": uuid4()}
    return render(request, "courses/teaching/question.html", context, status=422 if fault else 200)


def _page(request: HttpRequest, rows: Sequence[Any]) -> Any:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError:
        return uuid4()


def _again(
    request: HttpRequest, enrolment: Enrolment, fault: str, *, action: str, sent: dict[str, str]
) -> HttpResponse:
    context = {"course": enrolment.course, "fault": fault, "action": action, "sent": sent, "uuid": uuid4()}
    return render(request, "courses/question_again.html", context, status=422)
