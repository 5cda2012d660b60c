import hashlib
import io
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.actions import badges, documents, keys, reseal, sharing
from certificates.models import CredentialEvent, Document
from certificates.queries import badges as queries
from certificates.rules.badges import Profile
from certificates.states import KeyPurpose
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from lms.web import sealing, timestamping
from tests import authorities
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(schemes, ada):
    return make.certified(ada).editions.get()


def stored(document):
    with document.file.open("rb") as file:
        return file.read()


def made_and_lost(edition):
    """The document of a worker that died: its file is stored, its rows are not."""
    badges.make(edition_id=edition.pk)  # in a transaction of its own
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


def test_half_a_file_left_by_a_worker_that_died_is_not_taken_for_the_document(edition):
    lost = made_and_lost(edition)
    whole = stored(lost)
    default_storage.delete(lost.file.name)
    default_storage.save(lost.file.name, ContentFile(whole[: len(whole) // 2]))
    documents.make_document(edition_id=edition.pk)
    assert sealing.is_whole(stored(Document.objects.get()))


def test_what_was_pinned_is_printed_whatever_the_library_says_now(edition):
    lost = made_and_lost(edition)
    before = stored(lost)
    default_storage.delete(lost.file.name)
    with clock.shifted(days=400):
        documents.make_document(edition_id=edition.pk)
    # Beneath the seal, which bears its own time.
    assert stored(Document.objects.get()).partition(b"%%EOF")[0] == before.partition(b"%%EOF")[0]


def test_it_is_sealed_and_its_digest_counts_as_issued(edition):
    documents.make_document(edition_id=edition.pk)
    document = Document.objects.get()
    content = stored(document)
    (seal,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    key = keys.signer(purpose=KeyPurpose.PDF, at=clock.now())
    assert document.sealed_by == key.key_id
    assert seal.signer_cert.dump() == key.certificate_chain[0].public_bytes(Encoding.DER)
    attached = next(iter(PdfFileReader(io.BytesIO(content)).root["/AF"])).get_object()["/EF"]["/F"].data
    assert attached.decode() == queries.newest(edition, Profile.DEFAULT).body
    issued = edition.issued.get()
    assert (issued.kind, issued.digest, issued.size) == ("pdf", document.digest, len(content))


def test_a_time_stamp_is_renewed_before_it_ends_and_every_revision_counts_as_issued(
    edition, settings, tmp_path
):
    with authorities.time_stamping() as serving:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = serving.url, serving.roots_in(tmp_path)
        documents.make_document(edition_id=edition.pk)
        first = Document.objects.get()
        before, name = stored(first), first.file.name
        worker.run_sweep("certificates.keep_stamps", force=True)
        assert Document.objects.get().digest == first.digest
        with clock.shifted(days=(first.stamp_ends_at - clock.now()).days - 80):
            worker.run_sweep("certificates.keep_stamps", force=True)
    renewed = Document.objects.get()
    assert stored(renewed).startswith(before)
    assert set(edition.issued.values_list("digest", flat=True)) == {first.digest, renewed.digest}
    assert first.digest != renewed.digest
    assert default_storage.exists(name)  # until the transaction stands


def test_without_the_time_stamp_that_was_asked_for_there_is_no_document_yet(edition, settings, tmp_path):
    with authorities.time_stamping(mute=True) as serving:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = serving.url, serving.roots_in(tmp_path)
        with pytest.raises(timestamping.NoTimeStamp):
            documents.make_document(edition_id=edition.pk)
    assert not Document.objects.exists()
    assert not edition.issued.exists()


def test_what_a_lost_key_sealed_is_sealed_anew_once(edition):
    documents.make_document(edition_id=edition.pk)
    first = Document.objects.get()
    keys.compromise(
        key_id=first.sealed_by, since=first.made_at, at=clock.now(), reason="A laptop was stolen."
    )
    worker.run_due()
    renewed = Document.objects.get()
    assert (renewed.sealed_by, renewed.digest) != (first.sealed_by, first.digest)
    assert edition.issued.count() == 2
    reseal.renew_seals()
    assert Document.objects.get().digest == renewed.digest


def test_one_document_that_is_lost_keeps_no_other_from_its_time_stamp(edition, ben, settings, tmp_path):
    with authorities.time_stamping() as serving:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = serving.url, serving.roots_in(tmp_path)
        documents.make_document(edition_id=edition.pk)
        documents.make_document(edition_id=make.certified(ben).editions.get().pk)
        lost, kept = Document.objects.order_by("pk")
        default_storage.delete(lost.file.name)
        late = clock.shifted(days=(lost.stamp_ends_at - clock.now()).days - 80)
        with late, pytest.raises(ExceptionGroup, match="could not be renewed") as found:
            worker.run_sweep("certificates.keep_stamps", force=True)
    assert [type(fault) for fault in found.value.exceptions] == [FileNotFoundError]
    assert Document.objects.get(pk=kept.pk).digest != kept.digest


def in_the_way(edition):
    """No file can be stored for the edition: where its folder should be, there is a file."""
    folder = Path(default_storage.path(documents.folder(edition.uuid)))
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.touch()


@pytest.mark.once
def test_a_document_that_cannot_be_stored_keeps_no_other_from_being_made_or_sealed_anew(edition, ben):
    good = make.certified(ben).editions.get()
    Job.objects.all().delete()
    in_the_way(edition)
    with clock.shifted(minutes=2):
        with pytest.raises(ExceptionGroup, match="could not be made"):
            documents.make_missing()
        assert (edition.documents.exists(), good.documents.exists()) == (False, True)
        documents.make_missing()  # it rests
    Path(default_storage.path(documents.folder(edition.uuid))).unlink()
    with clock.shifted(minutes=4):
        documents.make_missing()
    bad, kept = edition.documents.get(), good.documents.get()
    keys.compromise(key_id=kept.sealed_by, since=kept.made_at, at=clock.now(), reason="A laptop was stolen.")
    in_the_way(edition)
    with pytest.raises(ExceptionGroup, match="sealed anew"):
        reseal.renew_seals()
    assert edition.documents.get().digest == bad.digest
    assert good.documents.get().digest != kept.digest


@pytest.mark.once
def test_what_was_sealed_before_there_was_a_time_stamp_authority_gets_its_time_stamps(
    edition, settings, tmp_path
):
    documents.make_document(edition_id=edition.pk)
    plain = Document.objects.get()
    reseal.renew_seals()
    assert Document.objects.get().digest == plain.digest
    with authorities.time_stamping() as serving:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = serving.url, serving.roots_in(tmp_path)
        reseal.renew_seals()
        stamped = Document.objects.get()
        reseal.renew_seals()
    assert (plain.stamp_ends_at, stamped.stamp_ends_at is None) == (None, False)
    assert Document.objects.get().digest == stamped.digest
    assert set(edition.issued.values_list("digest", flat=True)) == {plain.digest, stamped.digest}


def test_what_was_sealed_under_a_lost_authority_is_sealed_anew(edition):
    documents.make_document(edition_id=edition.pk)
    first = Document.objects.get()
    authority = keys.signer(purpose=KeyPurpose.CA, at=clock.now())
    keys.compromise(key_id=authority.key_id, since=first.made_at, at=clock.now(), reason="A safe was opened.")
    worker.run_due()
    renewed = Document.objects.get()
    assert (renewed.sealed_by, renewed.digest) != (first.sealed_by, first.digest)
    assert renewed.sealed_by == keys.signer(purpose=KeyPurpose.PDF, at=clock.now()).key_id
