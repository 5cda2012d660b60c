"""The classroom: the outline, the lessons, their checks, and the place where a learner stopped."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from courses import access
from courses.actions import enrolments as enrolling
from courses.actions import study
from courses.documents import attestation
from courses.models import Enrolment, LessonPage, LessonRecord
from courses.queries import (
    cases,
    cohorts,
    enrolments,
    lessons,
    notes,
    outlines,
    packages,
    plans,
    questions,
    repetitions,
    requirements,
    shown,
)
from courses.rules import anchors, checks
from courses.rules.checks import Check
from courses.rules.outlines import Outline
from courses.states import EnrolmentState
from courses.views import words
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.web import letter


@require_GET
@access.enrolled
def classroom(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    outline = outlines.outline(enrolment.course, enrolment.language)
    found = enrolments.records(enrolment.pk)
    progress = enrolments.progress(outline, found)
    record = found.get(progress.next_key)
    done = {key for key, row in found.items() if row.done_at}
    kept = plans.of(enrolment)
    beside = requirements.of(enrolment.course_id, enrolment.person_id)
    mine = cohorts.of_enrolment(enrolment.pk)
    return render(
        request,
        "courses/classroom.html",
        {
            "enrolment": enrolment,
            "outline": outline,
            "progress": progress,
            "modules": list(zip(outline.modules, progress.modules, strict=True)),
            "next": outline.lesson(progress.next_key),
            "place": record.place if record else "",
            "done": done,
            "kept": kept,
            "plan": plans.ahead(kept, outline, done, clock.today()),
            "opened": set(found),
            "beyond": shown.beyond(enrolment.course.key, enrolment.course.scheme_key),
            "requirements": beside,
            "needed": sum(one.needed for one in beside),
            "case": cases.title_of(enrolment.course_id),
            "again": repetitions.waiting(enrolment.pk, clock.today()),
            "mine": mine,
            "meeting": mine.next_meeting(clock.now()) if mine and not mine.is_waiting else None,
            "completed": enrolment.state == EnrolmentState.COMPLETED,
            "languages": lessons.languages_of(outline),
        },
    )


@require_safe
@access.enrolled
def attested(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The attestation of a course that is completed; before that there is none."""
    completion = enrolments.completion_of(enrolment.person_id, enrolment.course.key)
    if completion is None:
        raise Http404
    name = people.card(enrolment.person_id).printed_name
    return letter.answer(attestation.letter(completion, name=name), filename="attestation.pdf")


@require_GET
@access.enrolled
def lesson(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    return _page(request, enrolment, lesson_key, again=request.GET.get("again", ""))


@require_http_methods(["GET", "POST"])
@access.enrolled
def check(request: HttpRequest, enrolment: Enrolment, lesson_key: str, check_key: str) -> HttpResponse:
    where = reverse("courses:lesson", args=[enrolment.course.slug, lesson_key])
    if request.method == "POST":
        try:
            study.answer_check(
                enrolment_id=enrolment.pk,
                lesson_key=lesson_key,
                check_key=check_key,
                chosen=request.POST.getlist("option"),
            )
        except (study.UnknownLesson, study.UnknownCheck, study.NotStudying):
            raise Http404 from None
        except (checks.NothingChosen, checks.TooManyChosen, checks.UnknownOption) as fault:
            return _page(
                request, enrolment, lesson_key, faults={check_key: words.about(fault)}, again=check_key
            )
    return redirect(f"{where}#check-{check_key}")


@require_POST
@access.enrolled
def done(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    slug = enrolment.course.slug
    try:
        study.finish_lesson(enrolment_id=enrolment.pk, lesson_key=lesson_key)
    except (study.UnknownLesson, study.NotStudying):
        raise Http404 from None
    except (study.ChecksOpen, study.PackageOpen) as fault:
        return _page(request, enrolment, lesson_key, unfinished=words.about(fault))
    _, after = outlines.outline(enrolment.course).neighbours(lesson_key)
    if after is None:
        return redirect("courses:classroom", slug=slug)
    return redirect("courses:lesson", slug=slug, lesson_key=after.key)


@require_POST
@access.enrolled
def place(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    """Keeps the reader's place and the time spent; answers nothing, for nobody waits for it."""
    study.keep_place(enrolment_id=enrolment.pk, lesson_key=lesson_key, place=request.POST.get("place", ""))
    with suppress(ValueError):
        seconds = int(request.POST.get("seconds", "")[:6])
        study.count_time(enrolment_id=enrolment.pk, lesson_key=lesson_key, seconds=seconds)
    return HttpResponse(status=204)


@require_POST
@access.enrolled
def language(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """In which language the lessons of a course are read from now on."""
    try:
        study.read_in(enrolment_id=enrolment.pk, language=request.POST.get("language", ""))
    except (study.UnknownLanguage, study.NotStudying):
        raise Http404 from None
    lesson_key = request.POST.get("lesson", "")
    if outlines.outline(enrolment.course).lesson(lesson_key):
        return redirect("courses:lesson", slug=enrolment.course.slug, lesson_key=lesson_key)
    return redirect("courses:classroom", slug=enrolment.course.slug)


@require_POST
@access.enrolled
def leave(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    try:
        enrolling.withdraw(enrolment_id=enrolment.pk, actor_id=request.user.pk)
    except IllegalMove:
        messages.info(
            request, "You have completed this course, so there is nothing to leave. It stays open to you."
        )
        return redirect("courses:classroom", slug=enrolment.course.slug)
    messages.success(
        request,
        f"You have left {enrolment.course.title}. What you did is kept; enrol again to go on with it.",
    )
    return redirect("courses:course", slug=enrolment.course.slug)


def _page(
    request: HttpRequest,
    enrolment: Enrolment,
    lesson_key: str,
    *,
    faults: Mapping[str, str] | None = None,
    unfinished: str = "",
    again: str = "",
) -> HttpResponse:
    outline = outlines.outline(enrolment.course, enrolment.language)
    entry, module = outline.lesson(lesson_key), outline.module_of(lesson_key)
    editions = lessons.editions(entry.page_id, enrolment.pk, enrolment.language) if entry else None
    if entry is None or module is None or editions is None:
        raise Http404
    page, today = editions.mine, editions.today
    found = enrolments.records(enrolment.pk)
    try:
        if not access.is_shown(request):
            study.open_lesson(
                enrolment=enrolment,
                lesson_key=lesson_key,
                known=found,
                revision_id=editions.revision,
                translation_id=None if editions.begun else editions.translation,
            )
    except study.NotStudying:
        messages.error(request, "Your place in this course has ended. Nothing that you did is lost.")
        return redirect("courses:course", slug=enrolment.course.slug)
    context = {
        "course": enrolment.course,
        "module": module,
        "entry": entry,
        "page": page,
        "refs": lessons.refs(page),
        "newer": editions.newer,
        "reads_in": enrolment.language,
        "text_language": editions.language,
        "stale": editions.stale,
        "unfinished": unfinished,
        "package": packages.sco(today.pk, enrolment.pk) if getattr(today, "runs", False) else None,
        **_way(outline, lesson_key, found),
        **_text(request, enrolment, page, lesson_key, faults or {}, again),
    }
    return render(request, "courses/lesson.html", context, status=422 if faults or unfinished else 200)


def _way(outline: Outline, lesson_key: str, found: Mapping[str, LessonRecord]) -> dict[str, Any]:
    """Where the lesson stands in its course, and what of that is done."""
    before, after = outline.neighbours(lesson_key)
    record = found.get(lesson_key)
    return {
        "outline": outline,
        "progress": enrolments.progress(outline, found),
        "before": before,
        "after": after,
        "bookmarked": record is not None and record.bookmarked_at is not None,
        "is_done": record is not None and record.done_at is not None,
        "done": {key for key, row in found.items() if row.done_at},
    }


def _text(
    request: HttpRequest,
    enrolment: Enrolment,
    page: LessonPage,
    lesson_key: str,
    faults: Mapping[str, str],
    again: str,
) -> dict[str, Any]:
    """The text itself, with what its reader answered, wrote and asked beside it."""
    reading = lessons.explained(page)
    beside = notes.beside(enrolment.pk, lesson_key)
    asked = questions.placed(beside.questions, reading)
    address = partial(_address, enrolment.course.slug, lesson_key)
    worksheet = partial(_worksheet, enrolment.course.slug, lesson_key)
    answers = _without(beside.answers, again)
    documents, evidence = cases.used_by(page, enrolment.course_id)
    return {
        "lesson": reading,
        "parts": shown.parts(reading, answers, faults, address, worksheet, asked.beside),
        "open_checks": sum(one.key not in beside.answers for one in reading.checks),
        "documents": documents,
        "evidence": evidence,
        "notes": beside.notes,
        "note_uuid": uuid4(),
        "asked": asked.elsewhere,
        "ask_about": request.GET.get("ask", ""),
        "question_uuid": uuid4(),
        "blocks": [(part.block, anchors.passage(part)[:80]) for part in reading.parts if part.block]
        if enrolment.trainer_id
        else (),
    }


def _address(slug: str, lesson_key: str, asked: Check) -> str:
    return reverse("courses:check", args=[slug, lesson_key, asked.key])


def _worksheet(slug: str, lesson_key: str, number: int) -> str:
    return reverse("courses:worksheet", args=[slug, lesson_key, number])


def _without(answers: Mapping[str, list[str]], key: str) -> dict[str, list[str]]:
    """All answers but the one that a learner wants to give anew."""
    return {name: chosen for name, chosen in answers.items() if name != key}
