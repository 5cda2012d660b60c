"""The lists of revoked certificates, of each authority that ever vouched for a key for documents."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from certificates.actions import keys
from certificates.documents import vaults
from certificates.models import Key
from lms.db import clock
from lms.web.http import problem


@require_safe
def revoked_by(request: HttpRequest, authority_id: str) -> HttpResponse:
    """What the authority of a key id has revoked; certificates say this address."""
    try:
        listed = keys.revocation_list(at=clock.now(), authority_id=authority_id)
    except Key.DoesNotExist:
        return problem(404, "no-such-authority", "No authority of ours ever had a key of this id.")
    except (keys.NoKey, vaults.Unusable):
        return problem(503, "not-signed", "The list can't be signed at the moment. Ask again later.")
    answer = HttpResponse(listed, content_type="application/pkix-crl")
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
