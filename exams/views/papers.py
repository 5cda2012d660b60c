"""Sitting an exam: plain pages that work without JavaScript. The player builds on the same pages."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from math import ceil
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from exams import access, forms
from exams.actions import breaks, endings, responses, sittings
from exams.models import Sitting
from exams.queries import languages, papers
from exams.queries import sittings as queries
from exams.rules import deadline
from exams.rules import responses as rules
from exams.rules.acceptance import Verdict
from exams.rules.languages import OWN
from exams.states import SittingState, Takeover
from exams.views import safe_browser
from lms.db import clock

type View = Callable[..., HttpResponse]

LOOKS_AGAIN = 10  # seconds


def own_sitting(view: View) -> View:
    """Hands the view the person's own sitting, closed if its time is up; others see no such page.

    Pages of an exam are `no-store`: what a browser keeps, the next person at the machine may read. A browser
    without a name gets one, so that one device can be told from another.
    """
    within = safe_browser.guarded(view)

    @login_required
    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, uuid: UUID, **rest: Any) -> HttpResponse:
        try:
            sitting = endings.refresh(queries.sitting(uuid, person_id=access.me(request)), is_back=True)
        except queries.UnknownSitting:
            raise Http404 from None
        fresh = "" if access.device(request) else access.name_device(request)
        answer = within(request, sitting, **rest)
        if fresh:
            access.keep_device(answer, fresh)
        answer["Cache-Control"] = "no-store"
        return answer

    return shown


@own_sitting
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """The whole paper as one form, on which the player builds. A post saves what it changed, so the page
    works where scripts do not, and a page whose scripts failed half-way loses nothing."""
    if request.method == "POST" and sitting.started_at is not None:
        return _save(
            request, sitting, _paper(sitting).items, _same_place(sitting, request.POST.get("go", ""))
        )
    if sitting.state == SittingState.PAUSED:
        return _paused(request, sitting)
    if sitting.state != SittingState.RUNNING:
        return _elsewhere(sitting)
    return render(request, "exams/paper.html", _context(request, sitting))


@own_sitting
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, sitting: Sitting, position: int) -> HttpResponse:
    """One item, or one scenario with its items. A post saves and goes where its button says."""
    if sitting.started_at is None:
        return _elsewhere(sitting)
    whole = _paper(sitting)
    part = whole.part_of(position)
    if part is None:
        raise Http404
    if request.method == "POST":
        onward = _next(sitting, whole, part, request.POST.get("go", ""))
        return _save(request, sitting, part.items, onward)
    if sitting.state == SittingState.PAUSED:
        return _paused(request, sitting, position=position)
    if sitting.state != SittingState.RUNNING:
        return _elsewhere(sitting)
    context = _context(request, sitting, whole)
    beside = {"before": whole.beside(part, -1), "after": whole.beside(part, 1)}
    return render(request, "exams/paper_page.html", context | {"part": part} | beside)


@own_sitting
@require_http_methods(["GET", "HEAD"])
def review(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """The review grid: every position, answered or not, and the way to hand in."""
    if sitting.state != SittingState.RUNNING:
        return _elsewhere(sitting)
    return render(request, "exams/paper_review.html", _context(request, sitting))


@own_sitting
@require_POST
def take_break(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Begins a break; the paper gives way to the page of a sitting that stands still."""
    return _begin_break(request, sitting, reverse("exams:paper", args=[sitting.uuid]))


@own_sitting
@require_POST
def go_on(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Ends a break; the paper comes back, at the page from which the break was taken."""
    # The page that comes next finds the same and says so.
    with suppress(sittings.Paused, sittings.NotRunning):
        breaks.go_on(sitting_uuid=sitting.uuid, person_id=access.me(request))
    position = request.POST.get("position", "")
    if position.isascii() and position.isdigit() and len(position) < 5:
        return redirect("exams:page", uuid=sitting.uuid, position=int(position))
    return _elsewhere(sitting)


@own_sitting
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Asks once, with the list of what is unanswered, and then hands in."""
    if request.method == "POST" and sitting.started_at is not None:
        try:
            sittings.submit(sitting_uuid=sitting.uuid, person_id=access.me(request))
        except sittings.Paused:
            return _elsewhere(sitting)
        return redirect("exams:receipt", uuid=sitting.uuid)
    if sitting.state != SittingState.RUNNING:
        return _elsewhere(sitting)
    return render(request, "exams/paper_submit.html", _context(request, sitting))


@own_sitting
@require_http_methods(["GET", "HEAD"])
def receipt(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """What was handed in, when, and the digest that binds it."""
    if sitting.submitted_at is None:
        return _elsewhere(sitting)
    length = sitting.form.length if sitting.form else 0
    context = {
        "sitting": sitting,
        "exam": sitting.exam,
        "length": length,
        "unanswered": length - (sitting.answered or 0),
        "late": sitting.late.count(),
        "result": getattr(sitting, "result", None),
    }
    return render(request, "exams/paper_receipt.html", context)


def _save(
    request: HttpRequest, sitting: Sitting, items: tuple[papers.PaperItem, ...], onward: str
) -> HttpResponse:
    changed = forms.changes(request.POST, items)
    if changed and sitting.state == SittingState.RUNNING and not _holds(request, sitting):
        try:
            sittings.take_over(
                sitting_uuid=sitting.uuid, person_id=access.me(request), device=access.device(request)
            )
        except sittings.AskFirst as asked:
            context = {"sitting": sitting, "exam": sitting.exam, "asked": asked}
            return render(request, "exams/paper_elsewhere.html", context, status=409)
        except (sittings.NotRunning, sittings.Paused):
            pass  # the save below finds the same and says so
    if changed:
        receipt = responses.save_page(
            sitting_uuid=sitting.uuid, person_id=access.me(request), changes=changed
        )
        if receipt.all_late:
            return _late(request, sitting)
        if receipt.all_held:
            return _paused(request, sitting, status=409)
        if any(one.verdict == Verdict.REFUSED for one in receipt.judged):
            messages.error(
                request, _("An answer was not understood and not saved; all others are. Choose it again.")
            )
    elif sitting.state != SittingState.RUNNING:
        return _elsewhere(sitting)
    if request.POST.get("go") == "break":
        return _begin_break(request, sitting, onward)
    return redirect(onward)


def _begin_break(request: HttpRequest, sitting: Sitting, onward: str) -> HttpResponse:
    try:
        breaks.take(sitting_uuid=sitting.uuid, person_id=access.me(request))
    except breaks.NoneLeft:
        messages.error(
            request, _("No break time is left, so your sitting goes on. Everything saved is safe.")
        )
    except (sittings.Paused, sittings.NotRunning):
        return _elsewhere(sitting)  # the page that comes next finds the same and says so
    return redirect(onward)


def _holds(request: HttpRequest, sitting: Sitting) -> bool:
    """Whether this browser may write: always, unless the exam wants an invigilator's consent to another device."""
    return sitting.exam.takeover != Takeover.ASK or sitting.device == access.device(request)


def _paused(
    request: HttpRequest, sitting: Sitting, *, status: int = 200, position: int | None = None
) -> HttpResponse:
    """The page of a sitting that stands still: no item is on it. It looks again by itself, at the page with
    `position` where it stands in its place."""
    context = {"sitting": sitting, "exam": sitting.exam, "unsaved": status != 200, "position": position}
    answer = render(request, "exams/paper_paused.html", context, status=status)
    seconds = LOOKS_AGAIN
    if sitting.break_ends_at is not None:
        # The paper is back as soon as the clock runs again.
        seconds = min(seconds, max(1, ceil((sitting.break_ends_at - clock.now()).total_seconds())))
    # With its address named, the page is fetched anew also where a fragment stands behind it.
    place = (
        reverse("exams:paper", args=[sitting.uuid])
        if position is None
        else reverse("exams:page", args=[sitting.uuid, position])
    )
    answer["Refresh"] = f"{seconds}; url={place}"
    return answer


def _late(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    sitting.refresh_from_db(fields=["state", "submitted_at", "closed_by", "answered"])
    return render(request, "exams/paper_late.html", {"sitting": sitting, "exam": sitting.exam}, status=409)


def _next(sitting: Sitting, whole: papers.Paper, part: papers.Part, go: str) -> str:
    if go == "review":
        return reverse("exams:review", args=[sitting.uuid])
    target: papers.Part | None = part
    if go in {"next", "previous"}:
        target = whole.beside(part, 1 if go == "next" else -1)
        if target is None:
            return reverse("exams:review", args=[sitting.uuid])
    elif go.isascii() and go.isdigit() and len(go) < 5:
        target = whole.part_of(int(go)) or part
    return reverse("exams:page", args=[sitting.uuid, target.first if target else part.first])


def _same_place(sitting: Sitting, go: str) -> str:
    """Back to the whole paper, at the place where its button was pressed; or to the review."""
    if go == "review":
        return reverse("exams:review", args=[sitting.uuid])
    place = f"#item-{int(go)}" if go.isascii() and go.isdigit() and len(go) < 5 else ""
    return reverse("exams:paper", args=[sitting.uuid]) + place


def _elsewhere(sitting: Sitting) -> HttpResponse:
    if sitting.started_at is None:
        return redirect("exams:entry", uuid=sitting.entry.uuid)
    if sitting.state in (SittingState.RUNNING, SittingState.PAUSED):
        return redirect("exams:paper", uuid=sitting.uuid)
    return redirect("exams:receipt", uuid=sitting.uuid)


def _paper(sitting: Sitting) -> papers.Paper:
    assert sitting.form is not None, "what has started has its form"
    package = languages.package_of(sitting.form, sitting.entry.language)
    found = papers.paper(package, rules.current(queries.events(sitting.pk)))
    if found.language or (get_language() or OWN).startswith(OWN):
        return found
    return replace(found, language=OWN)  # items in English on a page in another language say so


def _context(request: HttpRequest, sitting: Sitting, whole: papers.Paper | None = None) -> dict[str, Any]:
    whole = whole or _paper(sitting)
    at = clock.now()
    assert sitting.deadline_at is not None, "a running sitting has a deadline"
    left = deadline.seconds_left(deadline_at=sitting.deadline_at, at=at)
    return {
        "sitting": sitting,
        "exam": sitting.exam,
        "paper": whole,
        "seconds_left": left,
        "minutes_left": left // 60,
        "break_left": breaks.left(sitting),
        "break_stops_at": breaks.stops_at(sitting),
        "player": {
            "sitting": str(sitting.uuid),
            "token": access.token(
                sitting_uuid=sitting.uuid,
                person_id=access.me(request),
                # Epoch 0 writes nothing: it is good for asking for the lease.
                epoch=sitting.epoch if _holds(request, sitting) else 0,
                browser=safe_browser.mark(request, sitting),
            ),
            "epoch": sitting.epoch,
            "server_time": at.isoformat(),
            "deadline": sitting.deadline_at.isoformat(),
            "seconds_left": left,
            "state_url": f"/api/v1/sittings/{sitting.uuid}",
            "responses_url": f"/api/v1/sittings/{sitting.uuid}/responses",
            "device": access.device(request),
            "presence_url": f"/api/v1/sittings/{sitting.uuid}/presence",
            "desk_url": f"/api/v1/sittings/{sitting.uuid}/desk",
            "desk": sitting.desk.content if hasattr(sitting, "desk") else {},
            "form_digest": sitting.form.digest if sitting.form else "",
            "seal_key": access.seal_key(sitting_uuid=sitting.uuid, person_id=access.me(request)),
            "lease_url": f"/api/v1/sittings/{sitting.uuid}/lease",
            "submit_url": reverse("exams:submit", args=[sitting.uuid]),
            "receipt_url": reverse("exams:receipt", args=[sitting.uuid]),
            "responses": {str(item.position): item.value for item in whole.items if item.answered},
        },
    }
