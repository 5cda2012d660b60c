"""The pages from evidence to decision and appeal, as their people walk them."""

import re
from datetime import timedelta
from html import unescape

import pytest
import yaml
from django.conf import settings
from django.test import Client

from certificates.actions import applications
from certificates.models import Appeal, Application, Credential, Doubt, LogEntry, Reference, SchemeVersion
from lms.accounts.models import Person
from lms.db import clock
from lms.notifications.models import Notice
from tests.counting import statements
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
SCHEME = f"/schemes/{make.IMPLEMENTER}"


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:500]
    return unescape(answer.content.decode())


def key_in(page):
    return re.search(r'name="use_key" value="([^"]+)"', page)[1]


def test_an_applicant_writes_down_asks_and_applies_and_officers_decide(
    schemes, ada, eve, kai, mara, signed_in
):
    client = signed_in(ada)
    make.exam_result(ada, examiner=eve)
    client.post(f"{SCHEME}/apply/", {"version": "1", "agree": "on"})
    post = {
        "use_key": key_in(text(client.get(f"{SCHEME}/evidence/experience/"))),
        "organisation": "Northmoor",
        "role": "AI lead",
        "begins_on": (clock.today() - timedelta(days=365 * 6)).isoformat(),
        "in_field": "on",
        "text": "Ran the <b>AIMS</b>.",
    }
    for _ in range(2):
        assert client.post(f"{SCHEME}/evidence/experience/", post).url == f"{SCHEME}/evidence/"
    assert LogEntry.objects.count() == 1
    assert "Ran the &lt;b&gt;AIMS" in client.get(f"{SCHEME}/evidence/").content.decode()
    assert "still to come" in text(
        client.post(f"{SCHEME}/evidence/experience/", post | {"begins_on": "2999-01-01"}), 400
    )
    asked = {"name": "Rae Lind", "email": "ada@example.org", "relation": "client"}
    assert "an address of your own" in text(client.post(f"{SCHEME}/references/", asked), 400)
    assert client.post(f"{SCHEME}/references/", asked | {"email": "rae@example.com"}).status_code == 302

    link = (
        Notice.objects.get(kind="certificates.reference-asked")
        .context["url"]
        .removeprefix(settings.PUBLIC_URL)
    )
    referee = Client()
    assert "Reference for Ada Kamau" in text(referee.get(link))
    given = {
        "event": "give",
        "relation": "client",
        "position": "CISO",
        "known_since": "2020",
        "recommends": "yes",
    }
    assert "Please look at 1 of the answers below" in text(referee.post(link, given), 400)
    assert "Thank you" in text(referee.post(link, given | {"statement": "Careful."}))
    assert "Thank you" in text(referee.post(link, given | {"event": "decline"}))
    assert Reference.objects.get().state == "given"
    assert referee.get("/references/forged/").status_code == 404

    page = client.post(f"{SCHEME}/apply/", {"level": "lead"}).url
    application = Application.objects.get()
    assert page == f"/applications/{application.uuid}/"
    assert "until its fee is paid" in text(client.get(page))
    make.pay_fee(application)
    assert "before the awarding officers" in text(client.get(page))
    there = f"/decisions/{application.uuid}/"
    assert "Ada Kamau" in text(signed_in(kai).get("/decisions/"))
    said = text(signed_in(kai).get(there))
    assert "Careful." in said
    assert "Grant Lead" not in said  # hours and a reference are missing
    signed_in(kai).post(there, {"event": "ask", "note": "Where are the hours?"})
    assert "Where are the hours?" in text(client.get(page))
    client.post(page, {"event": "answer", "note": "The records burnt."})
    assert "The records burnt." in text(signed_in(mara).get(there))
    for missing in ("hours-short", "references-short"):
        waived = {"event": "waive", "missing": missing, "reason": "records-lost", "note": "Confirmed by Rae."}
        signed_in(mara).post(there, waived)
    assert "Grant Lead" not in text(signed_in(mara).get(there))
    assert "Granted. The certificate stands" in text(
        signed_in(kai).post(there, {"event": "grant"}, follow=True)
    )
    assert Credential.objects.get().number in text(client.get(page))


def test_who_has_a_conflict_reads_why_and_sees_nothing_else(schemes, ada, eve, kai, signed_in):
    make.practice(ada)
    application = make.applied(ada, examiner=eve)
    there = f"/decisions/{application.uuid}/"
    declared = {"event": "declare", "began_on": "2026-01-01", "note": "My sister-in-law."}
    said = text(signed_in(kai).post(there, declared, follow=True))
    assert "You declared a conflict." in said
    assert "My sister-in-law." in said
    assert "Northmoor" not in said
    said = text(signed_in(kai).post(there, {"event": "ask", "note": "x"}, follow=True))
    assert "Nothing was changed. You declared a conflict." in said
    assert "Not yours: You declared a conflict." in text(signed_in(kai).get("/decisions/"))


def test_the_queue_costs_the_same_for_one_and_for_thirty(schemes, ada, kai, signed_in):
    first = make.applied(ada)
    client = signed_in(kai)
    client.get("/decisions/")
    with statements() as few:
        client.get("/decisions/")
    people = Person.objects.bulk_create(
        Person(email=f"p{n}@example.com", display_name=f"P {n}") for n in range(29)
    )
    Application.objects.bulk_create(
        Application(person=who, level=first.level, version=first.version, submitted_at=first.submitted_at)
        for who in people
    )
    with statements() as many:
        text(client.get("/decisions/"))
    assert len(many) == len(few)


def test_a_certificate_in_doubt_is_decided_with_the_consequence_shown(schemes, ada, eve, kai, signed_in):
    credential = make.certified(ada, examiner=eve)
    make.annulled(ada, examiner=eve)
    there = f"/decisions/doubts/{Doubt.objects.get().uuid}/"
    assert there in text(signed_in(kai).get("/decisions/"))
    assert "no longer proven" in text(signed_in(kai).get(there))
    assert text(signed_in(kai).post(there, {"event": "suspend"}), 400)
    signed_in(kai).post(there, {"event": "suspend", "reason": "to-be-shown"})
    credential.refresh_from_db()
    assert credential.state == "suspended"


def test_an_appeal_from_refusal_to_finding(schemes, ada, eve, kai, lena, mara, signed_in):
    application = make.applied(ada, examiner=eve)
    signed_in(kai).post(
        f"/decisions/{application.uuid}/",
        {"event": "refuse", "refusal": "evidence-unconvincing", "note": "Thin."},
    )
    assert "Thin." in text(signed_in(ada).get(f"/applications/{application.uuid}/"))
    lodged = {"kind": "appeal", "text": "It is not thin."}
    there = signed_in(ada).post(f"/applications/{application.uuid}/appeal/", lodged).url
    appeal = Appeal.objects.get()
    assert signed_in(ada).post(f"/applications/{application.uuid}/appeal/", lodged).url == there
    heard = f"/decisions/appeals/{appeal.uuid}/"
    said = text(signed_in(kai).get(heard))
    assert "You took part" in said
    assert "It is not thin." not in said
    for member in (lena, mara):
        signed_in(member).post(heard, {"finding": "uphold", "reason": "Thick enough."})
    assert "The decision has fallen" in text(signed_in(ada).get(there))
    again = Application.objects.get(after=appeal)
    assert "an appeal found wrong" in text(signed_in(kai).get(f"/decisions/{again.uuid}/"))


def test_a_changed_rule_shows_whom_it_touches_before_it_is_published(schemes, ada, lena, signed_in):
    make.certified(ada)
    client = signed_in(lena)
    offered = client.get(f"{SCHEME}/rules/").context["form"].initial["text"]
    assert "No rule differs" in text(client.post(f"{SCHEME}/rules/", {"text": offered}))
    file = offered.replace("grace_days: 90", "grace_days: 60")
    assert "Line 1:" in text(client.post(f"{SCHEME}/rules/", {"text": "x: 1"}), 400)
    said = text(client.post(f"{SCHEME}/rules/", {"text": file}))
    assert re.search(r"grace_days</th><td[^>]*>90</td><td[^>]*>60</td><td class=\"figure\">1</td>", said)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', said)[1]
    other = file.replace("grace_days: 60", "grace_days: 30")
    client.post(f"{SCHEME}/rules/", {"text": other, "seen": seen})
    assert SchemeVersion.objects.filter(scheme__key=make.IMPLEMENTER).count() == 1
    assert client.post(f"{SCHEME}/rules/", {"text": file, "seen": seen}).status_code == 302
    version = SchemeVersion.objects.get(scheme__key=make.IMPLEMENTER, number=2)
    assert (version.published_by, version.data) == (lena, {**version.data, "grace_days": 60})
    assert yaml.safe_load(file)["version"] == version.number


def test_what_passed_in_the_meantime_is_said(schemes, ada, eve, kai, signed_in):
    application = make.applied(ada, examiner=eve)
    page = f"/applications/{application.uuid}/"
    assert "moved on" in text(signed_in(ada).post(page, {"event": "accept"}, follow=True))
    assert "taken back" in text(signed_in(ada).post(page, {"event": "withdraw"}, follow=True))
    said = signed_in(kai).post(f"/decisions/{application.uuid}/", {"event": "ask", "note": "x"}, follow=True)
    assert "can't be done" in text(said)
    with pytest.raises(applications.decisions.UnknownApplication):
        applications.withdraw(application_uuid=application.uuid, person_id=kai.pk)
