"""The pages of maintenance: the holder's and the officer's."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certificates.actions import fees, upkeep
from certificates.models import CpdEntry, FeeDemand, NameRequest, SampleCase
from certificates.queries import credentials
from lms.accounts import queries as people
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from lms.notifications.models import Notice
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(schemes, ada):
    credential = make.granted(ada)
    Job.objects.all().delete()
    return credential


def at(name, *args):
    return reverse(f"certificates:{name}", args=args)


def said(answer):
    return answer.content.decode()


def pdf(name="audit.pdf", content=make.PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def hours(page, **changed):
    form = page.context["forms"]["hours"]
    told = {
        "use_key": str(form.initial["use_key"]),
        "title": "Led an audit",
        "category": "projects",
        "hours": "90",
        "occurred_on": clock.today().isoformat(),
        "evidence": pdf(),
    }
    return told | changed


def test_a_holder_records_hours_with_a_file_and_renews(lead, ada, signed_in):
    client = signed_in(ada)
    with clock.shifted(days=3 * 365 - 30):
        page = client.get(at("maintenance", lead.number))
        assert "Hours of professional development are missing." in said(page)
        told = hours(page)
        for evidence in (told["evidence"], pdf()):
            client.post(at("record_hours", lead.number), told | {"evidence": evidence})
        entry = CpdEntry.objects.get()
        file = client.get(at("hours_file", entry.uuid))
        assert (file.content, file["Content-Disposition"]) == (make.PDF, 'attachment; filename="audit.pdf"')
        assert "Your hours are met." in said(client.get(at("maintenance", lead.number)))
        form = {"route": "cpd", "renews": "1"}
        answer = client.post(at("renew", lead.number), form, follow=True)
        assert "Renewed from" in said(answer)
        assert "The next edition is made" in said(answer)
    assert lead.editions.count() == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"evidence": pdf("x.pdf", b"<script>alert(1)</script>")}, "neither a PDF nor"),
        ({"evidence": pdf("x.pdf", b"")}, "empty"),
        ({"category": "sleeping"}, "Select a valid choice"),
        ({"occurred_on": "2020-01-01"}, "before the certificate began"),
        ({"hours": "0"}, "0.25"),
    ],
)
def test_hours_that_cannot_be_taken_are_refused_with_a_reason(lead, ada, signed_in, changed, words):
    client = signed_in(ada)
    told = hours(client.get(at("maintenance", lead.number)), **changed)
    answer = client.post(at("record_hours", lead.number), told)
    assert (answer.status_code, CpdEntry.objects.count()) == (400, 0)
    assert words in said(answer)


def test_what_is_to_be_done_stands_on_the_desk_and_in_the_calendar(lead, ada, signed_in):
    client = signed_in(ada)
    with clock.shifted(days=3 * 365 - 30):
        upkeep.maintain()
        desk = said(client.get("/desk/"))
        assert "Renew your certificate" in desk
        assert "Pay the annual fee" in desk
        assert "Show your hours" in desk
    calendar = said(client.get(at("calendar", lead.number)))
    expires = lead.editions.get().expires_on
    assert f"DTSTART;VALUE=DATE:{expires:%Y%m%d}" in calendar
    assert "TRIGGER:-P90D" in calendar


def test_an_officer_records_a_payment_and_looks_at_a_sample(lead, ada, kai, signed_in):
    officer, holder = signed_in(kai), signed_in(ada)
    with clock.shifted(days=400):
        upkeep.maintain()
        fee, case = FeeDemand.objects.get(), SampleCase.objects.get()
        assert fee.invoice in said(holder.get(at("fee", fee.uuid)))
        assert fee.invoice in said(officer.get(at("upkeep")))
        officer.post(at("settle_fee", fee.uuid), {"reference": "bank 17"})
        fee.refresh_from_db()
        assert (fee.state, fee.reference) == ("paid", "bank 17")
        entry = make.hours(lead, hours=3)
        holder.post(at("send_sample", case.uuid))
        assert officer.get(at("sample_file", case.uuid, entry.uuid)).content == make.PDF
        officer.post(at("judge_hours", case.uuid, entry.uuid), {"refusal": "not-shown"})
        answer = officer.post(at("decide_sample", case.uuid), {"outcome": "accept"}, follow=True)
        assert "Maintenance is confirmed." in said(answer)
        assert "Not accepted" in said(holder.get(at("maintenance", lead.number)))


def test_a_name_is_corrected_by_an_officer_on_evidence(lead, ada, kai, signed_in):
    form = {"name": "Ada Wanjiru", "reason": "name-changed", "evidence": pdf("passport.pdf")}
    signed_in(ada).post(at("ask_for_name", lead.number), form)
    request, officer = NameRequest.objects.get(), signed_in(kai)
    assert "Ada Wanjiru" in said(officer.get(at("upkeep")))
    assert officer.get(at("name_file", request.uuid)).content == make.PDF
    officer.post(at("decide_name", request.uuid), {"outcome": "grant"})
    public = said(signed_in(kai).get(at("standing", lead.number)))
    assert "Other editions of this number" in public
    assert "Superseded" in public


def test_given_up_then_erased_the_number_goes_on_answering(lead, ada, kai, signed_in):
    officer = signed_in(kai)
    use_key = str(officer.get(at("amend", lead.number)).context["erase"].initial["use_key"])
    erase = {"act": "erase", "use_key": use_key, "reason": "holder-asked", "sure": "on"}
    answer = officer.post(at("amend", lead.number), erase, follow=True)
    assert "Nothing was erased" in said(answer)
    signed_in(ada).post(at("surrender", lead.number), {"sure": "on"})
    officer.post(at("amend", lead.number), erase)
    public = said(signed_in(kai).get(at("standing", lead.number)))
    assert "The personal data was erased" in public
    assert "Ada Kamau" not in public
    for page in (signed_in(ada).get(at("maintenance", lead.number)), officer.get(at("entry", lead.number))):
        assert page.status_code == 200


def test_discipline_is_proposed_by_one_and_confirmed_by_another(lead, kai, eve, signed_in):
    form = {"use_key": "0d4b1f8e-0000-4000-8000-000000000001", "reason": "disciplinary", "sure": "on"}
    answer = signed_in(kai).post(at("act", lead.number, "withdraw"), form, follow=True)
    assert "when a second officer confirms it" in said(answer)
    answer = signed_in(kai).post(at("amend", lead.number), {"act": "confirm"}, follow=True)
    assert "another officer has to confirm it" in said(answer)
    assert credentials.entry(number=lead.number, at=clock.now()).standing == "valid"


def test_every_letter_of_maintenance_reads_whole(lead, ada, kai):
    """Letters are filled when they are sent: each is sent here, and none has a gap."""
    ada.time_zone = "Pacific/Auckland"
    ada.save()
    with clock.shifted(days=366):
        upkeep.maintain()
    with clock.shifted(days=400):
        upkeep.maintain()
    with clock.shifted(days=440):
        upkeep.maintain()
    with clock.shifted(days=440 + 160):
        upkeep.maintain()
        fees.settle(uuid=str(FeeDemand.objects.get().uuid), officer_id=kai.pk, reference="x")
        worker.run_due()
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds == {f"certificates.{kind}" for kind in ("fee", "sample", "standing", "warning")}
    for letter in mail.outbox:
        assert lead.number in letter.subject
        assert "  " not in letter.body.replace("\n", "")
        assert "None" not in letter.body


def test_another_name_to_be_seen_by_is_none_on_the_next_certificate(lead, ada, client) -> None:
    before = people.card(ada.pk).printed_name
    client.force_login(ada)
    seen = {
        "display_name": "Somebody Else",
        "time_zone": "UTC",
        "language": "en-gb",
        "certificate_name": "Else",
    }
    assert client.post(reverse("accounts:profile"), seen).status_code == 302
    card = people.card(ada.pk)
    assert (card.display_name, card.printed_name) == ("Somebody Else", before)
