"""One question for everything: a document or a number in, the one answer out."""

import json
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Schema

from certificates import access
from certificates.actions import answering
from certificates.actions.answering import Answer
from certificates.api.asking import (
    REFUSALS,
    Change,
    Problem,
    Scheme,
    Titled,
    changes,
    moment,
    no_such_day,
    router,
    too_often,
    words,
)
from certificates.queries import verification
from certificates.queries.verification import Asked, Miss
from certificates.rules import numbers, uploads
from certificates.rules.proofs import reading
from lms.db import clock
from lms.web import isolation, throttle, uploading
from lms.web.http import problem


class CheckOut(Schema):
    id: str = Field(
        description="integrity, issuer, validity_period, revocation, suspension, latest_document, log_inclusion"
    )
    outcome: str = Field(description="passed, failed, unknown, not_applicable")
    detail: str


class DifferenceOut(Schema):
    what: str
    shown: str
    issued: str


class DocumentOut(Schema):
    kind: str | None
    differs: list[DifferenceOut] = Field(description="In what an altered copy differs from what was issued.")


class CredentialOut(Schema):
    """As much of the register as may be seen by whoever shows this."""

    number: str
    edition: int | None = None
    scheme: Scheme | None = None
    level: Titled | None = None
    granted_on: str | None = None
    expires_on: str | None = None
    issuer: str | None = None
    changes: list[Change] = []
    holder: str | None = None
    scope: str | None = None
    digest: str | None = None


class AnswerOut(Schema):
    """The one answer. `unknown` is never to be taken for valid."""

    result: str = Field(description="valid, not_valid, unknown")
    standing: str | None
    reasons: list[str]
    checks: list[CheckOut]
    person: str = Field(description="not_asked, matches, differs, not_compared")
    document: DocumentOut | None = None
    credential: CredentialOut | None = None
    as_of: datetime
    checked_at: datetime


# A number and what comes beside it are shorter; what is longer is read in a process of its own, as files are.
_SHORT: Final = 2_000
_QUESTION: Final = "certificates.documents.reading:question"
_TEXT: Final = {"type": "string"}
_DESCRIBED: Final = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "number": _TEXT | {"description": "A number or a verification link."},
                        "document": {
                            "description": "A credential: the object, or a token as text.",
                            "oneOf": [{"type": "object"}, {"type": "string"}],
                        },
                        "name": _TEXT | {"description": "The name of the person who shows it."},
                        "k": _TEXT | {"description": "The key of the holder's link."},
                        "at": _TEXT | {"description": "A day (UTC) that has come."},
                    },
                }
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"document": _TEXT | {"format": "binary"}, "name": _TEXT, "at": _TEXT},
                }
            },
        },
    }
}


@router.post(
    "/verify",
    summary="Whether a document or a number is valid",
    response={200: AnswerOut} | REFUSALS | {411: Problem, 413: Problem, 503: Problem},
    openapi_extra=_DESCRIBED,
)
def verify_anything(request: HttpRequest) -> HttpResponse:
    """A credential or a number as JSON, a file (PDF, PNG, SVG, JSON, token; 5 MB) as a form or as the body itself."""
    try:
        uploading.bound(request, uploads.MOST_BYTES)
        asked = _asked(request)
        at = moment(asked.get("at", ""), clock.now())
    except access.TooOften as often:
        return too_often(often)
    except uploading.NoLength:
        return problem(411, "no-length", "Say how long it is (Content-Length). Nothing was read.")
    except RequestDataTooBig:
        return problem(
            413, "too-large", "This is larger than 5 MB, as no document of ours is. Nothing was read."
        )
    except _NotUnderstood as fault:
        return problem(422, "not-as-described", f"{fault} Nothing was looked up.")
    except isolation.Busy:
        return _busy()
    except ValueError:
        return no_such_day()
    try:
        found = _answered(request, asked, at)
    except access.TooOften as often:
        return too_often(often)
    except isolation.Busy:
        return _busy()
    except numbers.Misspelt as slip:
        return problem(**words(Miss(slip)))
    answer = JsonResponse(told(found, clock.now()))
    answer["Cache-Control"] = "no-store"
    return answer


def told(answer: Answer, now: datetime) -> dict[str, Any]:
    """The answer as plain JSON."""
    return {
        "result": answer.result.value,
        "standing": answer.standing.value if answer.standing else None,
        "reasons": [reason.value for reason in answer.reasons],
        "checks": [
            {"id": one.id.value, "outcome": one.outcome.value, "detail": one.detail} for one in answer.checks
        ],
        "person": answer.person.value,
        "document": _document(answer),
        "credential": _credential(answer),
        "as_of": answer.at.isoformat(timespec="seconds"),
        "checked_at": now.isoformat(timespec="seconds"),
    }


class _NotUnderstood(Exception):
    pass


def _busy() -> HttpResponse:
    sentence = f"Other files are being read at the moment. Nothing of this one was read; send it again in {isolation.AGAIN_IN} seconds."
    answer = problem(503, "busy", sentence)
    answer["Retry-After"] = str(isolation.AGAIN_IN)
    return answer


def _answered(request: HttpRequest, asked: dict[str, Any], at: datetime) -> Answer:
    asker = throttle.asker(request)
    name = asked.get("name", "")[:200]
    if "document" in asked:
        return access.shown(asked["document"], name=name, at=at, asker=asker)
    question = verification.unwrapped(Asked(asked["number"][:300], name, asked.get("k", "")[:100]))
    return answering.of_number(access.answer(question, at=at, asker=asker), at=at)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What came: `document` as bytes or `number` as text, and what came beside it, all text."""
    kind = (request.content_type or "").lower()
    asker = throttle.asker(request)
    if kind != "application/json":
        access.admit(asker=asker)
    if kind == "multipart/form-data":
        return _form(request)
    body = request.read(uploads.MOST_BYTES + 1)
    if len(body) > uploads.MOST_BYTES:
        raise RequestDataTooBig
    if kind != "application/json":
        return _document_alone(body)
    if len(body) > _SHORT:
        access.admit(asker=asker)
        return _members(_read_apart(body))
    try:
        # Strictly, for a key that stands twice would be gone once this is written again.
        asked = _members(reading.read(body))
    except reading.Unreadable as fault:
        raise _NotUnderstood(f"The body can't be taken as JSON: {fault}.") from None
    if "document" in asked:
        access.admit(asker=asker)
    return asked


def _read_apart(body: bytes) -> dict[str, Any]:
    try:
        told = isolation.run(_QUESTION, body, seconds=answering.SECONDS[uploads.Kind.JSON])
    except isolation.TooMuch:
        told = {"fault": "it takes too much time or memory to read"}
    if "fault" in told:
        raise _NotUnderstood(f"The body can't be taken as JSON: {told['fault']}.")
    members: dict[str, Any] = told["members"]
    return members


def _form(request: HttpRequest) -> dict[str, Any]:
    fields = {name: str(request.POST[name]) for name in ("number", "name", "k", "at") if name in request.POST}
    file = request.FILES.get("document")
    if isinstance(file, UploadedFile):
        fields.pop("number", None)
        return fields | {"document": file.read()}
    if "number" not in fields:
        raise _NotUnderstood("Send a file as 'document', or a 'number'.")
    return fields


def _document_alone(body: bytes) -> dict[str, Any]:
    if not body:
        raise _NotUnderstood("Send a document or a number.")
    return {"document": body}


def _members(sent: dict[str, Any]) -> dict[str, Any]:
    beside: dict[str, Any] = {name: sent[name] for name in ("number", "name", "k", "at") if name in sent}
    if not all(isinstance(value, str) for value in beside.values()):
        raise _NotUnderstood("'number', 'name', 'k' and 'at' are text.")
    if ("document" in sent) == ("number" in beside):
        raise _NotUnderstood("Send either 'document' or 'number'.")
    if "number" in beside:
        return beside
    document = sent["document"]
    if not isinstance(document, str | dict):
        raise _NotUnderstood("'document' is a credential: an object, or a token as text.")
    # As badges are written: one of ours that was taken apart and not altered has its own bytes again.
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False, indent=2)
    return beside | {"document": text.encode()}


def _document(answer: Answer) -> dict[str, Any] | None:
    if answer.shown is None:
        return None
    return {
        "kind": answer.shown.kind.value if answer.shown.kind else None,
        "differs": [
            {"what": one.what.value, "shown": one.shown, "issued": one.register}
            for one in answer.shown.differs
        ],
    }


def _credential(answer: Answer) -> dict[str, Any] | None:
    found, edition = answer.found, answer.edition
    if found is None:
        return None
    known: dict[str, Any] = {"number": found.number}
    if edition is None:
        return known
    claims = edition.claims
    known |= {
        "edition": edition.number,
        "scheme": claims["scheme"],
        "level": claims["level"],
        "granted_on": edition.begins_on.isoformat(),
        "expires_on": edition.expires_on.isoformat(),
        "issuer": claims["issuer"]["name"],
        "changes": changes(found),
    }
    if found.everything:
        facts = {"holder": claims.get("holder"), "scope": claims["scope"]}
        known |= {code: fact for code, fact in facts.items() if fact and code not in found.hidden}
        known |= {} if found.hidden else {"digest": edition.digest}
    return known
