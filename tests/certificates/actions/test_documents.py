import hashlib

import pytest
from django.db import transaction

from certificates.actions import documents, sharing
from certificates.models import CredentialEvent, Document, Edition
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(schemes, ada):
    return make.certified(ada).editions.get()


def made_and_lost(edition):
    """The document of a worker that died: its file is stored, its rows are not."""
    with pytest.raises(RuntimeError), transaction.atomic():
        documents.make_document(edition_id=edition.pk)
        document = Document.objects.get()
        raise RuntimeError("killed")
    return document


def test_called_twice_it_makes_one_document(edition):
    documents.make_document(edition_id=edition.pk)
    documents.make_document(edition_id=edition.pk)
    document = Document.objects.get()
    with document.file.open("rb") as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == document.digest
    assert CredentialEvent.objects.filter(kind="document_issued").count() == 1


def test_a_file_left_by_a_worker_that_died_is_found_and_kept(edition):
    name = made_and_lost(edition).file.name
    documents.make_document(edition_id=edition.pk)
    assert Document.objects.get().file.name == name


def test_a_renewed_link_makes_a_new_document_and_keeps_the_old(edition, ada):
    worker.run_due()
    sharing.renew_key(number=edition.credential.number, holder_id=ada.pk)
    worker.run_due()
    old, new = Document.objects.order_by("pk")
    assert old.digest != new.digest
    assert edition.documents.first() == new


def test_the_sweep_makes_what_no_job_made(edition):
    Job.objects.all().delete()
    documents.make_missing()
    assert not Document.objects.exists()
    with clock.shifted(minutes=2):
        documents.make_missing()
    assert Document.objects.count() == 1


def test_what_was_pinned_is_printed_whatever_the_library_says_now(edition):
    before = made_and_lost(edition).digest
    again = Edition.objects.get(pk=edition.pk)
    with clock.shifted(days=400):
        documents.make_document(edition_id=again.pk)
    assert Document.objects.get().digest == before
