"""Credential, certificate and seal for 200 holders in one run; also alone: `python -m tests.bench.documents`."""

import os

if __name__ == "__main__":
    os.environ["PYTEST_XDIST_WORKER"] = "bench"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    import tests.mode  # noqa: F401, I001  before the settings

    import django

    django.setup()

import tempfile

from django.test import override_settings

from certificates.actions import documents, keys
from certificates.documents import certificate
from certificates.models import Document, Edition, StatusPlace
from certificates.queries import badges as facts_of
from certificates.queries import issuing
from certificates.rules import badges as rule
from certificates.rules.badges import Profile
from certificates.rules.proofs import integrity, tokens
from certificates.states import KeyPurpose
from lms.db import clock
from lms.web import sealing
from tests.bench.measuring import costs, once, table

HOLDERS = 200
TIMES = 8


def documents_of_many() -> None:
    """Prints what one certificate costs within a run of 200, and what its parts cost when each is done alone."""
    first = list(
        Edition.objects.filter(particulars__isnull=False).order_by("pk").values_list("pk", flat=True)
    )
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        warm, *some = first[: HOLDERS + 1]
        documents.make_document(edition_id=warm)
        alone = _parts(warm)
        before = costs(alone, times=TIMES)
        whole = once(lambda: [documents.make_document(edition_id=one) for one in some]) / len(some)
        after = costs(alone, times=TIMES)
        made = Document.objects.count() - 1
    parts = {name: (before[name] + after[name]) / 2 for name in alone}
    total = sum(parts.values())
    title = f"a certificate with credential and seal, of {made} in one run"
    rows = [("sum of the parts, each alone", total, "")]
    rows += [(f"  {name}", cost, "") for name, cost in parts.items()]
    rows += [("the whole, with its rows and files", whole, "aim: at most 1.30 ×")]
    table(title, rows, base="sum of the parts, each alone")


def _parts(edition_id: int) -> dict:  # type: ignore[type-arg]
    rows = Edition.objects.select_related("credential", "design", "particulars", "version")
    edition, at = rows.get(pk=edition_id), clock.now()
    printing = documents.printing_of(edition)
    plain = certificate.render(printing)
    seals = keys.signer(purpose=KeyPurpose.PDF, at=at)
    proves = keys.signer(purpose=KeyPurpose.CREDENTIAL, at=at)
    vouches = keys.signer(purpose=KeyPurpose.JWT, at=at)
    facts = facts_of.facts(edition, StatusPlace.objects.get(edition=edition))
    method = issuing.method(proves.key_id)

    def canonicalise() -> None:
        for profile in (Profile.DEFAULT, Profile.OB30):
            integrity.proof(rule.document(facts, profile), method=method, created=at, sign=proves.sign)

    def token() -> None:
        claims = rule.claims(rule.document(facts, Profile.JWT))
        tokens.token(claims, method=issuing.method(vouches.key_id), sign=vouches.sign)

    return {
        "render": lambda: certificate.render(printing),
        "sign (PAdES B-B)": lambda: sealing.seal(plain, key=seals, at=at),
        "canonicalise and prove, two profiles": canonicalise,
        "token (RS256)": token,
    }


if __name__ == "__main__":
    from django.db import connections

    from tests import cast, databases
    from tests.factories import certificates

    own_database = databases.Databases()
    own_database.connect()
    try:
        connections["default"].settings_dict["CONN_MAX_AGE"] = None
        certificates.schemes()
        certificates.crowd(certificates.certified(cast.person("ada")), people=HOLDERS)
        documents_of_many()
    finally:
        own_database.leave()
