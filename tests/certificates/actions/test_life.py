"""The life of a certificate: maintained, renewed, corrected, given up, erased. The clock jumps over six years."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from certificates.actions import (
    amendments,
    applications,
    cpd,
    discipline,
    fees,
    register,
    reminders,
    renewals,
    samples,
    ties,
    upkeep,
)
from certificates.models import CpdEntry, Credential, CredentialEvent, FeeDemand, SampleCase
from certificates.queries import credentials, verification
from certificates.rules.filetypes import NoEvidence
from certificates.rules.renewal import Lacking, Route
from certificates.states import FeeState, SampleState
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from lms.kit import digests
from tests.factories import billing as make_billing
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(schemes, ada):
    credential = make.granted(ada)
    Job.objects.all().delete()  # its letter and its document are tested elsewhere
    return credential


def sweep():
    upkeep.maintain()
    reminders.remind()
    worker.run_due()


def seen(credential, *, at=None):
    return credentials.entry(number=credential.number, at=at or clock.now())


def events(credential):
    rows = CredentialEvent.objects.filter(credential=credential).exclude(kind="document_issued")
    return [(event.kind, event.reason) for event in rows]


def subjects():
    said = [message.subject.replace("certificate ", "", 1) for message in mail.outbox]
    mail.outbox.clear()
    return said


def renew(credential, *, route=Route.CPD, renews=1):
    return renewals.renew(
        number=credential.number, holder_id=credential.holder_id, route=route, renews=renews
    )


def pay(credential, officer):
    for fee in credential.fees.filter(state=FeeState.OPEN):
        fees.settle(uuid=str(fee.uuid), officer_id=officer.pk, reference="bank 17")


def test_a_whole_life_of_six_years(lead, kai):
    """Granted, paid late, suspended, reinstated, sampled, renewed by hours, kept up and reminded through a second
    cycle, renewed by nobody, expired. The sweep stands still for weeks and runs twice a day."""
    granted_on, number = lead.granted_at.date(), lead.number
    first_two_years(lead, kai)
    mail.outbox.clear()
    first = lead.editions.get(number=1)
    assert reminded(first, (95, 90, 89, 60, 25), lead, kai) == [
        "90 days left",
        "60 days left",
        "25 days left",
    ]
    with clock.shifted(days=until(first, 20)):
        second = renew(lead)
        assert renew(lead).pk == second.pk
        with pytest.raises(renewals.NotRenewable) as refused:
            renew(lead, renews=2)
        assert refused.value.lacking == (Lacking.NOT_OPEN,)
        assert [other.label for other in seen(lead).others] == ["To come"]
    assert reminded(first, (7, 0), lead, kai) == []  # it is renewed
    assert second.begins_on == first.expires_on + timedelta(days=1)
    for days in (3 * 365 + 10, 4 * 365 + 10, 5 * 365 + 10):  # each with the fee of a year, paid in time
        with clock.shifted(days=days):
            sweep()
            sweep()
            assert lead.fees.filter(state=FeeState.OPEN).count() == 1
            kept_up(lead, kai)
            assert (seen(lead).standing, seen(lead).edition.number) == ("valid", 2)
    mail.outbox.clear()
    assert reminded(second, (91, 90, 70, 60, 30, 30, 7, 0, -1, -60), lead, kai) == [
        "90 days left",
        "60 days left",
        "30 days left",
        "7 days left",
        "Last valid day",
    ]
    with clock.shifted(days=until(second, -1)):
        assert (seen(lead).standing, seen(lead).in_grace, seen(lead).number) == ("expired", True, number)
    with clock.shifted(days=until(second, -91)):
        sweep()
        assert (seen(lead).standing, seen(lead).in_grace, seen(lead).lapsed) == ("expired", False, True)
    reads_back(lead, granted_on, first, second)
    said = events(lead)
    assert [one for one in said if one[0] != "maintenance_confirmed"] == [
        ("granted", ""),
        ("suspended", "fee-unpaid"),
        ("reinstated", "fee-paid"),
        ("renewed", ""),
    ]
    # By each year's sample, and by the renewal.
    assert said.count(("maintenance_confirmed", "")) == SampleCase.objects.count() + 1
    assert set(FeeDemand.objects.values_list("state", flat=True)) == {FeeState.PAID}
    assert FeeDemand.objects.count() == 5
    assert Credential.objects.count() == 1


def first_two_years(lead, kai):
    """The first fee is paid when it has suspended already, the second in time; ninety hours are written down."""
    for days in (366, 366 + 30):
        with clock.shifted(days=days):
            sweep()
            sweep()
    with clock.shifted(days=366 + 60):  # the third letter and the suspension, the sweep stood still between
        sweep()
        sweep()
        assert seen(lead).standing == "suspended"
        kept_up(lead, kai)
        assert seen(lead).standing == "valid"
        make.hours(lead, hours=90)
    with clock.shifted(days=2 * 365 + 10):
        sweep()
        kept_up(lead, kai)


def reads_back(lead, granted_on, first, second):
    """How it stood on the days gone by is told afterwards as it was."""
    moments = {
        "valid": granted_on + timedelta(days=365),
        "expired": second.expires_on + timedelta(days=1),
    }
    for word, day in moments.items():
        assert seen(lead, at=verification.moment(day, now=clock.now())).standing == word
    paused = CredentialEvent.objects.get(kind="suspended").effective_at
    assert seen(lead, at=paused).standing == "suspended"
    for day, edition in ((first.expires_on, 1), (second.begins_on, 2), (second.expires_on, 2)):
        view = seen(lead, at=verification.moment(day, now=clock.now()))
        assert (view.standing, view.edition.number, view.number) == ("valid", edition, lead.number)


def until(edition, days):
    """How far the clock is to be set ahead for so many days before the last one of an edition."""
    return (edition.expires_on - clock.today()).days - days


def kept_up(credential, officer):
    """Pays what is asked for, shows what a sample asks for, and has it accepted."""
    pay(credential, officer)
    for case in SampleCase.objects.filter(credential=credential, state__in=SampleState.open_states()):
        samples.send(uuid=str(case.uuid), holder_id=credential.holder_id)
        samples.accept(uuid=str(case.uuid), officer_id=officer.pk)


def reminded(edition, days, credential, officer):
    """What reminders go out while the sweep runs twice on each of these days before the last one."""
    said = []
    for left in days:
        with clock.shifted(days=until(edition, left)):
            sweep()
            sweep()
            kept_up(credential, officer)
        said += [one.split(":")[0] for one in subjects() if ": your " in one]
    return said


def test_a_sweep_that_misses_weeks_sends_each_letter_once(lead):
    said = []
    for days in (365, 366, 366, 373, 400, 401, 426, 440, 440):
        with clock.shifted(days=days):
            upkeep.maintain()
            worker.run_due()
        said.append(
            [subject.split(":")[0].split(" AIMS")[0] for subject in subjects() if "Evidence" not in subject]
        )
    letters = [letter for day in said for letter in day]
    assert letters == ["Annual fee", "Annual fee unpaid", "Your"]
    assert FeeDemand.objects.count() == 1
    assert seen(lead).standing == "valid"
    with clock.shifted(days=440):
        assert seen(lead).standing == "suspended"
    with clock.shifted(days=440 + 179):
        sweep()
    with clock.shifted(days=440 + 190):
        sweep()
        assert seen(lead).standing == "suspended"  # warned eleven days ago: not yet
    with clock.shifted(days=440 + 195):
        sweep()
        sweep()
        assert seen(lead).standing == "withdrawn"
        assert FeeDemand.objects.filter(state=FeeState.OPEN).count() == 0
    assert [kind for kind, _ in events(lead)] == ["granted", "suspended", "withdrawn"]


def test_a_level_without_fee_and_hours_costs_its_holder_nothing(schemes, ada):
    provisional = make.certified(ada)
    with clock.shifted(days=800):
        upkeep.maintain()
    assert (FeeDemand.objects.count(), SampleCase.objects.count()) == (0, 0)
    with clock.shifted(days=3 * 365 - 30):
        edition = renew(provisional)
    assert edition.claims["holder"] == provisional.editions.get(number=1).claims["holder"]


def test_what_the_holder_owns_of_the_product_pays_by_itself(lead, ada):
    from lms.billing.actions import entitlements  # noqa: PLC0415  (here alone)

    with clock.shifted(days=366):
        fees.demand(credential_id=lead.pk)
        fee = FeeDemand.objects.get()
        with pytest.raises(fees.NotPaidHere):
            fees.pay(uuid=str(fee.uuid), holder_id=ada.pk)
        entitlements.grant(product_key=fee.product_key, person_id=ada.pk, source_key="an order")
        fees.pursue(uuid=str(fee.uuid))
        fee.refresh_from_db()
        assert fee.state == FeeState.PAID


def test_an_order_of_the_fee_pays_it_and_ends_the_suspension(lead, ada):
    make_billing.issuer()
    with clock.shifted(days=440):
        sweep()
    with clock.shifted(days=460):
        sweep()
        assert seen(lead).standing == "suspended"
        make_billing.paid(ada, (FeeDemand.objects.get().product_key, 1))
        worker.run_due()
        assert FeeDemand.objects.get().state == FeeState.PAID
        assert seen(lead).standing == "valid"


def test_renewal_by_the_exam_needs_a_new_one(lead, ada):
    with clock.shifted(days=3 * 365 - 40):
        with pytest.raises(renewals.NotRenewable) as refused:
            renew(lead, route=Route.EXAM)
        assert refused.value.lacking == (Lacking.EXAM,)
        make.exam_result(ada, source="again")
        assert renew(lead, route=Route.EXAM).kind == "renewal"


def test_one_that_lapsed_is_granted_anew_under_its_number_after_a_new_exam(schemes, ada):
    provisional = make.certified(ada)
    told = {"person_id": ada.pk, "scheme_key": make.IMPLEMENTER, "level_key": "provisional"}
    with clock.shifted(days=3 * 365 + 40), pytest.raises(applications.AlreadyHeld):
        applications.apply(**told)
    with clock.shifted(days=3 * 365 + 120):
        with pytest.raises(applications.RequirementsMissing):
            applications.apply(**told)
        make.exam_result(ada, source="again")
        applications.apply(**told)
        with pytest.raises(applications.AlreadyHeld):
            applications.apply(**told)
        assert [other.label for other in seen(provisional).others] == ["Expired"]
    with clock.shifted(days=3 * 365 + 119):
        assert seen(provisional).standing == "expired"
    assert [kind for kind, _ in events(provisional)] == ["granted", "granted"]
    assert Credential.objects.count() == 1


def test_a_higher_level_covers_the_lower(schemes, ada):
    lower, higher = make.granted(ada, level_key="implementer"), make.granted(ada, level_key="lead")
    with clock.shifted(days=3 * 365 - 40):
        upkeep.maintain()
        assert set(FeeDemand.objects.values_list("credential", flat=True)) == {higher.pk}
        with pytest.raises(renewals.NotRenewable) as refused:
            renew(lower)
        assert refused.value.lacking == (Lacking.COVERED,)


def test_hours_are_taken_once_and_only_with_files_that_are_what_they_say(lead, ada, dag):
    first = make.hours(lead, hours=3, key="form")
    assert make.hours(lead, hours=3, key="form") == first
    told = {"uuid": str(make.hours(lead, hours=1, key="b", shown=False).uuid), "holder_id": ada.pk}
    with pytest.raises(NoEvidence):
        cpd.attach(**told, evidence=BytesIO(b"<script>"), file_name="passport.pdf")
    cpd.attach(**told, evidence=BytesIO(b"\x89PNG\r\n\x1a\n"), file_name="../../x.exe")
    kept = CpdEntry.objects.get(uuid=told["uuid"]).evidence
    assert (kept.name, kept.media_type) == ("x.png", "image/png")
    with pytest.raises(CpdEntry.DoesNotExist):
        cpd.remove(uuid=told["uuid"], holder_id=dag.pk)
    with pytest.raises(cpd.OutsideCycle):
        cpd.record(
            number=lead.number, holder_id=ada.pk, use_key="c", category="projects", title="x", minutes=60,
            occurred_on=clock.today() + timedelta(days=1),
        )  # fmt: skip


def test_a_course_of_our_own_is_recorded_in_every_certificate_once(lead, ada):
    told = {"person_id": ada.pk, "source": "courses.enrolment:1", "title": "Lead Auditor", "minutes": 2400}
    for _ in range(2):
        cpd.record_course(**told, occurred_on=clock.today())
    cpd.record_course(**told | {"source": "before"}, occurred_on=date(2020, 1, 1))
    entry = CpdEntry.objects.get()
    assert (entry.category, entry.minutes, entry.automatic) == ("training", 2400, True)


def test_a_sample_is_drawn_once_a_year_and_a_refused_one_suspends(lead, ada, kai, eve):
    with clock.shifted(days=400):
        samples.draw()
        samples.draw()
        case = SampleCase.objects.get()
        entry = make.hours(lead, hours=20, shown=False)
        with pytest.raises(samples.NotShown):
            samples.send(uuid=str(case.uuid), holder_id=ada.pk)
        tied = {"officer_id": eve.pk, "person_id": ada.pk, "began_on": clock.today(), "ended_on": None}
        ties.declare(**tied, note="")
        told = {"uuid": str(case.uuid), "officer_id": eve.pk}
        with pytest.raises(register.Conflicted):
            samples.judge(**told, entry_uuid=str(entry.uuid), refusal="no-evidence")
        for judged in (samples.accept, samples.refuse):
            with pytest.raises(register.Conflicted):
                judged(**told)
        samples.judge(
            uuid=str(case.uuid), entry_uuid=str(entry.uuid), officer_id=kai.pk, refusal="no-evidence"
        )
        for _ in range(2):
            samples.refuse(uuid=str(case.uuid), officer_id=kai.pk)
        assert seen(lead).standing == "suspended"
        entry.refresh_from_db()
        assert not entry.counts


def test_a_corrected_name_supersedes_the_edition_and_the_one_made_ahead(lead, kai):
    with clock.shifted(days=3 * 365 - 40):
        make.hours(lead, hours=90)
        renew(lead)
        request = make.name_asked(lead)
        with pytest.raises(amendments.AlreadyAsked):
            make.name_asked(lead, "Ada K.")
        for _ in range(2):
            amendments.grant_name(uuid=str(request.uuid), officer_id=kai.pk)
        now = seen(lead)
        assert (now.edition.number, now.edition.holder_name) == (3, "Ada Wanjiru Kamau")
        assert [(other.edition.number, other.label) for other in now.others] == [
            (1, "Superseded"),
            (2, "To come"),
            (4, "To come"),
        ]
        assert digests.digest(now.edition.claims) == now.edition.digest
        with pytest.raises(amendments.NothingChanges):
            make.name_asked(lead)
    assert seen(lead).edition.number == 1  # before it was corrected the first one answered
    kinds = [kind for kind, _ in events(lead)]
    assert (kinds.count("name_corrected"), kinds.count("superseded")) == (2, 2)


def test_a_reduced_scope_is_reissued_once(lead, kai):
    for _ in range(2):
        amendments.reduce_scope(
            number=lead.number, officer_id=kai.pk, scope="Planning an AIMS", reason="holder-asked",
            public_note="", use_key="k",
        )  # fmt: skip
    assert seen(lead).edition.facts["scope"] == "Planning an AIMS"
    assert lead.editions.count() == 2


def test_discipline_takes_two_officers(lead, kai, eve):
    told = {"number": lead.number, "public_note": "", "reason": "disciplinary", "use_key": "k"}
    with pytest.raises(register.SecondPersonNeeded):
        register.withdraw(**told, officer_id=kai.pk)
    for _ in range(2):
        discipline.propose(number=lead.number, officer_id=kai.pk, public_note="")
    with pytest.raises(register.SecondPersonNeeded):
        discipline.confirm(number=lead.number, officer_id=kai.pk)
    assert seen(lead).standing == "valid"
    discipline.confirm(number=lead.number, officer_id=eve.pk)
    event = CredentialEvent.objects.get(kind="withdrawn")
    assert (event.actor_id, event.second_actor_id) == (kai.pk, eve.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialEvent.objects.create(
            credential=lead, kind="withdrawn", key="x", reason="disciplinary", actor=kai,
            effective_at=clock.now(), recorded_at=clock.now(),
        )  # fmt: skip
