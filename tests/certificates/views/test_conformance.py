"""The door for public suites: shut everywhere but under its setting, and strict where it is open."""

import json

import pytest
from django.conf import settings as house
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from certificates.rules.proofs import contexts
from certificates.views import conformance

pytestmark = [pytest.mark.django_db, pytest.mark.once]
CREDENTIAL = {
    "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES],
    "type": ["VerifiableCredential"],
    "issuer": "did:key:anybody",
    "credentialSubject": {"id": "urn:uuid:1", "type": ["AchievementSubject"], "licenseNumber": "1"},
}


def posted(view, body):
    answer = view(RequestFactory().post("/", json.dumps(body), content_type="application/json"))
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def opened(settings) -> None:
    settings.VC_API = True


def test_it_has_no_address_outside_its_setting(client) -> None:
    assert house.VC_API is False
    with pytest.raises(NoReverseMatch):
        reverse("certificates:vc_issue")
    assert client.post("/credentials/issue", {}).status_code == 404


def test_what_it_issues_it_verifies_and_what_was_altered_it_does_not(opened) -> None:
    code, said = posted(conformance.issue, {"credential": CREDENTIAL})
    signed = said["verifiableCredential"]
    assert code == 201
    assert posted(conformance.verify, {"verifiableCredential": signed})[0] == 200
    altered = signed | {"credentialSubject": CREDENTIAL["credentialSubject"] | {"licenseNumber": "2"}}
    assert posted(conformance.verify, {"verifiableCredential": altered})[0] == 400
    lapsed = posted(conformance.issue, {"credential": CREDENTIAL | {"validUntil": "2020-01-01T00:00:00Z"}})[1]
    assert posted(conformance.verify, lapsed)[0] == 400


@pytest.mark.parametrize(
    "change",
    [
        {"@context": contexts.CREDENTIALS}, {"@context": [contexts.OPEN_BADGES, contexts.CREDENTIALS]}, {"type": "Badge"},
        {"issuer": {"id": 1}, "id": "no address"}, {"credentialSubject": {}}, {"credentialSubject": "x"},
        {"validFrom": "yesterday"}, {"validUntil": "2026-02-31T00:00:00Z"}, {"credentialStatus": {"id": "urn:x"}},
        {"proof": {}}, {"shoeSize": "43"},
    ],
)  # fmt: skip
def test_what_is_no_verifiable_credential_is_not_signed(opened, change) -> None:
    code, said = posted(conformance.issue, {"credential": CREDENTIAL | change})
    assert (code, bool(said["title"])) == (400, True)


@pytest.mark.parametrize("change", [{"proof": []}, {"proof": "x"}, {"proof": {"type": "x"}}, {"proof": {"verificationMethod": "did:key:z1#z1"}}])  # fmt: skip
def test_what_has_no_proof_of_its_issuer_is_not_verified(opened, change) -> None:
    assert posted(conformance.verify, {"verifiableCredential": CREDENTIAL | change})[0] == 400
