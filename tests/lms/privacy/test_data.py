"""One's own data: everything about oneself as an archive, and erasure with what stays and why."""

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core import mail

from certificates.models import EditionName
from courses.models import Note
from lms.accounts.models import Person
from lms.audit.models import Entry
from lms.db import clock
from lms.jobs import worker
from lms.kit import gather
from lms.notifications.models import Notice
from lms.privacy.actions import archives, consents, erasures, retention
from lms.privacy.models import Archive, Consent, Erasure
from lms.privacy.queries import portraits
from tests.cast import PASSWORD
from tests.counting import statements
from tests.factories import certificates as make_certificates
from tests.factories import exams as make_exams

# Who is meant by it is the one whom a row is about; every other key to a person names who did something in an office.
ABOUT = {"person", "candidate", "holder", "user", "person_id", "actor_id"}


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def sign_in(client, person):
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_every_table_about_people_is_named_by_its_app():
    person = apps.get_model(django_settings.AUTH_USER_MODEL)
    ours = {
        "jobs",
        "audit",
        "notifications",
        "privacy",
        "accounts",
        "organisations",
        "billing",
        "courses",
        "exams",
        "certificates",
    }
    about = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ours | {"account", "mfa"}
        for field in model._meta.concrete_fields
        if field.name in ABOUT and (not field.is_relation or field.related_model is person)
    }
    assert about - {holding.model for part in gather.PERSONAL for holding in part.holdings} == set()


def test_every_holding_leads_from_its_table_to_a_person():
    for part in gather.PERSONAL:
        for holding in part.holdings:
            names = {field.name for field in apps.get_model(holding.model)._meta.concrete_fields}
            assert set(holding.without) <= names
            str(portraits.rows(holding, 1).query)


@pytest.mark.django_db
def test_an_archive_is_made_by_a_job_fetched_by_its_owner_alone_and_expires(library, ada, dag, client):
    result = make_exams.released(make_exams.exam(), ada)
    make_certificates.certified(ada)
    sign_in(client, ada).post("/my-data/archive/")
    client.post("/my-data/archive/")
    worker.run_due()
    row = Archive.objects.get()
    assert (row.state, row.size > 1000) == ("ready", True)
    assert "archive" in mail.outbox[-1].subject
    address = f"/my-data/archive/{row.uuid}.zip"
    content = b"".join(client.get(address))
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        names = set(made.namelist())
        data = json.loads(made.read("data.json"))
        pdf = made.read("summary.pdf")
        table = made.read("tables/exams.result.csv").decode("utf-8-sig")
    assert pdf.startswith(b"%PDF-") and str(result.uuid) in table
    assert {
        "data.json",
        "summary.pdf",
        "tables/accounts.person.csv",
        "tables/certificates.credential.csv",
    } <= names
    account = data["parts"]["Account"]["accounts.person"][0]
    assert account["email"] == "ada@example.org" and "password" not in account
    client.logout()
    assert sign_in(client, dag).get(address).status_code == 404
    assert client.get("/my-data/").content.count(b"Fetch the archive") == 0
    with clock.shifted(days=8):
        retention.let_go()
    assert (Archive.objects.get().state, Archive.objects.get().file) == ("gone", "")


@pytest.mark.django_db
def test_a_result_that_is_not_released_is_in_no_archive(ada):
    make_exams.marked(make_exams.exam(), ada)
    names = {table.name for _, tables in portraits.tables(ada.pk) for table in tables}
    assert "exams.sitting" in names and "exams.result" not in names
    assert portraits.hindrances(ada.pk) == ["The result of an exam has not been released yet. Wait for it."]


@pytest.mark.django_db
def test_an_erasure_shows_first_what_stays_and_then_leaves_no_name_but_on_certificates(library, ada, client):
    make_certificates.certified(ada)
    sign_in(client, ada)
    shown = client.get("/my-data/erase/").content.decode()
    assert "Stays." in shown and "Is deleted." in shown and "verify it" in shown
    wrong = {"email": "dag@example.org", "known": "on"}
    assert client.post("/my-data/erase/", wrong).status_code == 400
    assert Erasure.objects.count() == 0
    assert (
        b"Your account is closed"
        in client.post("/my-data/erase/", {"email": "ADA@example.org", "known": "on"}).content
    )
    assert client.get("/desk/").status_code == 302
    worker.run_due()
    gone = Person.objects.get(pk=ada.pk)
    assert (gone.display_name, gone.is_active, gone.has_usable_password()) == ("(erased)", False, False)
    assert gone.email.endswith("@erased.invalid")
    assert Erasure.objects.get().state == "done"
    assert {line["what"] for line in Erasure.objects.get().report if line["kept"]} >= {
        "Certificates",
        "Your name as printed",
    }
    assert EditionName.objects.get().holder_name == "Ada Kamau"
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (["ada@example.org"], "Your data has been erased")
    assert not Notice.objects.filter(person_id=ada.pk).exists()
    assert not Note.objects.filter(enrolment__person=ada).exists()
    erasures.erase(person_id=ada.pk)  # twice is once
    assert Entry.objects.filter(verb="privacy.erasure.done").count() == 1


@pytest.mark.django_db
def test_whoever_has_a_task_gives_it_back_first(cleo, client):
    shown = sign_in(client, cleo).get("/my-data/erase/").content.decode()
    assert "You are manager at Northmoor Systems" in shown
    with pytest.raises(erasures.Hindered):
        erasures.ask(person_id=cleo.pk)
    assert Person.objects.get(pk=cleo.pk).is_active


@pytest.mark.django_db
def test_erasing_asks_for_the_password_anew(ada, signed_in):
    assert signed_in(ada).get("/my-data/erase/").url.startswith("/accounts/reauthenticate/")


@pytest.mark.django_db
def test_a_consent_is_a_record_of_its_words_given_and_withdrawn(ada, signed_in):
    facts = {"person_id": ada.pk, "purpose": "p", "regarding": "r", "at": clock.now()}
    consents.give(words="Cleo sees it.", **facts)
    consents.give(words="Cleo sees it.", **facts)
    assert b"Cleo sees it." in signed_in(ada).get("/my-data/").content
    consents.withdraw(**facts)
    consents.give(words="Cleo sees less.", **facts)
    rows = Consent.objects.order_by("pk").values_list("words", "withdrawn_at")
    assert [(words, bool(at)) for words, at in rows] == [("Cleo sees it.", True), ("Cleo sees less.", False)]


def test_every_period_has_its_part_and_stands_in_the_documents():
    assert {part.key for part in gather.RETENTION} == set(django_settings.RETENTION)
    said = (django_settings.BASE_DIR / "docs" / "privacy.md").read_text()
    assert [
        key for key, days in django_settings.RETENTION.items() if f"| `{key}` | {days} |" not in said
    ] == []


@pytest.mark.django_db
def test_statements_of_my_data_are_as_many_for_one_row_as_for_three_hundred(ada, signed_in):
    client = signed_in(ada)

    def counted():
        with statements() as said:
            assert client.get("/my-data/").status_code == 200
        return len(said)

    def row(number):
        return Consent(
            person=ada, purpose=f"p{number}", regarding="r", words="w", digest="d", given_at=clock.now()
        )

    row(0).save()
    archives.ask(person_id=ada.pk)
    few = counted()
    Consent.objects.bulk_create(row(number) for number in range(1, 300))
    assert counted() == few
