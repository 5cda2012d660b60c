"""A learner's notes and bookmarks: beside the lesson, all together, and as a file."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import access
from courses.actions import notes as writing
from courses.actions import study
from courses.models import Enrolment, Note
from courses.queries import notes, outlines
from courses.views import words

MOST = 100  # characters of a search that are looked at


@require_safe
@access.enrolled
def all_notes(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """All notes and bookmarks in the order of the course; with `q` those that say these words."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:MOST]
    outline = outlines.outline(enrolment.course)
    noted = notes.in_course(enrolment, outline, asked)
    return render(request, "courses/notes.html", {"outline": outline, "noted": noted, "words": asked})


@require_safe
@access.enrolled
def as_file(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    outline = outlines.outline(enrolment.course)
    said = notes.as_markdown(outline, notes.in_course(enrolment, outline))
    answer = HttpResponse(said, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="notes-{outline.slug}.md"'
    return answer


@require_POST
@access.enrolled
def write(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    """Keeps a note; one that can't be kept is shown again with its words and why."""
    sent = {name: request.POST.get(name, "").replace("\0", "") for name in ("uuid", "place", "quote", "text")}
    try:
        uuid = UUID(sent["uuid"])
    except ValueError:
        uuid = uuid4()
    try:
        writing.write(
            enrolment_id=enrolment.pk,
            uuid=uuid,
            lesson_key=lesson_key,
            place=sent["place"],
            quote=sent["quote"],
            text=sent["text"],
        )
    except (study.UnknownLesson, study.NotStudying):
        raise Http404 from None
    except (writing.SaysNothing, writing.TooLong, writing.TooMany) as fault:
        outline = outlines.outline(enrolment.course)
        return _form(
            request,
            words.about(fault),
            outline=outline,
            entry=outline.lesson(lesson_key),
            note=sent,
            action=reverse("courses:write_note", args=[outline.slug, lesson_key]),
        )
    messages.success(request, "Your note is kept. Nobody else reads it.")
    return redirect(reverse("courses:lesson", args=[enrolment.course.slug, lesson_key]) + "#notes")


@require_http_methods(["GET", "HEAD", "POST"])
@access.enrolled
def note(request: HttpRequest, enrolment: Enrolment, uuid: UUID) -> HttpResponse:
    """One note, to be changed or taken away."""
    kept = notes.note(enrolment.pk, uuid)
    if kept is None:
        raise Http404
    outline = outlines.outline(enrolment.course)
    fault = ""
    if request.method == "POST":
        if "delete" in request.POST:
            writing.delete(enrolment_id=enrolment.pk, uuid=uuid)
            messages.success(request, "The note is gone.")
            return redirect("courses:notes", slug=outline.slug)
        try:
            writing.edit(
                enrolment_id=enrolment.pk, uuid=uuid, text=request.POST.get("text", "").replace("\0", "")
            )
        except (Note.DoesNotExist, study.NotStudying):
            raise Http404 from None
        except (writing.SaysNothing, writing.TooLong) as refused:
            fault = words.about(refused)
            kept.text = request.POST["text"]
        else:
            messages.success(request, "Your note is kept as it is now.")
            return redirect(reverse("courses:notes", args=[outline.slug]) + f"#note-{uuid}")
    return _form(
        request,
        fault,
        outline=outline,
        entry=outline.lesson(kept.lesson_key),
        note=kept,
        action="",
        kept=True,
    )


@require_POST
@access.enrolled
def bookmark(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    """Puts a bookmark in, or (`off`) takes it out."""
    try:
        study.bookmark(enrolment_id=enrolment.pk, lesson_key=lesson_key, wanted="off" not in request.POST)
    except study.UnknownLesson:
        raise Http404 from None
    return redirect("courses:lesson", slug=enrolment.course.slug, lesson_key=lesson_key)


def _form(request: HttpRequest, fault: str, **shown: object) -> HttpResponse:
    return render(request, "courses/note.html", {"fault": fault, **shown}, status=422 if fault else 200)
