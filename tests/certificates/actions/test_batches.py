"""Documents of many certificates together."""

import io
import uuid
import zipfile

import pytest

from certificates.actions import batches, register
from certificates.models import Document, DocumentBatch
from lms.db import clock
from lms.jobs import worker
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


def ask(kai, **changed):
    told = {"use_key": uuid.uuid4(), "scheme_key": make.IMPLEMENTER, "officer_id": kai.pk}
    return batches.ask(**told | {"since": clock.today(), "until": clock.today()} | changed)


def test_the_documents_of_a_day_come_in_one_archive_made_once(schemes, ada, dag, ben, kai, signed_in):
    held = [make.certified(person) for person in (ada, dag, ben)]
    register.withdraw(number=held[2].number, officer_id=kai.pk, reason="error", public_note="", use_key="1")
    batch = ask(kai)
    client, page = signed_in(kai), f"/register/documents/{batch.uuid}/"
    assert "0 of 2 documents made" in client.get(page).content.decode()
    assert client.get(f"{page}documents.zip").status_code == 302
    worker.run_due()
    assert "2 of 2 documents made" in client.get(page).content.decode()
    packed = b"".join(client.get(f"{page}documents.zip").streaming_content)
    files = zipfile.ZipFile(io.BytesIO(packed))
    assert sorted(files.namelist()) == sorted(f"{one.number}-1.pdf" for one in held[:2])
    assert files.read(f"{held[0].number}-1.pdf").startswith(b"%PDF-")
    made = Document.objects.count()
    for part in (0, 0):
        batches.make_part(batch_id=batch.pk, part=part)
    assert Document.objects.count() == made


def test_one_form_is_one_batch_and_what_cannot_be_asked_is_said(schemes, ada, kai, signed_in):
    client = signed_in(kai)
    sent = {"use_key": uuid.uuid4(), "scheme": make.IMPLEMENTER, "since": "2026-01-01", "until": "2026-01-02"}
    assert "No certificate in force" in client.post("/register/documents/", sent).content.decode()
    assert (
        "before the first"
        in client.post("/register/documents/", sent | {"until": "2025-01-01"}).content.decode()
    )
    credential = make.certified(ada)
    use_key = uuid.uuid4()
    assert ask(kai, use_key=use_key) == ask(kai, use_key=use_key)
    assert DocumentBatch.objects.count() == 1
    make.crowd(credential, people=1000)
    with pytest.raises(batches.TooMany) as many:
        ask(kai)
    assert many.value.count == 1001
