"""What others' software fetches: signed credentials, status lists, and the keys to verify them with."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from certificates.actions import issued, keys, status_lists
from certificates.documents import picture, vaults
from certificates.models import Badge, Edition
from certificates.queries import badges, credentials
from certificates.rules import baking
from certificates.rules.badges import Profile, Purpose
from certificates.rules.proofs import bitstring
from lms.db import clock
from lms.web.http import problem

# What may be asked for in place of an ending, the dearest first.
_OFFERED: Final = {
    "application/vc": "json",
    "application/ld+json": "json",
    "application/json": "json",
    "application/jwt": "jwt",
    "application/vc+jwt": "jwt",
    "image/png": "png",
    "image/svg+xml": "svg",
    "text/html": "html",
}
_NAMES_ITS_HOLDER: Final = (
    "The certificate bears its holder's name, so that it is given out by the holder alone: signed in, or with the link "
    "that they share (k=…), unless they hide their name from it."
)
_KEPT: Final = 300
_KEYS_KEPT: Final = 3600


@require_safe
def credential(request: HttpRequest, uuid: UUID, ending: str = "") -> HttpResponseBase:
    """A credential by its address: in the form of the ending, else of what is accepted; a browser is shown how
    the number stands."""
    edition = badges.edition(uuid)
    if edition is None:
        return _varying(
            _open(problem(404, "no-such-credential", "No credential was ever issued at this address."))
        )
    accepted = request.get_preferred_type(list(_OFFERED)) or ""
    form = ending or _OFFERED.get(accepted, "")
    if form == "html":
        return _varying(redirect("certificates:standing", number=edition.credential.number))
    if form == "pdf" or (not form and request.accepts("application/pdf")):
        # Only where nothing else would do: everything else is for everybody.
        return _varying(certificate(request, uuid))
    if form not in FORMS:
        return _varying(_open(problem(406, "no-such-form", "Ask for .json, .jwt, .png, .svg or .pdf.")))
    profile = _profile(request, form)
    badge = badges.newest(edition, profile)
    if badge is None:
        return _varying(_not_there(edition))
    body, kind = FORMS[form](badge, edition)
    if form in ("png", "svg"):
        issued.note(edition=edition, kind=form, content=body, at=clock.now())
    if not ending and accepted:
        kind = accepted
    return _varying(_answer(request, body, kind, _KEPT))


@require_safe
def certificate(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The certificate as PDF, for its holder and for whoever comes with the holder's link: it bears a name."""
    edition = badges.edition(uuid)
    if edition is None:
        return problem(404, "no-such-credential", "No credential was ever issued at this address.")
    if not edition.holder_name:
        return _not_there(edition)
    asked = request.GET.get("k", "")
    fits = hmac.compare_digest(asked.encode(), edition.credential.share_key.encode())
    hidden = bool(edition.credential.hidden)
    if request.user.pk != edition.credential.holder_id and (hidden or not fits):
        return problem(403, "names-its-holder", _NAMES_ITS_HOLDER)
    document = credentials.document_of_edition(edition)
    if document is None:
        answer = problem(503, "being-made", "The document is being made. Ask again in half a minute.")
        answer["Retry-After"] = "30"
        return answer
    name = f"{edition.credential.number}.pdf"
    stored = credentials.opened(document)
    if stored is None:
        sentence = "The document can't be read at the moment. The certificate stands: its credential (.json) tells as much."
        return problem(503, "unreadable", sentence)
    file = FileResponse(stored, content_type="application/pdf", filename=name)
    file["Cache-Control"] = "private, no-store"
    file["X-Robots-Tag"] = "noindex"
    return file


@require_safe
def status_list(request: HttpRequest, purpose: str, number: int, ending: str = "") -> HttpResponse:
    """A status list, as true as the register is now; `.jwt`, or accepted as a token, its twin."""
    if purpose not in [one.value for one in Purpose] or ending not in ("", "json", "jwt"):
        return _open(problem(404, "no-such-list", "There is no such status list."))
    try:
        found = status_lists.current(purpose=Purpose(purpose), number=number)
    except status_lists.NoSuchList:
        return _open(problem(404, "no-such-list", "There is no such status list."))
    except (keys.NoKey, vaults.Unusable):
        sentence = (
            "The list can't be signed at the moment. Ask again later, and take nothing for valid until then."
        )
        return _open(problem(503, "not-signed", sentence))
    accepted = request.get_preferred_type(["application/vc", "application/json", "application/vc+jwt", "application/jwt"]) or ""  # fmt: skip
    kept = int(bitstring.KEPT_FOR.total_seconds())
    if ending == "jwt" or (not ending and accepted.endswith("jwt")):
        return _varying(_answer(request, found.token.encode(), accepted if accepted.endswith("jwt") else "application/jwt", kept))  # fmt: skip
    return _varying(_answer(request, found.document.encode(), "application/json", kept))


@require_safe
def did_document(request: HttpRequest) -> HttpResponse:
    """Which keys are the institution's."""
    return _json(request, badges.did_document(clock.now()), "application/did+json")


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    """The keys for tokens as a JWK set."""
    return _json(request, badges.jwks(clock.now()), "application/json")


@require_safe
def key_history(request: HttpRequest) -> HttpResponse:
    """Every key there ever was."""
    return _json(request, badges.history(), "application/json")


@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """The certificates that our authority has revoked."""
    try:
        return _answer(request, keys.revocation_list(at=clock.now()), "application/pkix-crl", _KEYS_KEPT)
    except (keys.NoKey, vaults.Unusable):
        return _open(problem(503, "not-signed", "The list can't be signed at the moment. Ask again later."))


def _as_json(badge: Badge, edition: Edition) -> tuple[bytes, str]:
    return badge.body.encode(), "application/json"


def _as_token(badge: Badge, edition: Edition) -> tuple[bytes, str]:
    return badge.body.encode(), "application/jwt"


def _as_png(badge: Badge, edition: Edition) -> tuple[bytes, str]:
    return baking.png(picture.emblem(_emblem(edition)), badge.body), "image/png"


def _as_svg(badge: Badge, edition: Edition) -> tuple[bytes, str]:
    return baking.svg(picture.emblem_svg(_emblem(edition)), badge.body).encode(), "image/svg+xml"


Form = Callable[[Badge, Edition], tuple[bytes, str]]
FORMS: Final[dict[str, Form]] = {"json": _as_json, "jwt": _as_token, "png": _as_png, "svg": _as_svg}


def _profile(request: HttpRequest, form: str) -> Profile:
    if form == "jwt":
        return Profile.JWT
    # What reads badges out of pictures is made for Open Badges, and holds to its schema.
    strict = form in ("png", "svg") or request.GET.get("profile") == Profile.OB30
    return Profile.OB30 if strict else Profile.DEFAULT


def _emblem(edition: Edition) -> picture.Emblem:
    facts = edition.facts
    return picture.Emblem(
        digest=edition.digest,
        issuer=facts["issuer"]["name"],
        scheme=facts["scheme"]["title"],
        level=facts["level"]["title"],
        number=edition.credential.number,
    )


def _not_there(edition: Edition) -> HttpResponse:
    if not edition.holder_name:
        sentence = "The personal data of this credential was erased, and the credential with it."
        return _open(problem(410, "erased", sentence))
    answer = problem(503, "being-signed", "The credential is being signed. Ask again in half a minute.")
    answer["Retry-After"] = "30"
    return _open(answer)


def _json(request: HttpRequest, value: dict[str, Any], kind: str) -> HttpResponse:
    return _answer(request, json.dumps(value, indent=2).encode(), kind, _KEYS_KEPT)


def _answer(request: HttpRequest, body: bytes, kind: str, kept: int) -> HttpResponse:
    """The body with its digest as ETag, or 304 for whoever has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    had = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    answer = HttpResponseNotModified() if etag in had else HttpResponse(body, content_type=kind)
    answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={kept}"
    return _open(answer)


def _open(answer: HttpResponse | JsonResponse) -> HttpResponse:
    """Scripts from anywhere may read it: there is nothing in it that is not for everybody."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _varying[Answer: HttpResponseBase](answer: Answer) -> Answer:
    answer["Vary"] = "Accept"
    return answer
