"""What others' software fetches: in the form that it asks for, open to all, and honest about how long to keep it."""

import io
import json
from uuid import uuid4

import pytest
from django.urls import reverse
from PIL import Image

from certificates.actions import badges, checking, documents, erasure, register
from certificates.rules import baking
from lms.db import clock
from tests.factories import certificates as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def edition(schemes, ada):
    edition = make.certified(ada).editions.get()
    badges.make(edition_id=edition.pk)
    return edition


@pytest.fixture
def address(edition):
    return f"/credentials/{edition.uuid}"


def result(text):
    report = checking.verify(text, at=clock.now()).report
    return report.result.value if report.result.value == "valid" else report.checks


@pytest.mark.parametrize(
    ("accepted", "kind"),
    [
        ("", "application/vc"),
        ("*/*", "application/vc"),
        ("application/json", "application/json"),
        ("application/ld+json;q=0.5, application/jwt", "application/jwt"),
        ("image/svg+xml", "image/svg+xml"),
        ("application/pdf, image/png", "image/png"),
    ],
)
def test_one_address_answers_in_the_form_that_is_accepted(client, address, accepted, kind):
    answer = client.get(address, headers={"accept": accepted} if accepted else {})
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert (answer["Vary"], answer["Access-Control-Allow-Origin"]) == ("Accept, Accept-Encoding", "*")


def test_the_certificate_can_be_asked_for_by_what_is_accepted_and_needs_the_same_right(
    client, address, edition
):
    documents.make_document(edition_id=edition.pk)
    wanted = {"accept": "application/pdf"}
    assert client.get(address, headers=wanted).json()["code"] == "names-its-holder"
    given = client.get(address, {"k": edition.credential.share_key}, headers=wanted)
    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    assert b"".join(given.streaming_content).startswith(b"%PDF-")
    assert "Accept" in given["Vary"]


def test_a_browser_is_led_to_how_the_number_stands(client, address, edition):
    answer = client.get(address, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer["Location"]) == (302, f"/v/{edition.credential.number}/")


def test_every_ending_gives_a_form_that_verifies(client, address):
    plain = client.get(f"{address}.json")
    strict = client.get(f"{address}.json?profile=ob30").json()
    assert (type(plain.json()["proof"]), type(strict["proof"])) == (dict, list)
    assert (len(plain.json()["credentialStatus"]), type(strict["credentialStatus"])) == (2, dict)
    png, svg = client.get(f"{address}.png").content, client.get(f"{address}.svg").content
    assert Image.open(io.BytesIO(png)).size == (800, 800)
    texts = [plain.content, json.dumps(strict), client.get(f"{address}.jwt").content]
    for text in (*texts, baking.from_png(png), baking.from_svg(svg)):
        assert result(text) == "valid"


def test_who_has_it_already_is_told_so(client, address):
    first = client.get(f"{address}.json")
    again = client.get(f"{address}.json", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=300")


def test_what_is_not_there_says_why(client, address, edition, ada, kai):
    assert client.get(f"/credentials/{uuid4()}.json").json()["code"] == "no-such-credential"
    refused = client.get(f"{address}.docx")
    assert (refused.status_code, refused["Cache-Control"]) == (406, "no-store")
    assert refused.json()["title"] == "Ask for .json, .jwt, .png, .svg or .pdf."
    assert "Accept" in refused["Vary"]
    edition.badges.all().delete()
    waiting = client.get(f"{address}.json")
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "30")
    number = edition.credential.number
    register.surrender(number=number, holder_id=ada.pk)
    erasure.erase(number=number, officer_id=kai.pk, reason="holder-asked", use_key="k")
    assert client.get(f"{address}.json").json()["code"] == "erased"


def test_status_lists_are_served_with_their_twins(client, edition):
    for entry in client.get(f"/credentials/{edition.uuid}.json").json()["credentialStatus"]:
        path = entry["statusListCredential"].partition("//")[2].partition("/")[2]
        listed = client.get(f"/{path}")
        assert listed.json()["credentialSubject"]["statusPurpose"] == entry["statusPurpose"]
        assert listed["Cache-Control"] == "public, max-age=300"
        assert client.get(f"/{path}.jwt").content.count(b".") == 2
        token = client.get(f"/{path}", headers={"accept": "application/vc+jwt"})
        assert token["Content-Type"] == "application/vc+jwt"
    for path in ("/status/revocation-2", "/status/shoes-1", "/status/revocation-1.xml"):
        assert client.get(path).status_code == 404


def test_keys_are_found_where_standards_say(client, edition):
    document = client.get("/.well-known/did.json").json()
    assert document["id"] == "did:web:localhost%3A8000"
    kinds = sorted(method["type"] for method in document["verificationMethod"])
    assert kinds == ["JsonWebKey", "Multikey"]
    jwks, told = client.get("/.well-known/jwks.json").json(), client.get("/keys/history.json").json()
    assert [key["alg"] for key in jwks["keys"]] == ["RS256"]
    assert {key["purpose"] for key in told["keys"]} == {"credential", "jwt"}
    assert "PRIVATE" not in json.dumps(told)
    assert client.get("/keys/ca.crl")["Content-Type"] == "application/pkix-crl"


def test_only_reading_is_open(client, address):
    assert client.post(address).status_code == 405
    assert reverse("certificates:badge", args=["00000000-0000-0000-0000-000000000000"]).startswith("/cred")
