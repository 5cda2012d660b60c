"""Cohorts as their trainers see them: who is in them, when they meet, who was there, how they come along."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import access
from courses.actions import cohorts as leading
from courses.actions import sessions as meeting
from courses.actions import training
from courses.documents import tables
from courses.forms import AttendanceForm, CohortForm, SessionForm, TrainerForm
from courses.models import CoursePage, Session
from courses.queries import catalogue, cohorts, following
from courses.queries.cohorts import CohortView, UnknownCohort, UnknownSession
from courses.states import SessionState
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations

Home = Collection[UUID] | None
PAGE = 50
OVER = "It is held or called off already. Nothing was changed."
NO_TRAINER = "Whoever trains here has the role of a trainer at the organisation that gives the course."


@access.trainers
@require_safe
def overview(request: HttpRequest, home: Home) -> HttpResponse:
    """Every cohort of one's organisations, the latest first."""
    page = Paginator(cohorts.of_organisations(home), PAGE).get_page(request.GET.get("page"))
    context = {"cohorts": page, "page": page, "on": clock.today()}
    return render(request, "courses/teaching/overview.html", context)


@access.trainers
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, home: Home) -> HttpResponse:
    """A new cohort."""
    courses = catalogue.given_by(home)
    form = CohortForm(
        request.POST if request.method == "POST" else None,
        courses=courses,
        trainers=_trainers({row.organisation_id for row in courses if row.organisation_id}),
        initial={"trainer": request.user.pk},
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            row = leading.make(
                course_id=said["course"],
                plan=form.plan(),
                trainer_id=said["trainer"],
                actor_id=request.user.pk,
            )
        except training.NotATrainer:
            form.add_error("trainer", NO_TRAINER)
        else:
            messages.success(
                request,
                "The cohort is made, and stands among the dates of its course. Now plan its sessions.",
            )
            return redirect("courses:cohort", uuid=row.uuid)
    return _form(request, "Make a cohort", form, button="Make the cohort")


@access.trainers
@require_safe
def cohort(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """One cohort: who is where, who may be stuck, when it meets."""
    found = _cohort(uuid, home)
    leaders = cohorts.trainer_ids(found.id)
    cards = people.cards(leaders)
    free = [pair for pair in _trainers(_organisations(found)) if pair[0] not in leaders]
    context = {
        "cohort": found,
        "at": clock.now(),
        "rows": following.of_cohort(found, at=clock.now()),
        "waiting": following.waiting_for(found),
        "leaders": [cards[one] for one in leaders],
        "trainers": TrainerForm(trainers=free) if free else None,
        "signs": tables.SIGNS,
    }
    return render(request, "courses/teaching/cohort.html", context)


@access.trainers
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """What a cohort is; posted with `cancel` it is called off."""
    found = _cohort(uuid, home)
    if request.method == "POST" and "cancel" in request.POST:
        leading.cancel(cohort_uuid=uuid, actor_id=request.user.pk)
        messages.success(request, "The cohort is called off, and everybody in it is told.")
        return redirect("courses:cohort", uuid=uuid)
    shown = {"capacity": found.room.capacity, "joins_until": found.room.joins_until}
    shown |= {name: getattr(found, name) for name in ("title", "starts_on", "ends_on", "attendance")}
    form = CohortForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_bound and form.is_valid():
        try:
            leading.change(cohort_uuid=uuid, plan=form.plan(), actor_id=request.user.pk)
        except leading.TooFew as refusal:
            form.add_error("capacity", f"{refusal.taken} places are taken: there can't be fewer.")
        except IllegalMove:
            form.add_error(None, OVER)
        else:
            messages.success(request, "The cohort is as you said.")
            return redirect("courses:cohort", uuid=uuid)
    return _form(
        request,
        "Change the cohort",
        form,
        button="Keep it so",
        cohort=found,
        can_cancel=not found.is_cancelled,
    )


@access.trainers
@require_POST
def trainers(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """A trainer comes (`trainer`) or goes (`remove`)."""
    _cohort(uuid, home)
    leaves = "remove" in request.POST
    try:
        trainer_id = int(request.POST.get("remove" if leaves else "trainer", ""))
        act = leading.remove_trainer if leaves else leading.add_trainer
        act(cohort_uuid=uuid, trainer_id=trainer_id, actor_id=request.user.pk)
    except (ValueError, training.NotATrainer):
        messages.warning(request, NO_TRAINER)
    except leading.LastTrainer:
        messages.warning(request, "A cohort has a trainer: name another one first. Nothing was changed.")
    except leading.TrainerLearns:
        messages.warning(request, "They learn in this cohort themselves, so they can't train it.")
    except IllegalMove:
        messages.warning(request, OVER)
    else:
        messages.success(request, "It is noted, and who decides about certificates will know.")
    return redirect("courses:cohort", uuid=uuid)


@access.trainers
@require_http_methods(["GET", "HEAD", "POST"])
def session_add(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """A new session of a cohort."""
    found = _cohort(uuid, home)
    form = _session_form(request, found, {"zone": people.card(int(request.user.pk or 0)).time_zone})
    if form.is_bound and form.is_valid():
        try:
            meeting.plan(cohort_uuid=uuid, meeting=form.meeting(), actor_id=request.user.pk)
        except training.NotATrainer:
            form.add_error("trainer", NO_TRAINER)
        except IllegalMove:
            form.add_error(None, OVER)
        else:
            messages.success(request, "The session is planned, and everybody in the cohort is told.")
            return redirect("courses:cohort", uuid=uuid)
    return _form(request, "Plan a session", form, button="Plan the session", cohort=found)


@access.trainers
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """A session to be moved; posted with `cancel` it is called off. One that is held leads to its attendance."""
    row = _session(uuid, home)
    if row.state == SessionState.HELD:
        return redirect("courses:attendance", uuid=uuid)
    found = _cohort(row.cohort.uuid, home)
    if request.method == "POST" and "cancel" in request.POST:
        try:
            meeting.cancel(session_uuid=uuid, actor_id=request.user.pk)
        except IllegalMove:
            messages.warning(request, OVER)
        else:
            messages.success(request, "The session is cancelled, and everybody in the cohort is told.")
        return redirect("courses:cohort", uuid=found.uuid)
    shown = {"title": row.title, "minutes": row.minutes, "where": row.where, "trainer": row.trainer_id}
    # In UTC, whatever the reader's zone: what stands there can always be written so, and never comes twice.
    shown |= {"starts_at": row.starts_at.replace(tzinfo=None), "zone": "UTC"}
    form = _session_form(request, found, shown)
    if form.is_bound and form.is_valid():
        try:
            meeting.change(session_uuid=uuid, meeting=form.meeting(), actor_id=request.user.pk)
        except training.NotATrainer:
            form.add_error("trainer", NO_TRAINER)
        except IllegalMove:
            form.add_error(None, OVER)
        else:
            messages.success(
                request, "The session is as you said. Everybody in the cohort is told of a change."
            )
            return redirect("courses:cohort", uuid=found.uuid)
    planned = row.state == SessionState.PLANNED
    return _form(request, row.title, form, button="Keep it so", cohort=found, can_cancel=planned)


@access.trainers
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """Who was at a session, taken or put right."""
    row = _session(uuid, home)
    taken = cohorts.present_at(row.pk)
    form = AttendanceForm(
        request.POST if request.method == "POST" else None,
        people=cohorts.to_be_marked(row),
        minutes=row.minutes,
        taken=taken,
        initial={"evidence": row.evidence},
    )
    if form.is_bound and form.is_valid():
        try:
            meeting.take_attendance(
                session_uuid=uuid,
                marks=form.marks(),
                evidence=form.cleaned_data["evidence"],
                actor_id=int(request.user.pk or 0),
            )
        except meeting.NotYet:
            form.add_error(None, "The session has not begun: nobody can have been there. Nothing was kept.")
        except meeting.Unmarked:
            form.add_error(
                None, "Somebody has joined since you opened the page. Look again: nothing was kept."
            )
        except IllegalMove:
            form.add_error(None, "The session is cancelled. Nothing was kept.")
        else:
            messages.success(request, "The attendance is kept. It can be put right here at any time.")
            return redirect("courses:cohort", uuid=row.cohort.uuid)
    context = {"form": form, "session": row, "at": clock.now(), "planned": row.state == SessionState.PLANNED}
    return render(request, "courses/teaching/attendance.html", context, status=400 if form.errors else 200)


@access.trainers
@require_safe
def learners_csv(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    found = _cohort(uuid, home)
    return as_csv(tables.learners(following.of_cohort(found, at=clock.now())), "learners")


@access.trainers
@require_safe
def times_csv(request: HttpRequest, home: Home, uuid: UUID) -> HttpResponse:
    """The time that each learner spent in each lesson, pauses left out."""
    found = _cohort(uuid, home)
    return as_csv(tables.times(following.of_cohort(found, at=clock.now())), "time-in-lessons")


def as_csv(said: str, name: str) -> HttpResponse:
    """A table as a download that nothing on the way may keep: it is about people."""
    answer = HttpResponse(said, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _cohort(uuid: UUID, home: Home) -> CohortView:
    try:
        return cohorts.cohort(uuid, organisation_ids=home)
    except UnknownCohort:
        raise Http404 from None


def _session(uuid: UUID, home: Home) -> Session:
    try:
        return cohorts.session(uuid, organisation_ids=home)
    except UnknownSession:
        raise Http404 from None


def _organisations(found: CohortView) -> set[UUID]:
    rows = CoursePage.objects.filter(pk=found.course_id, organisation__isnull=False)
    return set(rows.values_list("organisation", flat=True))


def _trainers(organisation_ids: Collection[UUID]) -> list[tuple[int, str]]:
    ids = {one for each in organisation_ids for one in organisations.people_with(access.TRAIN, each)}
    cards = people.cards(ids).values()
    return sorted(((card.id, card.display_name) for card in cards), key=lambda pair: pair[1].casefold())


def _session_form(request: HttpRequest, found: CohortView, initial: dict[str, object]) -> SessionForm:
    posted = request.POST if request.method == "POST" else None
    return SessionForm(posted, trainers=_trainers(_organisations(found)), initial=initial)


def _form(request: HttpRequest, heading: str, form: object, **shown: object) -> HttpResponse:
    context = {"heading": heading, "form": form, **shown}
    status = 400 if getattr(form, "errors", None) else 200
    return render(request, "courses/teaching/form.html", context, status=status)
