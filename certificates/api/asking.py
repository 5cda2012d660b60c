"""Questions by number: one, many, and a history."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from certificates import access
from certificates.models import Edition
from certificates.queries import verification
from certificates.queries.verification import Asked, Found, Miss, Naming
from certificates.rules import lists, numbers
from lms.db import clock
from lms.organisations import access as organisations
from lms.web import throttle
from lms.web.http import problem, problem_body

router = Router(tags=["verification"])

SLIPS = {
    numbers.Slip.EMPTY: "Give the number that stands on the certificate.",
    numbers.Slip.TOO_SHORT: "This is too short to be a number: a part of it is missing.",
    numbers.Slip.TOO_LONG: "This is too long to be a number.",
    numbers.Slip.CHARACTER: "This contains a character that no number has.",
    numbers.Slip.CHECK: "This number has a typing error: its last character does not agree with the others.",
}


class Question(Schema):
    number: str = Field(
        description="As printed, in any case, with or without dashes; or a verification link."
    )
    name: str = Field("", description="The holder's name as printed. With it every printed fact is told.")
    k: str = Field("", description="The key of the holder's link, in place of the name.")
    at: str = Field("", description="A day (UTC) that has come, such as 2027-05-31. Without it: now.")


class Row(Schema):
    number: str = Field(max_length=300)
    name: str = Field("", max_length=200)


class List(Schema):
    rows: list[Row] = Field(min_length=1, max_length=lists.MOST_ROWS)
    at: str = Field("", description="As for a single certificate.")


class Titled(Schema):
    key: str
    title: str


class Scheme(Titled):
    version: int


class Change(Schema):
    kind: str
    effective_at: datetime
    recorded_at: datetime
    note: str


class EditionDates(Schema):
    edition: int
    granted_on: date
    expires_on: date


class Standing(Schema):
    """How a certificate stands. Which members are there depends on what was shown: see `name`."""

    number: str
    name: str = Field(description="not_given, matches, former, differs, key_fits, key_lapsed, or paused.")
    as_of: datetime
    checked_at: datetime
    page: str
    standing: str | None = Field(
        None, description="valid, expired, suspended, withdrawn, superseded, or not_granted."
    )
    marks: list[str] = Field([], description="due: renewal is open. in_grace: it still is, after expiry.")
    since: datetime | None = None
    edition: int | None = None
    scheme: Scheme | None = None
    level: Titled | None = None
    granted_on: date | None = None
    expires_on: date | None = None
    issuer: str | None = None
    changes: list[Change] = []
    holder: str | None = None
    scope: str | None = None
    digest: str | None = None
    withheld: list[str] = Field([], description="What the holder keeps from those who come with the link.")


class Problem(Schema):
    type: str
    code: str = Field(
        description="number-misspelt, number-unknown, no-such-day, too-often, not-as-described."
    )
    title: str
    status: int


class Answers(Schema):
    as_of: datetime
    checked_at: datetime
    answers: list[Standing | Problem] = Field(description="One for each row, in order.")


class History(Schema):
    number: str
    as_of: datetime
    standing: str
    editions: list[EditionDates]
    changes: list[Change]


REFUSALS = {404: Problem, 422: Problem, 429: Problem}


@router.get("/verify", summary="How a certificate stands", response={200: Standing} | REFUSALS)
def verify(request: HttpRequest, question: Query[Question]) -> HttpResponse:
    """Standing, scheme, level and dates for a number; every printed fact with the holder's name or link."""
    now = clock.now()
    asked = Asked(question.number[:300], question.name[:200], question.k[:100])
    found = _found(request, asked, question.at, now)
    if isinstance(found, HttpResponse):
        return found
    at = moment(question.at, now)
    return _counted(request, JsonResponse(_told(found, at, now)))


@router.post("/verify/bulk", summary="How up to 1,000 certificates stand", response={200: Answers} | REFUSALS)
def verify_bulk(request: HttpRequest, sent: List) -> HttpResponse:
    """An answer for each row, in order: what `verify` says, or the problem that it would answer with.

    With a key of an organisation that has the scope `certificates.verify` (`Authorization: Bearer …`) 600 lists an hour.
    """
    now = clock.now()
    try:
        at = moment(sent.at, now)
    except ValueError:
        return no_such_day()
    asked = [verification.unwrapped(Asked(row.number, row.name)) for row in sent.rows]
    try:
        told, count = access.answers(asked, at=at, asker=throttle.asker(request), key=_key(request))
    except access.TooOften as often:
        return too_often(often)
    body = {
        "as_of": at.isoformat(timespec="seconds"),
        "checked_at": now.isoformat(timespec="seconds"),
        "answers": [
            _told(found, at, now) if isinstance(found, Found) else problem_body(**words(found))
            for found in told
        ],
    }
    answer = JsonResponse(body)
    answer["Cache-Control"] = "no-store"
    return throttle.declare(answer, count)


@router.get(
    "/credentials/{number}/history",
    summary="Every change and every edition of a certificate",
    response={200: History} | REFUSALS,
)
def history(request: HttpRequest, number: str) -> HttpResponse:
    """What became of a number, oldest first; no name is needed, and none is told."""
    now = clock.now()
    found = _found(request, Asked(number[:300]), "", now)
    if isinstance(found, HttpResponse):
        return found
    view = found.view
    editions = [seen.edition for seen in view.editions] if view else []
    body = {
        "number": found.number,
        "as_of": now.isoformat(timespec="seconds"),
        "standing": view.standing if view else "not_granted",
        "editions": [_dates(one) for one in sorted(editions, key=lambda edition: edition.number)],
        "changes": changes(found),
    }
    return _counted(request, JsonResponse(body))


def _key(request: HttpRequest) -> str:
    """The prefix of the key that a list is sent with, if one is; a key that does not fit is refused, not passed over."""
    header = request.headers.get("Authorization", "")
    if not header:
        return ""
    asker = organisations.of_key(request, header.removeprefix("Bearer "))
    if asker is None or "certificates.verify" not in asker.scopes:
        raise HttpError(
            401, "This key does not work here, or lacks the scope certificates.verify. Nothing was looked up."
        )
    return asker.prefix


def _found(request: HttpRequest, asked: Asked, day: str, now: datetime) -> Found | HttpResponse:
    try:
        at = moment(day, now)
    except ValueError:
        return no_such_day()
    try:
        found = access.answer(verification.unwrapped(asked), at=at, asker=throttle.asker(request))
    except access.TooOften as often:
        return too_often(often)
    except numbers.Misspelt as slip:
        return _counted(request, problem(**words(Miss(slip))))
    return _counted(request, problem(**words(Miss()))) if found is None else found


def moment(day: str, now: datetime) -> datetime:
    if not day:
        return now
    asked = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
    if asked > now.date():
        raise ValueError(day)
    return verification.moment(asked, now=now)


def no_such_day() -> HttpResponse:
    return problem(422, "no-such-day", "Give 'at' as a day that has come, such as 2027-05-31.")


def too_often(often: access.TooOften) -> HttpResponse:
    sentence = f"This network has asked too often. Nothing was looked up; ask again in {often.count.resets_in} seconds."
    return throttle.declare(problem(429, "too-often", sentence), often.count)


def words(miss: Miss) -> dict[str, Any]:
    if miss.slip is None:
        return {
            "status": 404,
            "code": "number-unknown",
            "sentence": "The register has never issued this number.",
        }
    slip = miss.slip.slip
    return {"status": 422, "code": "number-misspelt", "sentence": SLIPS[slip], "slip": slip.value}


def _counted(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return throttle.declare(answer, throttle.seen(access.ASKED, throttle.asker(request)))


def _told(found: Found, at: datetime, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": found.number,
        "name": found.naming.value,
        "as_of": at.isoformat(timespec="seconds"),
        "checked_at": now.isoformat(timespec="seconds"),
        "page": settings.PUBLIC_URL + reverse("certificates:standing", args=[found.number]),
    }
    if found.naming is Naming.DIFFERS:
        return told
    view = found.view
    if view is None:
        return told | {"standing": "not_granted"}
    claims = view.edition.claims
    told |= {
        "standing": view.standing,
        "marks": sorted(view.answer.marks),
        "since": view.answer.since.isoformat(timespec="seconds") if view.answer.since else None,
        "edition": view.edition.number,
        "scheme": claims["scheme"],
        "level": claims["level"],
        "granted_on": view.edition.begins_on.isoformat(),
        "expires_on": view.edition.expires_on.isoformat(),
        "issuer": claims["issuer"]["name"],
        "changes": changes(found),
    }
    if found.everything:
        facts = {"holder": claims.get("holder"), "scope": claims["scope"]}
        told |= {code: fact for code, fact in facts.items() if fact and code not in found.hidden}
        told |= {"withheld": sorted(found.hidden)} if found.hidden else {"digest": view.edition.digest}
    return told


def changes(found: Found) -> Sequence[dict[str, Any]]:
    return [
        {
            "kind": event.kind,
            "effective_at": event.effective_at.isoformat(timespec="seconds"),
            "recorded_at": event.recorded_at.isoformat(timespec="seconds"),
            "note": event.public_note,
        }
        for event in (found.view.changes if found.view else ())
    ]


def _dates(edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition.number,
        "granted_on": edition.begins_on.isoformat(),
        "expires_on": edition.expires_on.isoformat(),
    }
