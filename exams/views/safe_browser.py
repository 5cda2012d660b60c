"""Safe Exam Browser: who is let in without it, how a page shows it, and the file that configures it.

An exam that asks for it is guarded at its start, at each page of a sitting that runs, and where a page takes the
right to write (exams/api.py). A save is never refused for its browser.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access
from exams.actions import safe_browser as actions
from exams.forms import SafeBrowserForm
from exams.models import Entry, Exam, Sitting
from exams.queries import eligibility
from exams.queries import sittings as queries
from exams.rules import safe_browser as rules
from exams.rules.safe_browser import Shown, Standing
from exams.states import SittingState
from lms.db import clock
from lms.organisations import queries as organisations
from lms.organisations.access import required

QUESTION_LIFE = timedelta(minutes=2)
LINK_LIFE = timedelta(days=1)
OPEN = (SittingState.RUNNING, SittingState.PAUSED)

type View = Callable[..., HttpResponse]


def guarded(view: View) -> View:
    """A page of a person's own sitting, which the view gets as its first argument: shown in Safe Exam Browser
    only where the exam asks for it. A post is taken from anywhere, and noted if it comes from elsewhere."""

    @wraps(view)
    def shown(request: HttpRequest, sitting: Sitting, **rest: Any) -> HttpResponse:
        if not sitting.exam.safe_browser or sitting.state not in OPEN:
            return view(request, sitting, **rest)
        if request.method == "POST":
            answer = view(request, sitting, **rest)
            # Only now: nothing may come between an answer and its being stored.
            if not access.fits_form(request, sitting.exam, sitting.entry):
                actions.note_mismatch(sitting_uuid=sitting.uuid, person_id=access.me(request))
            return answer
        if access.admission(request, sitting.exam, sitting.entry, at=clock.now()) is None:
            return needed(request, sitting.exam, sitting.entry, running=True)
        return view(request, sitting, **rest)

    return shown


def lacks(request: HttpRequest, entry: Entry) -> bool:
    """Whether an entry's exam asks for Safe Exam Browser and this request does not show it."""
    return entry.exam.safe_browser and access.admission(request, entry.exam, entry, at=clock.now()) is None


def mark(request: HttpRequest, sitting: Sitting) -> str:
    """What the token of a page says of its browser; empty for an exam that asks for none."""
    if not sitting.exam.safe_browser:
        return ""
    return str(access.admission(request, sitting.exam, sitting.entry, at=clock.now()) or "")


def links(entry: Entry, *, onward: str) -> dict[str, str]:
    """Where the file is, the link that opens it in Safe Exam Browser, where a page shows itself by script, and the
    page itself; none for an exam that asks for no browser."""
    if not entry.exam.safe_browser:
        return {}
    path = reverse("exams:safe_browser_file", args=[entry.uuid])
    # Safe Exam Browser fetches the file itself, and nobody is signed in there yet.
    signed = access.stamp("file", about=entry.uuid, person_id=entry.candidate_id, at=clock.now())
    url = rules.address(settings.PUBLIC_URL, f"{path}?{urlencode({'signed': signed})}")
    check = reverse("exams:safe_browser", args=[entry.uuid])
    return {
        "file_url": path,
        "launch_url": rules.launch_link(url),
        "check_url": f"{check}?{urlencode({'next': onward})}",
        "again_url": onward,
    }


def needed(
    request: HttpRequest, exam: Exam, entry: Entry, *, running: bool = False, answered: Standing | None = None
) -> HttpResponse:
    """What to do, said plainly, instead of the page; `answered` is what the page's script was found to show. 403."""
    # A script that has answered is not asked again, or the two pages would send each other round in circles.
    onward = request.get_full_path() if answered is None else reverse("exams:entry", args=[entry.uuid])
    context = {
        "exam": exam,
        "entry": entry,
        "running": running,
        "ask": answered is None,
        "wrong": answered == Standing.WRONG,
        **links(entry, onward=onward),
    }
    answer = render(request, "exams/safe_browser_needed.html", context, status=403)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@never_cache
@require_safe
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Sends a page that has scripts to an address made up for it: what it shows there can't have been recorded."""
    entry = _own_entry(request, uuid)
    question = access.stamp("question", about=entry.uuid, person_id=access.me(request), at=clock.now())
    address = reverse("exams:safe_browser_answer", args=[entry.uuid, question])
    return redirect(f"{address}?{urlencode({'next': _onward(request, entry)})}")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, uuid: UUID, question: str) -> HttpResponse:
    """The page asks Safe Exam Browser for the two hashes of its own address and posts them; right ones give a pass."""
    entry = _own_entry(request, uuid)
    at = clock.now()
    asked = access.stamped_at(question, "question", about=entry.uuid, person_id=access.me(request))
    if not access.is_fresh(asked, at=at, life=QUESTION_LIFE):
        return redirect(links(entry, onward=_onward(request, entry))["check_url"])
    if request.method != "POST":
        return render(request, "exams/safe_browser_check.html", {"exam": entry.exam, "entry": entry})
    said = Shown(config=request.POST.get("config_key", ""), exam=request.POST.get("exam_key", ""))
    standing = access.browser_standing(request, entry.exam, said)
    if standing != Standing.RIGHT:
        return needed(request, entry.exam, entry, running=entry.sitting.state in OPEN, answered=standing)
    onward = redirect(_onward(request, entry))
    onward.set_cookie(
        access.COOKIE,
        access.stamp("pass", about=entry.uuid, person_id=access.me(request), at=at),
        max_age=access.COOKIE_LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return onward


@never_cache
@require_safe
def file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The configuration for the candidate of an entry: to who is signed in, or by the signed link of their page."""
    entry = get_object_or_404(Entry.objects.select_related("exam"), uuid=uuid, exam__safe_browser=True)
    given = request.GET.get("signed", "")
    signed = access.stamped_at(given, "file", about=entry.uuid, person_id=entry.candidate_id)
    if not access.is_fresh(signed, at=clock.now(), life=LINK_LIFE):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        _own_entry(request, uuid)
    return _file(entry.exam)


@login_required
@never_cache
@require_safe
def sit(request: HttpRequest, key: str) -> HttpResponse:
    """Where Safe Exam Browser begins: on to the person's own open entry, or to entering where there is none."""
    exam = get_object_or_404(Exam, key=key)
    sitting = eligibility.open_sitting(exam, person_id=access.me(request))
    if sitting is None:
        return redirect("exams:enter", key=key)
    return redirect("exams:entry", uuid=sitting.entry.uuid)


@require_safe
def leave(request: HttpRequest, key: str) -> HttpResponse:
    """The address at which Safe Exam Browser closes by itself; other browsers get this page."""
    exam = get_object_or_404(Exam, key=key, safe_browser=True)
    return render(request, "exams/safe_browser_left.html", {"exam": exam})


@never_cache
@required(access.ASSEMBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, key: str) -> HttpResponse:
    """For examiners: whether an exam asks for it, its Config Key and settings, and the keys that are allowed."""
    exam = _kept_exam(request, key)
    initial = {"wanted": exam.safe_browser, "keys": "\n".join(exam.safe_browser_keys)}
    form = SafeBrowserForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.require(
            exam_id=exam.pk,
            wanted=form.cleaned_data["wanted"],
            keys=form.cleaned_data["keys"],
            actor_id=access.me(request),
        )
        messages.success(request, "Saved. It holds from the next page of every sitting on.")
        return redirect("exams:safe_browser_setup", key=key)
    addresses = access.safe_browser_addresses(exam)
    values = rules.settings(addresses)
    context = {
        "exam": exam,
        "form": form,
        "config_key": rules.key_of(addresses),
        "start_url": values["startURL"],
        "quit_url": values["quitURL"],
        "filters": [rule["expression"] for rule in values["URLFilterRules"]],
    }
    return render(request, "exams/safe_browser_setup.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.ASSEMBLE)
@require_safe
def setup_file(request: HttpRequest, key: str) -> HttpResponse:
    """The same file as the candidates', from which an examiner reads the Browser Exam Keys in Safe Exam Browser."""
    return _file(_kept_exam(request, key))


def _file(exam: Exam) -> HttpResponse:
    found = HttpResponse(
        rules.file(rules.settings(access.safe_browser_addresses(exam))), content_type="application/seb"
    )
    found["Content-Disposition"] = f'attachment; filename="{exam.key}.seb"'
    return found


def _own_entry(request: HttpRequest, uuid: UUID) -> Entry:
    try:
        entry = queries.entry(uuid, person_id=access.me(request))
    except queries.UnknownEntry:
        raise Http404 from None
    if not entry.exam.safe_browser:
        raise Http404
    return entry


def _onward(request: HttpRequest, entry: Entry) -> str:
    """Where the page came from: the entry, or the paper of its sitting. Nothing else is followed."""
    wanted = request.GET.get("next", "")
    home = reverse("exams:entry", args=[entry.uuid])
    within = (home, reverse("exams:paper", args=[entry.sitting.uuid]))
    return wanted if wanted.startswith(within) and "\\" not in wanted else home


def _kept_exam(request: HttpRequest, key: str) -> Exam:
    """An exam of the institution in which the person assembles forms."""
    mine = Exam.objects.filter(
        organisation_id__in=organisations.organisations_with(access.me(request), access.ASSEMBLE)
    )
    rows = Exam.objects.all() if getattr(request.user, "is_superuser", False) else mine
    return get_object_or_404(rows, key=key)
