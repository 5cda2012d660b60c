"""What an erasure takes, what it leaves, and that what is left goes on answering."""

import json
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.actions import amendments, decisions, documents, erasure, register, ties, watching
from certificates.models import (
    Credential,
    Decision,
    Document,
    Doubt,
    EditionName,
    Evidence,
    LogEntry,
    Reference,
    StoredFile,
    Tie,
    Waiver,
    Watch,
)
from certificates.queries import proofs, verification
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from lms.notifications.models import Notice
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
WAIVED = {"missing": "references-short", "reason": "equivalent", "note": "Ada is known to us."}


@pytest.fixture
def lead(schemes, ada):
    credential = make.granted(ada)
    Job.objects.all().delete()  # its letter and its document are tested elsewhere
    return credential


def ended(credential, person):
    for _ in range(2):
        register.surrender(number=credential.number, holder_id=person.pk)


def test_erasure_takes_what_was_written_of_practice_the_referees_and_our_copies_of_letters(
    schemes, ada, kai, mara, cleo, northmoor
):
    make.practice(ada)
    make.referred(ada, by=1)
    application = make.applied(ada)
    decisions.waive(**WAIVED, application_uuid=application.uuid, officer_id=mara.pk)
    decisions.decide(application_id=application.pk, officer_id=kai.pk, note="Ada did well.")
    lead = Credential.objects.get()
    watching.ask(organisation_id=northmoor.id, number=lead.number, manager_id=cleo.pk, purpose="Work")
    watching.answer(watch_uuid=Watch.objects.get().uuid, holder_id=ada.pk, event="consent")
    with clock.shifted(days=40):
        watching.send_statements()
        worker.run_due()
    tied = {"officer_id": mara.pk, "person_id": ada.pk, "began_on": clock.today(), "ended_on": None}
    Doubt.objects.create(
        credential=lead, evidence=Evidence.objects.first(), raised_at=clock.now(), state="kept",
        decided_at=clock.now(), decided_by=mara, looked_back_to=clock.today() - timedelta(days=730),
        reason="other-pass", note="Ada told us.",
    )  # fmt: skip
    ties.declare(**tied, note="Ada is a cousin of mine.")
    referees = ["referee0@example.com"]
    told = Notice.objects.filter(kind__startswith="certificates.")
    assert set(referees) < set(told.values_list("to", flat=True))
    assert {"certificates.watch", "certificates.watch_statement"} < set(told.values_list("kind", flat=True))
    before, told_to = told.count(), {"officer_id": kai.pk, "reason": "holder-asked"}
    ended(lead, ada)
    erasure.erase(number=lead.number, **told_to, use_key="k")
    worker.run_due()
    assert (LogEntry.objects.count(), Reference.objects.count()) == (0, 0)
    left = json.dumps(list(told.values("to", "context", "subject", "text", "html")))
    assert not [word for word in ("Ada", *referees, "ada@") if word in left]
    assert told.count() >= before  # the rows stay, so that nothing is told again
    assert told.filter(person_id=ada.pk).count() == 0
    assert not application.changes.exclude(note="").exists()
    assert (Decision.objects.get().note, Waiver.objects.get().note) == ("", "Erased.")
    assert (Tie.objects.get().note, Doubt.objects.get().note, Watch.objects.get().purpose) == (
        "",
        "",
        "Erased.",
    )
    # What was counted stays on record, and counts for nothing any more.
    assert Evidence.objects.filter(kind="hours").count() == 1
    proven = proofs.of(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    assert {row.kind for row in proven} == {"exam", "code_of_ethics"}
    found = verification.answer(verification.Asked(lead.number, "Ada Kamau", ""), at=clock.now())
    assert (found.view.erased, found.view.standing) == (True, "withdrawn")


def test_what_another_certificate_rests_on_is_erased_with_the_last_of_them(schemes, ada, kai):
    make.practice(ada)
    make.referred(ada)
    first = make.certified(ada)
    decisions.decide(application_id=make.applied_again(ada).pk, officer_id=kai.pk)
    for credential, left in ((first, (2, 2)), (Credential.objects.exclude(pk=first.pk).get(), (0, 0))):
        ended(credential, ada)
        erasure.erase(number=credential.number, officer_id=kai.pk, reason="holder-asked", use_key="k")
        assert (LogEntry.objects.count(), Reference.objects.count()) == left


def test_erasure_leaves_a_tombstone_that_verifies_as_erased(lead, ada, kai):
    documents.make_document(edition_id=lead.editions.get().pk)
    make.hours(lead, hours=3)
    make.name_asked(lead)
    files = [
        *Document.objects.values_list("file", flat=True),
        *StoredFile.objects.values_list("file", flat=True),
    ]
    orphan = default_storage.save(
        f"certificates/{lead.editions.get().uuid}/orphan.pdf", ContentFile(b"left by a worker that died")
    )
    digest, told = lead.editions.get().digest, {"number": lead.number, "officer_id": kai.pk}
    with pytest.raises(erasure.StillStands):
        erasure.erase(**told, reason="holder-asked", use_key="k")
    for _ in range(2):
        register.surrender(number=lead.number, holder_id=ada.pk)
    with pytest.raises(amendments.NothingStands):
        make.name_asked(lead, "Ada K.")
    for _ in range(2):
        erasure.erase(**told, reason="holder-asked", use_key="k")
    worker.run_due()
    assert len(files) == 3
    assert not any(default_storage.exists(name) for name in files)
    assert not default_storage.exists(orphan)
    with clock.shifted(days=2):
        default_storage.save(orphan, ContentFile(b"stored by a worker that was at it just then"))
        worker.run_due()
    assert not default_storage.exists(orphan)
    assert not EditionName.objects.exists()
    assert not StoredFile.objects.exists()
    edition = lead.editions.get()
    assert edition.digest == digest
    assert not {"holder", "salt"} & set(edition.claims)
    key = lead.share_key
    found = verification.answer(verification.Asked(lead.number, "Ada Kamau", key), at=clock.now())
    assert (found.view.erased, found.view.standing, found.everything) == (True, "withdrawn", False)
    documents.make_missing()
    assert not Document.objects.exists()
    assert [kind for kind in lead.events.values_list("kind", flat=True) if kind != "document_issued"] == [
        "granted",
        "withdrawn",
        "personal_data_erased",
    ]
