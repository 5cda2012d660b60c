"""Software that nobody here wrote reads what is served, and finds it valid, suspended, revoked or altered.

Nothing of it is used at run time. The schema in `schemas/` is 1EdTech's, as published under
https://purl.imsglobal.org/spec/ob/v3p0/schema/json/. `make conformance` asks the JavaScript verifiers besides.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import jwt
import openvc
import pytest
from openbadgeslib import baking
from openbadgeslib.ob3 import ldp, verifier
from openvc.did.did_web import DidWebResolver
from openvc.resolvers import default_status_list_resolver

from certificates.actions import badges, register
from certificates.rules.proofs import contexts
from tests.factories import certificates as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOST = "https://institution.example"
DID = "did:web:institution.example"
SCHEMA = Path(__file__).parent / "schemas" / "open-badges-3.0-achievementcredential.json"


@pytest.fixture
def credential(schemes, ada, settings):
    settings.PUBLIC_URL = HOST
    credential = make.certified(ada)
    badges.make(edition_id=credential.editions.get().pk)
    return credential


@pytest.fixture
def fetch(client, credential):
    """Fetches what stands at an address of ours, and at no other."""

    def fetched(url: str) -> bytes:
        there = urlsplit(url)
        assert f"{there.scheme}://{there.netloc}" == HOST
        answer = client.get(there.path + (f"?{there.query}" if there.query else ""))
        assert answer.status_code == 200
        return answer.content

    return fetched


@pytest.fixture
def address(credential):
    return f"{HOST}/credentials/{credential.editions.get().uuid}"


@pytest.fixture
def openvc_verify(fetch):
    resolver = DidWebResolver(lambda url: json.loads(fetch(url)))
    known = dict(contexts.kept())
    lists = default_status_list_resolver(
        resolver=resolver, fetch=lambda url: fetch(url).decode(), extra_contexts=known
    )
    policy = openvc.VerificationPolicy(
        require_status_issuer_binding=True, expected_types=["OpenBadgeCredential"]
    )

    def verify(presented):
        return openvc.verify_credential(
            presented, policy=policy, resolver=resolver, resolve_status_list=lists, extra_contexts=known
        )

    return verify


def suspended(credential, officer):
    register.suspend(
        number=credential.number, officer_id=officer.pk, reason="complaint-open", public_note="", use_key="k"
    )


def forms(address, fetch):
    return {
        "default": json.loads(fetch(f"{address}.json")),
        "ob30": json.loads(fetch(f"{address}.json?profile=ob30")),
        "jwt": fetch(f"{address}.jwt").decode(),
    }


def test_every_json_form_has_the_shape_of_open_badges(address, fetch) -> None:
    schema = json.loads(SCHEMA.read_text())
    for name, document in forms(address, fetch).items():
        if name == "jwt":
            document = jwt.decode(document, options={"verify_signature": False})
        faults = [fault.message for fault in jsonschema.Draft201909Validator(schema).iter_errors(document)]
        # Two statuses in a list are what the schema has no room for, and why there is the other profile.
        assert [name for fault in faults] == (["default"] if name == "default" else []), faults


def test_openvc_finds_both_documents_valid_and_then_not(
    address, fetch, openvc_verify, credential, kai
) -> None:
    told = forms(address, fetch)
    (told["ob30"]["proof"],) = told["ob30"]["proof"]  # it reads no set of proofs, not even of one
    for name in ("default", "ob30"):  # nor a token with the one algorithm that Open Badges asks for
        found = openvc_verify(told[name])
        assert (name, found.issuer, found.status is not None) == (name, DID, True)
    suspended(credential, kai)
    for name in ("default", "ob30"):
        with pytest.raises(openvc.OpenvcError):
            openvc_verify(told[name])


def test_openvc_finds_an_altered_one_out(address, fetch, openvc_verify) -> None:
    altered = forms(address, fetch)["default"] | {"validUntil": "2049-01-01T00:00:00Z"}
    with pytest.raises(openvc.OpenvcError):
        openvc_verify(altered)


def test_openbadgeslib_verifies_what_is_baked_into_both_pictures(address, fetch, credential, kai) -> None:
    def download(url, *_, **__):
        return fetch(f"{url}.jwt" if "/status/" in url else url)  # it reads lists as tokens alone

    reader = ldp.OB3LdpVerifier.for_issuer_did(DID)
    texts = [
        baking.extract_png(fetch(f"{address}.png"), keyword=b"openbadgecredential"),
        baking.extract_svg(fetch(f"{address}.svg"), element="openbadges:credential", text_fallback=True),
    ]
    for text in texts:
        found = reader.verify(text, check_status=True, download=download)
        assert found.issuer.id == DID
    token = fetch(f"{address}.jwt").decode()
    told = json.loads(fetch(f"{HOST}/keys/history.json"))["keys"]
    (pem,) = [key["publicKeyPem"] for key in told if key["purpose"] == "jwt"]
    tokens = verifier.OB3Verifier(pem, issuer_did=DID)
    assert tokens.verify(token, check_status=True, download=download).issuer.id == DID
    suspended(credential, kai)
    for text in texts:
        with pytest.raises(verifier.OB3VerificationError):
            reader.verify(text, check_status=True, download=download)
    with pytest.raises(verifier.OB3VerificationError):
        tokens.verify(token, check_status=True, download=download)


def test_pyjwt_verifies_the_token_and_the_twin_of_a_list_by_the_published_key(address, fetch) -> None:
    (key,) = jwt.PyJWKSet.from_json(fetch(f"{HOST}/.well-known/jwks.json").decode()).keys
    for url in (f"{address}.jwt", f"{HOST}/status/revocation-1.jwt"):
        token = fetch(url).decode()
        assert jwt.get_unverified_header(token)["kid"] == key.key_id
        claims = jwt.decode(token, key.key, algorithms=["RS256"], issuer=DID)
        assert claims["sub"] == claims["credentialSubject"]["id"]
