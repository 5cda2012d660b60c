"""Many at once: whatever arrives twice makes one thing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from certificates.actions import applications, decisions, documents, evidence, register
from certificates.models import Credential, CredentialEvent, Document
from lms.kit.machine import IllegalMove
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6


def at_once(work):
    """Runs `work(number)` in so many threads, each with its own connection, all at the same moment."""
    gate = Barrier(WORKERS)

    def one(number):
        gate.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, range(WORKERS)))


def test_six_clicks_on_apply_make_one_credential(schemes, ada):
    make.exam_result(ada)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)

    def click(_):
        try:
            applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="provisional")
        except applications.AlreadyHeld as held:
            return held.number
        return "granted"

    said = at_once(click)
    assert said.count("granted") == 1
    assert set(said) == {"granted", Credential.objects.get().number}


def test_six_workers_make_one_document(schemes, ada):
    edition = make.certified(ada).editions.get()
    at_once(lambda _: documents.make_document(edition_id=edition.pk))
    assert Document.objects.count() == 1
    assert CredentialEvent.objects.filter(kind="document_issued").count() == 1


def test_six_officers_suspend_it_once(schemes, ada, kai):
    number = make.certified(ada).number

    def click(which):
        try:
            register.suspend(
                number=number,
                officer_id=kai.pk,
                reason="complaint-open",
                public_note="",
                use_key=f"form {which}",
            )
        except IllegalMove:
            return "refused"
        return "suspended"

    assert sorted(at_once(click)) == ["refused"] * (WORKERS - 1) + ["suspended"]
    assert CredentialEvent.objects.filter(kind="suspended").count() == 1


def test_six_officers_grant_it_once(schemes, ada, kai, mara):
    make.practice(ada)
    make.referred(ada)
    application = make.applied(ada)

    def click(which):
        officer = (kai, mara)[which % 2]
        return decisions.decide(application_id=application.pk, officer_id=officer.pk).pk

    assert len(set(at_once(click))) == 1
    assert Credential.objects.count() == 1
