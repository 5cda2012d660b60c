"""Support is shown a person's pages: with a reason, for half an hour, and without what only that person may do."""

import pytest
from django.db import IntegrityError, transaction

from courses.models import LessonRecord
from lms.audit import trail
from lms.audit.actions import sealing
from lms.audit.models import Entry, Origin
from lms.audit.queries import Wanted, findings, search
from lms.billing.models import Redemption
from lms.db import clock
from lms.jobs import worker
from lms.notifications import queries as notices
from lms.organisations.models import Impersonation
from lms.organisations.rules import impersonation as rules
from lms.privacy.actions import retention
from tests.factories import courses as make


@pytest.mark.parametrize(
    ("method", "path", "view", "may"),
    [
        ("GET", "/desk/", "web:desk", True),
        ("GET", "/accounts/2fa/", "mfa_index", False),
        ("GET", "/sittings/x/", "exams:paper", False),
        ("GET", "/exams/small/sit/", "exams:sit", False),
        ("GET", "/admin/", "wagtailadmin_home", False),
        ("GET", "/my-data/", "privacy:data", False),
        ("GET", "/learn/small/l1/package/", "courses:package", False),
        ("POST", "/legal/accept/", "privacy:accept", False),
        ("POST", "/courses/x/enrol/", "courses:enrol", False),
        ("POST", "/basket/pay/", "billing:pay", False),
        ("POST", "/anything/new/", "anything:new", False),
        ("POST", "/entries/x/time/", "exams:reschedule", True),
        ("POST", "/organisations/support/end/", rules.END, True),
        ("POST", "/organisations/support/", "organisations:support", False),
    ],
)
def test_nearly_everything_is_read_and_nearly_nothing_done(method, path, view, may):
    assert rules.permitted(method, path, view) is may


@pytest.fixture
def shown(pia, ada, signed_in):
    client = signed_in(pia)
    said = {"email": ada.email, "reason": "Ticket 17: no certificate on her desk"}
    assert client.post("/organisations/support/", said).url == "/desk/"
    return client


@pytest.mark.django_db
def test_support_sees_the_persons_pages_under_a_banner_and_the_person_is_told(shown, ada, pia):
    for address in ("/desk/", "/about/", "/notices/", "/certificates/"):
        page = shown.get(address).content.decode()
        assert "You are shown the pages of Ada Kamau." in page and "Ticket 17" in page, address
    worker.run_due()
    told = notices.inbox(ada.pk).get()
    assert told.kind == "organisations.impersonated" and "Ticket 17" in told.text and "Pia Quist" in told.text
    assert shown.post("/organisations/support/end/").url == "/organisations/support/"
    page = shown.get("/organisations/support/").content.decode()
    assert "You are shown" not in page and "Ticket 17" in page
    verbs = [entry.verb for entry in Entry.objects.filter(subject__startswith="organisations.impersonation:")]
    assert verbs == ["organisations.impersonation.begun", "organisations.impersonation.ended"]


@pytest.mark.django_db
def test_what_support_reads_the_person_has_not_read(shown, ada):
    """Else a look at a lesson would begin the use of a place, which can't be given back from then on."""
    make.enrolled(ada, make.small())
    worker.run_due()
    for address in (
        "/learn/small/l1/",
        "/learn/small/l1/worksheet/1/",
        f"/notices/{notices.inbox(ada.pk)[0].pk}/",
    ):
        shown.get(address)
    assert Redemption.objects.get().begun_at is None
    assert not LessonRecord.objects.exists()
    assert not notices.inbox(ada.pk).filter(read_at__isnull=False).exists()


@pytest.mark.django_db
def test_what_only_the_person_may_do_is_refused(shown, ada):
    for address in (
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/my-data/",
        "/admin/",
        "/accounts/profile/",
    ):
        refused = shown.get(address)
        assert refused.status_code == 403 and b"Only the person themselves" in refused.content, address
    assert shown.post("/accounts/logout/").status_code == 403
    assert shown.post("/courses/lead-implementer/enrol/").status_code == 403


@pytest.mark.django_db
def test_what_is_done_meanwhile_names_both(shown, ada, pia, olga, signed_in):
    everything = dict.fromkeys(("learning", "dates", "reminders", "work"), "page")
    assert shown.post("/notices/preferences/", everything).status_code == 302
    entry = Entry.objects.get(verb="notifications.preferences.changed")
    assert (entry.actor_id, entry.behind_id) == (ada.pk, pia.pk)
    page = signed_in(olga).get("/organisations/trail/?actor=pia@example.org").content.decode()
    assert "shown to Pia Quist, who did it" in page and "127.0.0.1" in page
    table = b"".join(signed_in(olga).get("/organisations/trail.csv")).decode()
    assert f",{ada.pk},{pia.pk},127.0.0.1," in table


@pytest.mark.django_db
def test_it_ends_by_itself(shown, pia):
    with clock.shifted(minutes=31):
        assert shown.get("/desk/").url == "/organisations/support/"
        page = shown.get("/organisations/support/")
    assert page.status_code == 200 and b"You are shown" not in page.content
    assert Impersonation.objects.get().ended_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["olga", "eve", "cleo", "pia", "nobody"])
def test_never_of_whoever_may_more_nor_of_oneself(name, pia, olga, eve, cleo, signed_in):
    client = signed_in(pia)
    answer = client.post("/organisations/support/", {"email": f"{name}@example.org", "reason": "curious"})
    assert answer.status_code == 400 and b"Nothing was begun" in answer.content
    assert Impersonation.objects.count() == 0


@pytest.mark.django_db
def test_the_owner_holds_no_office_of_support(olga, ada, signed_in):
    assert signed_in(olga).get("/organisations/support/").status_code == 403


@pytest.mark.django_db
def test_without_a_reason_there_is_none(pia, ada, signed_in):
    assert (
        signed_in(pia).post("/organisations/support/", {"email": ada.email, "reason": " "}).status_code == 400
    )
    at = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Impersonation.objects.create(
            support=pia, person=pia, reason="x", begun_at=at, until_at=at + (clock.now() - at) * 2
        )


@pytest.mark.django_db
def test_an_address_is_erased_by_age_and_the_seals_still_hold(ada):
    with trail.asked_from("192.0.2.7"), transaction.atomic():
        trail.record("tests.act.done", subject="tests.act:1", at=clock.now(), actor_id=ada.pk)
        trail.record("tests.act.done", subject="tests.act:2", at=clock.now(), actor_id=ada.pk)
    assert [entry.address for entry in search(Wanted(verb="tests."))] == ["192.0.2.7"] * 2
    assert Origin.objects.count() == 1
    with clock.shifted(minutes=5):
        sealing.seal()
    with clock.shifted(days=91):
        assert retention.let_go()["audit.origins"] == 1
    assert [entry.address for entry in search(Wanted(verb="tests."))] == [None, None]
    assert [finding for finding in findings({}) if finding.kind != "unsealed"] == []
