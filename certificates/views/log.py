"""The log of the register, as files that anyone may fetch, keep and check: C2SP tlog-tiles."""

import hashlib
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from certificates.models import Edition
from certificates.queries import log
from certificates.rules import tiles
from lms.web.http import problem

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_SECONDS: Final = "public, max-age=5"
_TEXT: Final = "text/plain; charset=utf-8"


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The newest checkpoint: how many entries, which root, signed."""
    head = log.current()
    if head is None:
        return _open(
            problem(404, "nothing-logged", "The log has no entry yet. It begins with the first certificate.")
        )
    return _said(request, head.note.encode(), _TEXT, _SECONDS)


@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponseBase:
    """Hashes of a level, or entries; what is there once stays so for ever."""
    asked = tiles.parse(path)
    found = log.content(asked) if asked else None
    if found is None:
        sentence = (
            "The log has no such tile. The checkpoint says how many entries there are, and so which tiles."
        )
        return _open(problem(404, "no-such-tile", sentence))
    return _said(request, found, "application/octet-stream", _FOR_EVER)


@require_safe
def proof(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The proof that a certificate stands in the log, to be kept beside it."""
    edition = get_object_or_404(Edition, uuid=uuid)
    try:
        found = log.inclusion(edition=edition)
    except log.Disagrees:
        sentence = (
            "The register and its log do not agree about this certificate, so there is no proof for it. "
            "Do not rely on it, and please tell us."
        )
        return _open(problem(409, "log-disagrees", sentence))
    if found is None:
        sentence = (
            "This certificate is not in the log, or no longer has a proof there. What is new is entered within "
            "a minute or two: ask again then."
        )
        answer = problem(404, "not-logged", sentence)
        answer["Retry-After"] = "60"
        return _open(answer)
    return _said(request, found.text.encode(), _TEXT, "public, max-age=60")


def _said(request: HttpRequest, body: bytes, kind: str, cached: str) -> HttpResponseBase:
    answer = HttpResponse(body, content_type=kind)
    answer["Cache-Control"] = cached
    answer["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _open(get_conditional_response(request, etag=answer["ETag"], response=answer) or answer)


def _open(answer: HttpResponseBase) -> HttpResponseBase:
    """Programs in anybody's page may read it: nothing here depends on who asks."""
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
