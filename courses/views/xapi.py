"""On the host of packages: what a part of cmi5 tells and keeps. So much of a learning record store as cmi5 asks for, about
one learner in one part: xAPI 1.0.3, statements and the three kinds of documents.
"""

import functools
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.http import http_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import access
from courses.actions import runs, study, telling
from courses.models import PackageDocument, Run, Sco
from courses.queries import packages
from courses.rules.packages import statements as rules
from courses.rules.packages import tracking
from courses.rules.packages.statements import AgainstTheRules, BadStatement, Window
from courses.views.packages import apart

VERSION = "1.0.3"
NAMES = {"state": "stateId", "activity": "profileId", "agent": "profileId"}
ASKED = frozenset(
    {"statementId", "verb", "activity", "agent", "registration", "limit", "ascending", "format"}
)
OLD = "This lesson, or another of its package, was opened since. Go on there: here nothing is kept any more."
CLOSED = "This lesson is not open to you any more. What was kept is safe."


class Asked(Exception):
    """The request can't be answered: `status`, and a sentence."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@require_POST
@apart
def fetch(request: HttpRequest, enrolment_id: int, sco: Sco, launch: int) -> HttpResponse:
    """Gives a window its key, once (cmi5, section 8.2)."""
    try:
        telling.give_key(enrolment_id=enrolment_id, sco_id=sco.pk, launch=launch)
    except (telling.AlreadyGiven, runs.Elsewhere):
        return _json({"error-code": "1", "error-text": "This window has its key already, or has ended."})
    except (runs.NotBegun, study.NotStudying):
        return _json({"error-code": "2", "error-text": CLOSED})
    return _json({"auth-token": access.key_for(enrolment_id, sco.pk, launch)})


@require_GET
@apart
def standing(request: HttpRequest, enrolment_id: int, sco: Sco) -> HttpResponse:
    """For the page around a part: when something of it was kept last, whether it is done, and whether it has ended."""
    run = packages.run(enrolment_id, sco.pk)
    kept = run.kept_at.isoformat() if run and run.kept_at else ""
    ended = bool(run and run.cmi.get("terminated"))
    return _json({"kept": kept, "done": bool(run and run.completed_at), "ended": ended})


@require_GET
@apart
def about(request: HttpRequest, enrolment_id: int, sco: Sco) -> HttpResponse:
    return _json({"version": [VERSION]})


def told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A view for the present window of a part, which shows its key; it gets the run and the window's number in place of
    the sco, and what it refuses is a sentence."""

    @apart
    @functools.wraps(view)
    def guarded(request: HttpRequest, enrolment_id: int, sco: Sco, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            run, launch = _window(request, enrolment_id, sco)
            answer = view(request, run, launch, *args, **kwargs)
        except Asked as refused:
            answer = _json({"error": str(refused)}, refused.status)
        except BadStatement as fault:
            answer = _json({"error": str(fault)}, HTTPStatus.BAD_REQUEST)
        except AgainstTheRules as fault:
            answer = _json({"error": str(fault)}, HTTPStatus.FORBIDDEN)
        except telling.Contradicts:
            answer = _json({"error": f"Something else stands there. {rules.SAFE}"}, HTTPStatus.CONFLICT)
        except runs.Elsewhere:
            answer = _json({"error": OLD}, HTTPStatus.FORBIDDEN)
        except (runs.NotBegun, study.NotStudying):
            answer = _json({"error": CLOSED}, HTTPStatus.FORBIDDEN)
        answer["X-Experience-API-Version"] = VERSION
        return answer

    return guarded


@require_http_methods(["GET", "PUT", "POST"])
@told
def statements(request: HttpRequest, run: Run, launch: int) -> HttpResponse:
    if request.method == "GET":
        return _statements(request, run)
    said = rules.read(_body(request))
    if request.method == "PUT":
        uuid = rules.uuid_of(request.GET.get("statementId"))
        if len(said) != 1 or said[0].uuid not in (None, uuid):
            raise Asked(HTTPStatus.BAD_REQUEST, f"One statement is put, under its own id. {rules.SAFE}")
        said = [rules.Statement(uuid, said[0].verb, {**said[0].body, "id": str(uuid)})]
    ids = telling.tell(enrolment_id=run.enrolment_id, sco_id=run.sco_id, launch=launch, said=said)
    if request.method == "PUT":
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _json([str(one) for one in ids])


@require_GET
@told
def activity(request: HttpRequest, run: Run, launch: int) -> HttpResponse:
    """What is known of an activity: of this one, its title."""
    window = packages.window(run)
    asked = request.GET.get("activityId", "")
    known = {"definition": {"name": {"und": run.sco.title}}} if asked == window.activity else {}
    return _json({"objectType": "Activity", "id": asked, **known})


@require_http_methods(["GET", "PUT", "POST", "DELETE"])
@told
def documents(request: HttpRequest, run: Run, launch: int, kind: str) -> HttpResponse:
    key = request.GET.get(NAMES[kind])
    if key and "\0" in key:
        raise Asked(HTTPStatus.BAD_REQUEST, f"A {NAMES[kind]} has no null character. {rules.SAFE}")
    _about_this(request, packages.window(run), kind)
    if request.method == "GET":
        return _document(run, kind, key)
    if kind == PackageDocument.Kind.STATE and key == rules.LAUNCH_DATA:
        raise AgainstTheRules("What the platform tells a lesson is not the lesson's to change.")
    of = {"enrolment_id": run.enrolment_id, "sco_id": run.sco_id, "launch": launch}
    if request.method == "DELETE":
        if key is None and kind != PackageDocument.Kind.STATE:
            raise Asked(HTTPStatus.BAD_REQUEST, f"A profile is removed by its {NAMES[kind]}. {rules.SAFE}")
        telling.remove(**of, kind=kind, key=key)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if not key or len(key) > 255:
        raise Asked(
            HTTPStatus.BAD_REQUEST, f"A document has a {NAMES[kind]} of up to 255 characters. {rules.SAFE}"
        )
    telling.write(
        **of,
        kind=kind,
        key=key,
        media_type=request.headers.get("Content-Type", "application/octet-stream"),
        content=_body(request),
        adds=request.method == "POST",
        seen=_seen(request, run, kind, key),
    )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _window(request: HttpRequest, enrolment_id: int, sco: Sco) -> tuple[Run, int]:
    if not request.headers.get("X-Experience-API-Version", "").startswith("1.0"):
        raise Asked(
            HTTPStatus.BAD_REQUEST, "xAPI 1.0 is spoken here: say so in the header X-Experience-API-Version."
        )
    try:
        *whose, launch = access.window_of(request.headers.get("Authorization", ""))
    except access.NoPass:
        raise Asked(HTTPStatus.UNAUTHORIZED, "Open the lesson again: this window has no key.") from None
    if whose != [enrolment_id, sco.pk]:
        raise Asked(HTTPStatus.FORBIDDEN, "This key is for another lesson.")
    run = packages.of_window(enrolment_id, sco.pk, launch)
    if run is None:
        raise runs.Elsewhere(sco.pk)
    return run, launch


def _body(request: HttpRequest) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > tracking.MOST_BYTES:
        raise Asked(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Too much was sent at once. {rules.SAFE}")
    return request.read(tracking.MOST_BYTES + 1)


def _statements(request: HttpRequest, run: Run) -> HttpResponse:
    """What was told, the newest first; all of it is about one learner and one part, so little is left to ask for."""
    asked = request.GET
    if unknown := set(asked) - ASKED:
        raise Asked(HTTPStatus.BAD_REQUEST, f"Statements can't be asked for by {min(unknown)[:40]} here.")
    found = packages.statements(run.pk)
    if "statementId" in asked:
        one = next((row for row in found if row.uuid == rules.uuid_of(asked["statementId"])), None)
        if one is None:
            raise Asked(HTTPStatus.NOT_FOUND, "No statement with this id was told.")
        return _consistent(_json(_as_stored(one, run)), run)
    if "verb" in asked:
        found = [row for row in found if row.verb == asked["verb"]]
    if "activity" in asked:
        found = [row for row in found if row.body["object"]["id"] == asked["activity"]]
    if "registration" in asked and asked["registration"] != packages.window(run).registration:
        found = []
    rows = list(found) if asked.get("ascending") == "true" else list(reversed(found))
    limit = int(asked["limit"][:9]) if asked.get("limit", "").isdecimal() else 0
    rows = rows[: limit or len(rows)]
    return _consistent(_json({"statements": [_as_stored(row, run) for row in rows], "more": ""}), run)


def _as_stored(row: Any, run: Run) -> dict[str, Any]:
    stored = row.at.isoformat()
    return {
        "timestamp": stored, **row.body, "id": str(row.uuid), "stored": stored, "version": "1.0.0",
        "authority": {"objectType": "Agent", "account": {"homePage": settings.PUBLIC_URL, "name": "platform"}},
    }  # fmt: skip


def _consistent(answer: HttpResponse, run: Run) -> HttpResponse:
    answer["X-Experience-API-Consistent-Through"] = (run.kept_at or run.launched_at).isoformat()
    return answer


def _document(run: Run, kind: str, key: str | None) -> HttpResponse:
    if key is None:
        of_platform = [rules.LAUNCH_DATA] if kind == PackageDocument.Kind.STATE else []
        return _json([*of_platform, *packages.document_keys(run.pk, kind)])
    if kind == PackageDocument.Kind.STATE and key == rules.LAUNCH_DATA:
        return _json(
            rules.launch_data(
                packages.window(run), publisher=run.sco.identifier, move_on=run.sco.move_on,
                parameters=run.sco.launch_data, entitlement=run.sco.entitlement, own_window=run.sco.own_window,
            )
        )  # fmt: skip
    row = packages.document(run.pk, kind, key)
    if row is None:
        raise Asked(HTTPStatus.NOT_FOUND, "Nothing is kept under this name.")
    answer = HttpResponse(bytes(row.content), content_type=row.media_type)
    answer["ETag"] = f'"{row.etag}"'
    answer["Last-Modified"] = http_date(row.at.timestamp())
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _about_this(request: HttpRequest, window: Window, kind: str) -> None:
    """A request about somebody else or something else is refused: there is nothing of theirs here."""
    asked = request.GET
    if kind != PackageDocument.Kind.AGENT and asked.get("activityId") != window.activity:
        raise Asked(HTTPStatus.FORBIDDEN, f"A document is about the lesson that was opened. {rules.SAFE}")
    if kind != PackageDocument.Kind.ACTIVITY and _account(asked.get("agent", "")) != window.actor["account"]:
        raise Asked(
            HTTPStatus.FORBIDDEN,
            f"A document is about the learner for whom the lesson was opened. {rules.SAFE}",
        )
    if asked.get("registration", window.registration) != window.registration:
        raise Asked(HTTPStatus.FORBIDDEN, f"A document is of the registration that was opened. {rules.SAFE}")


def _account(said: str) -> Any:
    try:
        agent = json.loads(said)
    except (ValueError, RecursionError):
        return None
    return agent.get("account") if isinstance(agent, dict) else None


def _seen(request: HttpRequest, run: Run, kind: str, key: str) -> str | None:
    """The ETag that a writer says they have read; profiles are not overwritten unseen (xAPI, part three, section 3.1)."""
    if request.headers.get("If-None-Match") == "*":
        return ""
    if "If-Match" in request.headers:
        return request.headers["If-Match"].strip().strip('"')
    if (
        kind != PackageDocument.Kind.STATE
        and request.method == "PUT"
        and packages.document(run.pk, kind, key)
    ):
        raise Asked(
            HTTPStatus.CONFLICT, f"Say by If-Match what you have read before you replace it. {rules.SAFE}"
        )
    return None


def _json(said: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    answer = JsonResponse(said, safe=False, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
