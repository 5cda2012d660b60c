"""The door of the VC API for public suites of conformance. It signs whatever it is given, and stands open under
the setting VC_API in the mode of tests alone."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from certificates.actions import keys
from certificates.rules.keys import Ed25519PublicKey
from certificates.rules.proofs import generic, reading
from certificates.rules.proofs.canonical import Refused
from certificates.states import KeyPurpose
from lms.db import clock


@csrf_exempt
@require_POST
def issue(request: HttpRequest) -> JsonResponse:
    """`{"credential": …}` signed, as `{"verifiableCredential": …}`."""
    at = clock.now()
    try:
        credential = _given(request, "credential")
        signer = keys.signer(purpose=KeyPurpose.CREDENTIAL, at=at)
        assert isinstance(signer.public_key, Ed25519PublicKey)
        signed = generic.issue(credential, key=signer.public_key, sign=signer.sign, at=at)
    except (Refused, reading.Unreadable) as fault:
        return JsonResponse({"title": str(fault)}, status=400)
    return JsonResponse({"verifiableCredential": signed}, status=201)


@csrf_exempt
@require_POST
def verify(request: HttpRequest) -> JsonResponse:
    """Whether `{"verifiableCredential": …}` holds: 200, or 400 with the reason."""
    try:
        generic.verify(_given(request, "verifiableCredential"), at=clock.now())
    except (Refused, reading.Unreadable) as fault:
        return JsonResponse({"verified": False, "problemDetails": [{"title": str(fault)}]}, status=400)
    return JsonResponse({"verified": True, "problemDetails": []})


def _given(request: HttpRequest, name: str) -> dict[str, Any]:
    if not settings.VC_API:
        raise Http404
    found = reading.read(request.body).get(name)
    if not isinstance(found, dict):
        raise Refused(f"{name} is no object")
    return found
