"""Packages of other programs: the page that holds one, and on the host of packages what runs in it."""

import functools
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.csp import CSP, build_policy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from courses import access
from courses.actions import runs, study
from courses.models import Enrolment, Sco
from courses.queries import lessons, outlines, packages
from courses.rules.packages import tracking
from courses.rules.packages.manifest import Standard
from courses.rules.packages.types import type_of

# What a package may do: run, keep things in its own origin, and nothing outside its frame. No windows of their own: with
# them a package could tell others what its address is.
SANDBOX = "allow-scripts allow-same-origin allow-forms allow-modals allow-downloads"
_INSIDE: dict[str, Any] = {
    "default-src": [CSP.SELF, "data:", "blob:", CSP.UNSAFE_INLINE, CSP.UNSAFE_EVAL],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.NONE],
}
_OWN: dict[str, Any] = {
    "default-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [settings.PUBLIC_URL],
}
INSIDE = f"sandbox {SANDBOX}; {build_policy(_INSIDE)}"
OWN = f"sandbox {SANDBOX}; {build_policy(_OWN)}"
TOO_OLD = "This window is too old. Open the lesson again; what was kept is safe."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access.reading
def run(request: HttpRequest, enrolment: Enrolment, lesson_key: str) -> HttpResponse:
    """The page around a package that runs; a post gives its learner the newest package of the lesson."""
    entry = outlines.outline(enrolment.course).lesson(lesson_key)
    page = lessons.page(entry.page_id) if entry else None
    sco = packages.sco(page.pk, enrolment.pk) if page else None
    if entry is None or page is None or sco is None:
        raise Http404
    if request.method == "POST":
        runs.move_on(enrolment_id=enrolment.pk, page_id=page.pk)
        return redirect("courses:package", slug=enrolment.course.slug, lesson_key=lesson_key)
    origin = packages.origin_of(sco)
    answer = render(
        request,
        "courses/package.html",
        {
            "course": enrolment.course,
            "entry": entry,
            "page": page,
            "sco": sco,
            "run": packages.run(enrolment.pk, sco.pk),
            "newer": packages.newer(page.pk, sco),
            "origin": origin,
            "frame": f"{origin}/packages/{access.pass_for(enrolment, sco)}/" if origin else "",
            "sandbox": SANDBOX,
        },
    )
    if origin:
        answer["Content-Security-Policy"] = build_policy(settings.SECURE_CSP | {"frame-src": [origin]})
    return answer


def apart(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view on the host of packages alone; in place of the `token` it gets the enrolment's id and the sco.

    There is neither session nor cookie there: what opens it is the token, given to the enrolled for twelve hours.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request, "apart", False):
            raise Http404
        try:
            enrolment_id, sco = access.opened(token)
        except access.NoPass:
            if request.headers.get("Sec-Fetch-Mode") == "navigate":  # read by a person, and not by a script
                return HttpResponse(TOO_OLD, status=HTTPStatus.FORBIDDEN, content_type="text/plain")
            return _said(HTTPStatus.FORBIDDEN, TOO_OLD)
        if packages.origin_of(sco) != f"{request.scheme}://{request.get_host()}":
            raise Http404  # one package's address is no door to another's
        answer = view(request, enrolment_id, sco, *args, **kwargs)
        answer.headers.setdefault("Content-Security-Policy", INSIDE)
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return answer

    return guarded


@require_GET
@apart
def frame(request: HttpRequest, enrolment_id: int, sco: Sco) -> HttpResponse:
    """What runs a package: the run-time of its standard, and the package in a frame within. It stands in the page of the
    lesson, or fills a window of its own: there too within a frame, so that a package can't lead it to other addresses."""
    answer = render(
        request,
        "courses/package_frame.html",
        {"sco": sco, "standard": sco.package.standard, "public": settings.PUBLIC_URL},
    )
    answer["Content-Security-Policy"] = OWN
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@apart
def begin(request: HttpRequest, enrolment_id: int, sco: Sco) -> HttpResponse:
    try:
        begun = runs.begin(enrolment_id=enrolment_id, sco_id=sco.pk)
    except (runs.NotBegun, study.NotStudying):
        return _said(HTTPStatus.FORBIDDEN, "This lesson is not open to you any more. What was kept is safe.")
    said: dict[str, Any] = {"launch": begun.launch, "cmi": begun.cmi}
    if sco.package.standard == Standard.CMI5:
        said["query"] = _launch(request, enrolment_id, sco, begun.launch)
    return JsonResponse(said)


def _launch(request: HttpRequest, enrolment_id: int, sco: Sco, launch: int) -> str:
    """What a part of cmi5 finds behind its address (section 8.1): where to ask, as whom, and about what."""
    run = packages.of_window(enrolment_id, sco.pk, launch)
    if run is None:
        raise Http404
    window = packages.window(run)
    here = request.build_absolute_uri().removesuffix("begin")
    actor = {**window.actor, "name": packages.name_of(run.enrolment_id)}
    return urlencode(
        {
            "endpoint": f"{here}xapi/",
            "fetch": f"{here}fetch/{launch}",
            "actor": json.dumps(actor),
            "registration": window.registration,
            "activityId": window.activity,
        }
    )


@require_POST
@apart
def keep(request: HttpRequest, enrolment_id: int, sco: Sco) -> HttpResponse:
    """Takes what a package tells. Answers in the words of its run-time, which passes them on to the package."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > tracking.MOST_BYTES:
        return _said(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Too much was sent at once. What was kept before is safe."
        )
    try:
        said = tracking.read(request.read(tracking.MOST_BYTES + 1), sco.package.standard)
        kept = runs.keep(enrolment_id=enrolment_id, sco_id=sco.pk, said=said)
    except tracking.BadCommit as fault:
        return _said(HTTPStatus.UNPROCESSABLE_ENTITY, str(fault))
    except runs.Elsewhere:
        return _said(
            HTTPStatus.CONFLICT,
            "This lesson was opened again in another window. Go on there: here nothing is kept any more.",
        )
    except (runs.NotBegun, study.NotStudying):
        return _said(HTTPStatus.FORBIDDEN, "This lesson is not open to you any more. What was kept is safe.")
    return JsonResponse({"result": "true", "errorCode": 0, "kept": kept, "done": said.done})


@require_safe
@apart
def file(request: HttpRequest, enrolment_id: int, sco: Sco, path: str) -> HttpResponseBase:
    found = packages.file(sco.package_id, path)
    if found is None:
        raise Http404
    answer = FileResponse(default_storage.open(packages.stored(found.sha256)), content_type=type_of(path))
    answer["Cache-Control"] = "private, max-age=43200, immutable"
    return answer


def _said(status: HTTPStatus, sentence: str) -> JsonResponse:
    return JsonResponse({"result": "false", "errorCode": 391, "says": sentence}, status=status)
