"""Keys of organisations: shown once, kept as a digest, open what their scopes say, and nothing when revoked."""

import json
import re

import pytest
from django.core.cache import cache
from django.test import Client

from courses.actions import consents, enrolments
from courses.models import CoursePage
from lms.audit.models import Entry, Origin
from lms.billing.actions import entitlements
from lms.db import clock
from lms.organisations.actions import api_keys as actions
from lms.organisations.models import ApiKey
from lms.organisations.rules import api_keys as rules
from lms.web.api import api
from tests.counting import statements

MEMBERS = "/api/v1/organisation/members"


def test_a_key_is_read_back_and_its_digest_is_not_its_secret():
    words, prefix, digest = rules.written(b"abcde", b"s" * 32)
    found = rules.read(f" {words} ")
    assert found is not None and found[0] == prefix
    assert rules.fits(found[1], digest) and not rules.fits(found[1][:-1] + "A", digest)
    assert found[1] not in digest


@pytest.mark.parametrize("text", ["", "aud_", "aud_abcdefgh_short", "x" * 10_000, "aud_ABCDEFGH_" + "a" * 43])
def test_nothing_else_is_a_key(text):
    assert rules.read(text) is None


@pytest.fixture(autouse=True)
def uncounted():
    """Nobody pays for what another test has asked too often."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ask(client, northmoor, cleo):
    def asks(*scopes, method="get", url=MEMBERS, words="", **facts):
        if not words:
            _, words = actions.make(
                organisation_id=northmoor.id, name="HR", scopes=scopes, days=30, actor_id=cleo.pk
            )
        header = {"HTTP_AUTHORIZATION": f"Bearer {words}"}
        return getattr(Client(), method)(url, content_type="application/json", **facts, **header)

    return asks


pytest_db = pytest.mark.django_db


@pytest_db
def test_a_key_opens_what_its_scopes_say_and_notes_that_it_was_used(ask, ben, cleo):
    told = ask("members.read").json()["members"]
    assert {(row["email"], *row["roles"]) for row in told} == {
        ("cleo@example.org", "manager"),
        ("ben@example.org", "member"),
    }
    assert ApiKey.objects.get().last_used_at is not None
    refused = ask("learning.read")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "members.read" in refused.json()["title"]


@pytest_db
@pytest.mark.parametrize("words", ["aud_aaaaaaaa_" + "a" * 43, "nonsense", "é"])
def test_what_is_no_key_is_refused_in_words(ask, words):
    refused = ask(words=words)
    assert (refused.status_code, refused.json()["code"]) == (401, "no-key")
    assert refused["WWW-Authenticate"] == "Bearer"


@pytest_db
def test_who_tries_keys_is_stopped(ask):
    codes = [ask(words="aud_aaaaaaaa_" + "a" * 43).status_code for _ in range(62)]
    assert codes[:60] == [401] * 60 and codes[60:] == [429, 429]


@pytest_db
def test_a_revoked_or_expired_key_opens_nothing(ask, northmoor, cleo):
    row, words = actions.make(
        organisation_id=northmoor.id, name="HR", scopes=["members.read"], days=30, actor_id=cleo.pk
    )
    assert ask(words=words).status_code == 200
    with clock.shifted(days=31):
        assert ask(words=words).status_code == 401
    actions.revoke(organisation_ids=[northmoor.id], uuid=row.uuid, actor_id=cleo.pk)
    assert ask(words=words).status_code == 401
    assert [entry.verb for entry in Entry.objects.filter(subject=f"organisations.api_key:{row.pk}")] == [
        "organisations.api_key.made",
        "organisations.api_key.revoked",
    ]


@pytest_db
def test_a_manager_makes_a_key_on_the_page_and_sees_it_once(cleo, dag, signed_in):
    manager = signed_in(cleo)
    form = manager.get("/organisations/keys/").content.decode()
    organisation = form.partition('name="organisation" value="')[2][:36]
    wrong = {"name": "HR", "scopes": ["everything"], "days": 30, "organisation": organisation}
    assert manager.post("/organisations/keys/", wrong).status_code == 400
    made = manager.post("/organisations/keys/", wrong | {"scopes": ["members.read"]}).content.decode()
    row = ApiKey.objects.get()
    words = made.partition("<code>aud_")[2].partition("<")[0]
    assert words.startswith(row.prefix) and len(words) > 50
    again = manager.get("/organisations/keys/").content.decode()
    assert words not in again and row.prefix in again
    assert signed_in(dag).get("/organisations/keys/").status_code == 403
    assert manager.post(f"/organisations/keys/{row.uuid}/revoke/").status_code == 302
    assert "revoked" in manager.get("/organisations/keys/").content.decode()


@pytest_db
def test_a_strangers_webhook_is_not_found_by_key_and_ones_own_is_managed(ask, northmoor, cleo):
    address = {"url": "https://example.org/hook"}
    made = ask(
        "webhooks.manage", method="post", url="/api/v1/organisation/webhooks", data=json.dumps(address)
    )
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    mine = f"/api/v1/organisation/webhooks/{made.json()['uuid']}"
    assert ask("webhooks.manage", method="post", url=f"{mine}/pause").json()["state"] == "paused"
    assert ask("webhooks.manage", method="post", url=f"{mine}/pause").status_code == 409
    assert ask("webhooks.manage", method="post", url=f"{mine[:-4]}0000/end").status_code == 404
    within = {"url": "ftp://example.org"}
    unfit = ask(
        "webhooks.manage", method="post", url="/api/v1/organisation/webhooks", data=json.dumps(within)
    )
    assert (unfit.status_code, unfit.json()["code"]) == (422, "unfit-address")
    listed = ask("webhooks.manage", url="/api/v1/organisation/webhooks").json()["webhooks"]
    assert "secret" not in listed[0]
    assert Origin.objects.filter(address="127.0.0.1", person_id=cleo.pk).exists()


@pytest_db
def test_learning_is_told_with_consent_alone(library, ask, ben, northmoor):
    course = CoursePage.objects.get(slug="lead-implementer")
    entitlements.grant(product_key=course.product_key, person_id=ben.pk, source_key="a gift")
    enrolments.enrol(person_id=ben.pk, course_id=course.pk)
    url = "/api/v1/organisation/learning"
    assert ask("learning.read", url=url).json() == {"learners": []}
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    assert [row["name"] for row in ask("learning.read", url=url).json()["learners"]] == ["Ben Okoro"]
    consents.withdraw(person_id=ben.pk, organisation_id=northmoor.id)
    assert ask("learning.read", url=url).json() == {"learners": []}


@pytest_db
def test_lists_are_verified_more_often_with_a_key(ask):
    url, body = "/api/v1/verify/bulk", json.dumps({"rows": [{"number": "x"}]})
    assert "q=600" in ask("certificates.verify", method="post", url=url, data=body)["RateLimit-Policy"]
    assert ask("members.read", method="post", url=url, data=body).status_code == 401
    assert "q=20" in Client().post(url, body, content_type="application/json")["RateLimit-Policy"]


@pytest_db
def test_the_watch_list_is_told_by_key(ask):
    assert ask("certificates.read", url="/api/v1/organisation/certificates").json() == {"certificates": []}


def doors():
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield from (
                    (method.lower(), f"/{prefix}{path}".replace("//", "/")) for method in operation.methods
                )


@pytest_db
def test_every_door_is_described_and_stands_on_the_page(client):
    def plain(path):
        return re.sub(r"{\w+:(\w+)}", r"{\1}", path)

    schema = api.get_openapi_schema()
    described = {(method, path) for path, said in schema["paths"].items() for method in said}
    known = {(method, f"/api/v1{plain(path)}") for method, path in doors()}
    assert known == described and len(known) >= 15
    with statements() as said:
        page = client.get("/api/v1/docs")
    assert said == []
    text = page.content.decode()
    assert [path for method, path in described if f"{method.upper()} {path}" not in text] == []
    assert "<script src" not in text.replace('<script type="module"', "") and "style=" not in text
    assert all(said.get("summary") for methods in schema["paths"].values() for said in methods.values())


@pytest_db
def test_statements_of_the_keys_are_as_many_for_one_as_for_two_hundred(cleo, northmoor, signed_in):
    client = signed_in(cleo)

    def counted():
        with statements() as said:
            assert client.get("/organisations/keys/").status_code == 200
        return len(said)

    def row(number):
        at = clock.now()
        return ApiKey(organisation_id=northmoor.id, name=f"k{number}", prefix=f"{number:08}", digest="d", scopes=["members.read"],
                      made_by=cleo, made_at=at, expires_at=at.replace(year=at.year + 1))  # fmt: skip

    row(0).save()
    few = counted()
    ApiKey.objects.bulk_create(row(number) for number in range(1, 200))
    assert counted() == few
