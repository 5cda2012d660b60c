"""Coursework: a learner's page, the files, and those who manage it."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.queries import enrolments
from exams import access
from exams.actions import coursework as actions
from exams.forms.marking import DeadlineForm, HandInForm, RubricForm
from exams.models import Coursework, Work
from exams.queries import coursework as queries
from exams.queries import marking
from exams.rules import marking as marking_rules
from exams.rules import outcome, uploads
from exams.rules.coursework import Hindrance
from exams.states import WorkState
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations

PAGE = 50
HINDRANCES = {
    Hindrance.WITH_MARKERS: _(
        "It is with the markers, so it can't be replaced now. What you handed in is safe."
    ),
    Hindrance.PASSED: _("You have passed this coursework. There is nothing more to hand in."),
    Hindrance.NO_TRIES: _("You have used every try. Talk to whoever runs your course."),
    Hindrance.LATE: _(
        "The date for handing in is over. What you handed in until then is safe; nothing was added."
    ),
    Hindrance.NOT_ENROLLED: _("You are not enrolled in the course. Nothing was handed in."),
    Hindrance.BY_TUTOR: _("Your tutor assesses this as the course goes on: there is nothing to hand in."),
}
FAULTS = {
    uploads.Fault.EMPTY: _("is empty"),
    uploads.Fault.LARGE: _("is larger than 10 MB"),
    uploads.Fault.MACROS: _("contains macros, and is not taken with them"),
    uploads.Fault.UNKNOWN: _("is of no kind that is taken, whatever its name says"),
}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def coursework(request: HttpRequest, key: str) -> HttpResponse:
    """What is asked, what one has handed in, and what it came to; a post hands in, or says that it is final."""
    me = access.me(request)
    try:
        found = queries.coursework(key, person_id=me)
    except queries.UnknownCoursework:
        raise Http404 from None
    place = queries.place(found, me, at=clock.now())
    last = queries.last_submission(place.work) if place.work else None
    if request.method == "POST" and request.POST.get("event") == "finish":
        return _finish(request, key, place.work)
    kept = [(str(file.uuid), file.name) for file in last.files.all()] if last else []
    shown = {"text": last.text, "keep": [uuid for uuid, _ in kept]} if last else {}
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HandInForm(kept, *posted, initial=shown)
    if form.is_bound and form.is_valid() and _hand_in(request, key, form):
        return redirect("exams:coursework", key=key)
    context = {
        "coursework": found,
        "most": outcome.shown(marking_rules.rubric(found.criteria).most),
        "rubric": marking_rules.rubric(found.criteria),
        "place": place,
        "late": place.hindrance == Hindrance.LATE,
        "said": HINDRANCES[place.hindrance] if place.hindrance else "",
        "last": last,
        "form": form,
        "feedback": queries.released(found, me),
        "open": place.work is not None and place.work.state == WorkState.OPEN,
    }
    return render(request, "exams/coursework/own.html", context, status=400 if form.errors else 200)


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A file that was handed in, always as an attachment, to those who may have it."""
    me = access.me(request)
    held = {
        "release": organisations.organisations_with(me, access.RELEASE),
        "mark": organisations.organisations_with(me, access.MARK),
    }
    try:
        found, blind = queries.file(uuid, person_id=me, organisation_ids=held)
    except queries.UnknownFile:
        raise Http404 from None
    name = f"file-{found.number}.{found.kind}" if blind else found.name
    # At most 10 MB, so it is read whole, and the file is closed before it is sent.
    with found.file.open("rb") as kept:
        answer = HttpResponse(kept.read(), content_type=uploads.TYPES[found.kind])
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


_managed = access.any_of(access.RELEASE, access.TRAIN)


@never_cache
@_managed
@require_safe
def listing(request: HttpRequest, held: dict[str, Collection[UUID]]) -> HttpResponse:
    """Every coursework of one's organisations, with how many works stand how."""
    rows = queries.managed({*held[access.RELEASE], *held[access.TRAIN]})
    page = Paginator(queries.counted(rows), PAGE).get_page(request.GET.get("page"))
    return render(request, "exams/coursework/listing.html", {"page": page})


@never_cache
@_managed
@require_safe
def learners(request: HttpRequest, held: dict[str, Collection[UUID]], key: str) -> HttpResponse:
    """Who has handed in a coursework, who has not, and until when they may."""
    found = _one(key, held)
    page = Paginator(queries.rows(found, at=clock.now()), PAGE).get_page(request.GET.get("page"))
    context = {
        "coursework": found,
        "page": page,
        "rows": list(page),
        "marking": marking.markings(held[access.RELEASE]).filter(coursework=found).first(),
    }
    return render(request, "exams/coursework/learners.html", context)


@never_cache
@_managed
@require_http_methods(["GET", "HEAD", "POST"])
def learner(request: HttpRequest, held: dict[str, Collection[UUID]], key: str, pk: int) -> HttpResponse:
    """One learner's coursework: what was handed in, what it came to; a post releases it, moves the date, or assesses."""
    found = _one(key, held)
    there = enrolments.learner(pk, found.course_key)
    if there is None or not there.there:
        raise Http404
    releases, trains = (
        found.organisation_id in held[access.RELEASE],
        found.organisation_id in held[access.TRAIN],
    )
    event = request.POST.get("event", "")
    data = request.POST if request.method == "POST" else None
    deadline = DeadlineForm(data if event == "deadline" else None)
    assessment = RubricForm(found.criteria, data if event == "assess" else None, must_say=True)
    if (
        (event == "release" and releases and _release(request, found, pk))
        or (event == "deadline" and releases and _deadline(request, found, pk, deadline))
        or (event == "assess" and trains and _assess(request, found, pk, assessment))
    ):
        return redirect("exams:coursework_learner", key=key, pk=pk)
    works = list(Work.objects.filter(coursework=found, person_id=pk).order_by("-number"))
    shown = (WorkState.MARKED, WorkState.RELEASED)
    context = {
        "coursework": found,
        "person": people.card(pk),
        "place": queries.place(found, pk, at=clock.now()),
        "works": [
            (
                work,
                list(work.submissions.prefetch_related("files")),
                queries.feedback(work) if work.state in shown else None,
            )
            for work in works
        ],
        "mine": pk == access.me(request),
        "releases": releases,
        "trains": trains and found.by_tutor,
        "deadline": deadline,
        "form": assessment,
    }
    bad = deadline.errors or assessment.errors
    return render(request, "exams/coursework/learner.html", context, status=400 if bad else 200)


def _one(key: str, held: dict[str, Collection[UUID]]) -> Coursework:
    found = queries.managed({*held[access.RELEASE], *held[access.TRAIN]}).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _finish(request: HttpRequest, key: str, work: Work | None) -> HttpResponse:
    if work is not None:
        actions.finish(work_uuid=work.uuid, person_id=access.me(request))
        messages.success(
            request, _("It is with the markers. You will be told by e-mail when it is released.")
        )
    return redirect("exams:coursework", key=key)


def _hand_in(request: HttpRequest, key: str, form: HandInForm) -> bool:
    files = [
        actions.Upload(one.name, one.read())
        for one in form.cleaned_data["attachments"]
        if one.size <= uploads.MOST_BYTES
    ]
    large = [one.name for one in form.cleaned_data["attachments"] if one.size > uploads.MOST_BYTES]
    if large:
        form.add_error("attachments", _refused(large[0], uploads.Fault.LARGE))
        return False
    try:
        actions.hand_in(
            coursework_key=key,
            person_id=access.me(request),
            text=form.cleaned_data["text"],
            files=files,
            keep=[UUID(one) for one in form.cleaned_data.get("keep", ())],
        )
    except actions.BadFile as bad:
        form.add_error("attachments", _refused(bad.name, bad.fault))
    except actions.NothingHandedIn:
        form.add_error("text", _("There is neither a text nor a file. Nothing was handed in."))
    except actions.TooMuch:
        form.add_error(
            "attachments",
            _("At most five files can be handed in, the earlier ones included. Nothing was handed in."),
        )
    except actions.MayNotHandIn as refused:
        form.add_error(None, HINDRANCES[refused.hindrance])
    except queries.UnknownCoursework:
        form.add_error(None, HINDRANCES[Hindrance.NOT_ENROLLED])
    else:
        messages.success(request, _("Handed in. You can replace it until it goes to the markers."))
        return True
    return False


def _refused(name: str, fault: uploads.Fault) -> str:
    return _("“%(name)s” %(fault)s. Nothing was handed in.") % {"name": name, "fault": FAULTS[fault]}


def _release(request: HttpRequest, found: Coursework, pk: int) -> bool:
    work = Work.objects.filter(coursework=found, person_id=pk, state=WorkState.MARKED).first()
    try:
        if work is not None:
            actions.release(work_uuid=work.uuid, by_id=access.me(request))
            messages.success(request, "Released. The learner is being told.")
    except actions.OwnWork:
        messages.error(request, "This is your own work. Another examiner releases it; nothing was changed.")
    except IllegalMove:
        messages.error(request, "It has moved on meanwhile. Nothing was changed.")
    return True


def _deadline(request: HttpRequest, found: Coursework, pk: int, form: DeadlineForm) -> bool:
    if not form.is_valid():
        return False
    try:
        actions.set_deadline(
            coursework_key=found.key,
            person_id=pk,
            due_at=form.due_at,
            reason=form.cleaned_data["reason"],
            by_id=access.me(request),
        )
    except actions.OwnWork:
        messages.error(request, "Nobody moves the date of their own work. Nothing was changed.")
    except queries.UnknownCoursework:
        messages.error(request, "This person has left the course meanwhile. Nothing was changed.")
    else:
        messages.success(request, "The date is moved.")
    return True


def _assess(request: HttpRequest, found: Coursework, pk: int, form: RubricForm) -> bool:
    if not form.is_valid():
        return False
    try:
        actions.assess(
            coursework_key=found.key,
            person_id=pk,
            tutor_id=access.me(request),
            levels=form.levels,
            comments=form.comments,
            comment=form.cleaned_data["comment"],
        )
    except actions.OwnWork:
        messages.error(request, "Nobody assesses themselves. Nothing was kept.")
    except (actions.MayNotHandIn, queries.UnknownCoursework):
        messages.error(request, "This can't be assessed here now. Nothing was kept.")
    else:
        messages.success(request, "Assessed. The learner is being told.")
    return True
