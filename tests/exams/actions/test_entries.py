import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from exams.actions import endings, entries, marking, sittings
from exams.models import Agreement, Entry, Exam, Form, Sitting, SittingChange
from exams.queries.exams import UnknownExam
from exams.queries.sittings import UnknownEntry
from exams.queries.windows import UnknownWindow
from exams.rules.eligibility import Hindrance
from exams.rules.windows import TimeFault
from lms.audit.models import Entry as TrailEntry
from lms.billing.actions import entitlements, products, rights
from lms.billing.models import Entitlement, Redemption
from lms.db import clock
from lms.jobs import worker
from lms.kit import zones
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def enter(exam, person, agreement=None) -> Entry:
    agreement = agreement or Agreement.objects.latest("number")
    return entries.enter(exam_key=exam.key, person_id=person.pk, agreement_id=agreement.pk)


def hindrances(exam, person) -> tuple[Hindrance, ...]:
    with pytest.raises(entries.NotEligible) as caught:
        enter(exam, person)
    return caught.value.eligibility.hindrances


def test_entering_records_the_agreement_and_makes_a_sitting_ready(ada) -> None:
    entry = enter(make.exam(), ada)
    assert (entry.agreement.number, entry.agreed_at, entry.factor) == (1, entry.entered_at, 1)
    assert entry.sitting.state == "ready"
    assert TrailEntry.objects.filter(verb="exams.entry.made", actor_id=ada.pk).count() == 1


def test_an_older_agreement_is_not_enough(ada) -> None:
    exam = make.exam()
    old = Agreement.objects.get()
    Agreement.objects.create(
        key=old.key, number=2, title="New", text="New.", digest="b" * 64, created_at=clock.now()
    )
    with pytest.raises(entries.AgreementChanged):
        enter(exam, ada, old)
    assert enter(exam, ada).agreement.number == 2


def test_an_exam_that_is_not_offered_is_unknown(ada) -> None:
    exam = make.exam(offered=False)
    with pytest.raises(UnknownExam):
        enter(exam, ada)


def test_without_a_form_nobody_enters(ada) -> None:
    assert hindrances(make.exam(forms=0), ada) == (Hindrance.NO_FORM,)


def test_one_open_sitting_at_a_time(ada, ben) -> None:
    exam = make.exam()
    entry = enter(exam, ada)
    assert hindrances(exam, ada) == (Hindrance.OPEN_SITTING,)
    enter(exam, ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        other = Entry.objects.create(
            candidate=ada, exam=exam, agreement=entry.agreement, agreed_at=clock.now(), entered_at=clock.now()
        )
        Sitting.objects.create(entry=other, candidate=ada, exam=exam)


def test_while_a_result_waits_nobody_enters_again(ada) -> None:
    exam = make.exam()
    sitting = make.handed_in(exam, ada)
    assert hindrances(exam, ada) == (Hindrance.RESULT_PENDING,)
    marking.mark(sitting_id=sitting.pk)
    assert hindrances(exam, ada) == (Hindrance.RESULT_PENDING,)


def test_who_passed_need_not_again(ada) -> None:
    exam = make.exam()
    make.released(exam, ada)
    assert hindrances(exam, ada) == (Hindrance.ALREADY_PASSED,)


def test_who_failed_waits_and_then_enters(ada) -> None:
    exam = make.exam(forms=2)
    make.released(exam, ada, right=0)
    assert hindrances(exam, ada) == (Hindrance.MUST_WAIT,)
    with clock.shifted(days=14):
        assert hindrances(exam, ada) == (Hindrance.MUST_WAIT,)
    with clock.shifted(days=15):
        enter(exam, ada)


def test_an_entry_uses_one_entitlement_and_without_one_nothing_is_made(ada) -> None:
    products.offer(key="small-product", kind="exam", title="Small", amount_minor=100, currency="EUR")
    exam = make.exam(product_key="small-product")
    assert hindrances(exam, ada) == (Hindrance.NO_ENTITLEMENT,)
    assert Entry.objects.count() == 0
    entitlements.grant(product_key="small-product", person_id=ada.pk, source_key="t")
    entry = enter(exam, ada)
    assert Redemption.objects.get().use_key == entry.use_key == f"exams.entry:{entry.uuid}"


def test_a_factor_never_shortens(ada) -> None:
    entry = enter(make.exam(), ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(factor_numerator=1, factor_denominator=2)


def test_a_cut_is_a_share_of_the_points(ada) -> None:
    exam = make.exam()
    with pytest.raises(IntegrityError), transaction.atomic():
        Exam.objects.filter(pk=exam.pk).update(cut_numerator=101)


def test_the_second_failure_waits_longer(ada) -> None:
    exam = make.exam(forms=3)
    make.released(exam, ada, right=0)
    with clock.shifted(days=16):
        make.released(exam, ada, right=0)
    with clock.shifted(days=16 + 80):
        assert hindrances(exam, ada) == (Hindrance.MUST_WAIT,)
    with clock.shifted(days=16 + 93):
        enter(exam, ada)


def test_an_exam_never_gives_a_form_already_seen(ada) -> None:
    exam = make.exam(forms=1)
    first = make.released(exam, ada, right=0).sitting.form_id
    with clock.shifted(days=15):
        assert hindrances(exam, ada) == (Hindrance.NO_UNSEEN_FORM,)
        Form.objects.filter(pk=first).update(state="retired")
        assert hindrances(exam, ada) == (Hindrance.NO_FORM,)
        make.another_form(exam)
        again = make.running(exam, ada)
    assert again.form_id != first


def test_a_form_that_was_met_in_the_meantime_is_not_given_at_the_start(ada) -> None:
    exam = make.exam(forms=2)
    first = make.released(exam, ada, right=0).sitting.form_id
    with clock.shifted(days=15):
        entry = enter(exam, ada)
        Form.objects.exclude(pk=first).update(state="retired")
        with pytest.raises(sittings.NoForm):
            sittings.start(entry_uuid=entry.uuid, person_id=ada.pk)
    assert Sitting.objects.get(entry=entry).state == "ready"


def test_a_paused_sitting_is_an_open_one(ada) -> None:
    exam = make.exam()
    sitting = make.running(exam, ada)
    Sitting.objects.filter(pk=sitting.pk).update(state="paused", paused_at=clock.now())
    assert hindrances(exam, ada) == (Hindrance.OPEN_SITTING,)


class TestFreeRetake:
    @pytest.fixture
    def exam(self) -> Exam:
        products.offer(key="small-product", kind="exam", title="Small", amount_minor=100, currency="EUR")
        return make.exam(forms=4, product_key="small-product", free_retake_months=12)

    def fail(self, exam, person) -> None:
        make.released(exam, person, right=0)

    def buy(self, person, source: str) -> None:
        entitlements.grant(product_key="small-product", person_id=person.pk, source_key=source)

    def test_the_entry_after_the_first_failure_needs_no_new_entitlement_once(self, exam, ada) -> None:
        self.buy(ada, "first")
        self.fail(exam, ada)
        with clock.shifted(days=15):
            self.fail(exam, ada)
        with clock.shifted(days=15 + 93):
            assert hindrances(exam, ada) == (Hindrance.NO_ENTITLEMENT,)
        assert [row.source_key for row in Entitlement.objects.order_by("id")] == [
            "first",
            f"exams.free-retake:small:{ada.pk}",
        ]

    def test_what_was_paid_for_stays_for_later(self, exam, ada) -> None:
        self.buy(ada, "first")
        self.buy(ada, "second")
        self.fail(exam, ada)
        with clock.shifted(days=15):
            entry = enter(exam, ada)
        used = Redemption.objects.get(use_key=entry.use_key).entitlement.source_key
        assert used == f"exams.free-retake:small:{ada.pk}"

    def test_after_its_months_it_is_gone(self, exam, ada) -> None:
        self.buy(ada, "first")
        self.fail(exam, ada)
        with clock.shifted(days=367):
            assert hindrances(exam, ada) == (Hindrance.NO_ENTITLEMENT,)

    def test_cancelled_before_it_began_it_may_be_used_again_and_no_second_is_granted(self, exam, ada) -> None:
        self.buy(ada, "first")
        self.fail(exam, ada)
        with clock.shifted(days=15):
            for _ in range(2):
                entry = enter(exam, ada)
                entries.cancel(entry_uuid=entry.uuid, person_id=ada.pk)
            enter(exam, ada)
        assert Entitlement.objects.count() == 2

    def test_without_the_rule_there_is_none(self, exam, ada) -> None:
        Exam.objects.update(free_retake_months=0)
        self.buy(ada, "first")
        self.fail(exam, ada)
        with clock.shifted(days=15):
            assert hindrances(exam, ada) == (Hindrance.NO_ENTITLEMENT,)


class TestInWindows:
    @pytest.fixture
    def exam(self) -> Exam:
        return make.exam(forms=2, windowed=True)

    def test_without_a_window_or_a_place_nobody_enters(self, exam, ada, ben) -> None:
        assert hindrances(exam, ada) == (Hindrance.NO_WINDOW,)
        window = make.window(exam, places=1)
        make.entered(exam, ben, within=window)
        assert hindrances(exam, ada) == (Hindrance.WINDOWS_FULL,)
        make.window(exam, opens=48, closes=50)
        with pytest.raises(entries.NotThen) as caught:
            make.entered(exam, ada, within=window)
        assert caught.value.fault == TimeFault.FULL

    def test_the_time_is_kept_and_the_candidate_told_in_their_own_zone(self, exam, ada) -> None:
        type(ada).objects.filter(pk=ada.pk).update(time_zone="Europe/Berlin")
        window = make.window(exam)
        entry = make.entered(exam, ada, within=window, hours=1).entry
        assert (entry.window, entry.starts_at) == (window, window.opens_at + timedelta(hours=1))
        notice = Notice.objects.get(kind="exam-time-chosen", person_id=ada.pk)
        assert notice.context["time"] == zones.words(entry.starts_at, "Europe/Berlin")

    @pytest.mark.parametrize(
        ("hours", "fault"), [(-1, TimeFault.BEFORE), (8, TimeFault.AFTER), (-25, TimeFault.PAST)]
    )
    def test_a_time_outside_the_window_makes_no_entry(self, exam, ada, hours, fault) -> None:
        window = make.window(exam)
        with pytest.raises(entries.NotThen) as caught:
            make.entered(exam, ada, within=window, hours=hours)
        assert (caught.value.fault, Entry.objects.count()) == (fault, 0)

    def test_a_window_of_another_exam_is_none(self, exam, ada) -> None:
        make.window(exam)
        other = make.window(make.exam("other", windowed=True))
        with pytest.raises(UnknownWindow):
            make.entered(exam, ada, within=other)
        with pytest.raises(UnknownWindow):
            make.entered(exam, ada)

    def test_nobody_starts_before_the_chosen_time_nor_after_the_window(self, exam, ada) -> None:
        sitting = make.entered(exam, ada, within=make.window(exam), hours=1)
        start = {"entry_uuid": sitting.entry.uuid, "person_id": ada.pk}
        with clock.shifted(hours=24), pytest.raises(sittings.TooEarly):
            sittings.start(**start)
        with clock.shifted(hours=33), pytest.raises(IllegalMove):
            sittings.start(**start)
        with clock.shifted(hours=26):
            assert sittings.start(**start).state == "running"

    def test_another_time_is_told_and_leaves_its_row(self, exam, ada) -> None:
        first, second = make.window(exam, opens=48, closes=56), make.window(exam, opens=72, closes=80)
        entry = make.entered(exam, ada, within=first).entry
        change = {"entry_uuid": entry.uuid, "person_id": ada.pk, "window_uuid": second.uuid}
        entries.reschedule(**change, starts_at=second.opens_at)
        entries.reschedule(**change, starts_at=second.opens_at)  # the same again changes nothing
        entry.refresh_from_db()
        assert (entry.window, entry.starts_at) == (second, second.opens_at)
        row = SittingChange.objects.get(event="reschedule")
        assert (row.from_state, row.to_state, row.by) == ("ready", "ready", ada)
        assert Notice.objects.filter(kind="exam-time-changed").count() == 1
        assert TrailEntry.objects.get(verb="exams.sitting.rescheduled").facts == {
            "from": first.opens_at.isoformat(),
            "starts_at": second.opens_at.isoformat(),
        }

    def test_the_last_place_is_one_s_own_when_only_the_time_changes(self, exam, ada) -> None:
        window = make.window(exam, opens=48, closes=56, places=1)
        entry = make.entered(exam, ada, within=window).entry
        later = window.opens_at + timedelta(hours=2)
        moved = entries.reschedule(
            entry_uuid=entry.uuid, person_id=ada.pk, window_uuid=window.uuid, starts_at=later
        )
        assert moved.starts_at == later

    def test_a_full_window_takes_no_other_and_the_old_time_stands(self, exam, ada, ben) -> None:
        mine, full = make.window(exam, opens=48, closes=56), make.window(exam, opens=72, closes=80, places=1)
        entry = make.entered(exam, ada, within=mine).entry
        make.entered(exam, ben, within=full)
        with pytest.raises(entries.NotThen):
            entries.reschedule(
                entry_uuid=entry.uuid, person_id=ada.pk, window_uuid=full.uuid, starts_at=full.opens_at
            )
        assert Entry.objects.get(pk=entry.pk).window == mine

    def test_so_many_hours_before_it_is_too_late_to_change_or_cancel(self, exam, ada) -> None:
        Exam.objects.update(reschedule_hours=24, cancel_hours=48)
        window = make.window(exam, opens=49, closes=60)
        entry = make.entered(exam, ada, within=window).entry
        change = {"entry_uuid": entry.uuid, "person_id": ada.pk, "window_uuid": window.uuid}
        later = window.opens_at + timedelta(hours=1)
        with clock.shifted(hours=2):
            with pytest.raises(entries.TooLate) as caught:
                entries.cancel(entry_uuid=entry.uuid, person_id=ada.pk)
            assert caught.value.until == window.opens_at - timedelta(hours=48)
        with clock.shifted(hours=26), pytest.raises(entries.TooLate):
            entries.reschedule(**change, starts_at=later)
        with clock.shifted(hours=24):
            entries.reschedule(**change, starts_at=later)

    def test_cancelling_frees_the_place(self, exam, ada, ben) -> None:
        window = make.window(exam, opens=80, closes=90, places=1)
        entry = make.entered(exam, ada, within=window).entry
        entries.cancel(entry_uuid=entry.uuid, person_id=ada.pk)
        make.entered(exam, ben, within=window)
        assert Entry.objects.filter(window=window).count() == 2

    def test_what_was_missed_can_be_neither_changed_nor_cancelled(self, exam, ada) -> None:
        window = make.window(exam)
        entry = make.entered(exam, ada, within=window).entry
        with clock.shifted(hours=40):
            assert endings.note_missed() == 1
            with pytest.raises(entries.HasBegun):
                entries.cancel(entry_uuid=entry.uuid, person_id=ada.pk)
            with pytest.raises(entries.HasBegun):
                entries.reschedule(
                    entry_uuid=entry.uuid,
                    person_id=ada.pk,
                    window_uuid=window.uuid,
                    starts_at=window.opens_at,
                )

    def test_an_exam_sat_at_any_time_has_no_time_to_change(self, ada) -> None:
        exam = make.exam("other")
        entry = make.entered(exam, ada).entry
        window = make.window(make.exam("third", windowed=True))
        with pytest.raises(entries.NoTimeToChange):
            entries.reschedule(
                entry_uuid=entry.uuid, person_id=ada.pk, window_uuid=window.uuid, starts_at=window.opens_at
            )


def test_cancelling_before_the_start_gives_the_use_back_and_tells(ada) -> None:
    products.offer(key="small-product", kind="exam", title="Small", amount_minor=100, currency="EUR")
    exam = make.exam(product_key="small-product")
    entitlements.grant(product_key="small-product", person_id=ada.pk, source_key="t")
    entry = enter(exam, ada)
    for _ in range(2):
        entries.cancel(entry_uuid=entry.uuid, person_id=ada.pk)
    assert Sitting.objects.get(entry=entry).state == "cancelled"
    assert SittingChange.objects.filter(event="cancel", by=ada).count() == 1
    assert TrailEntry.objects.filter(verb="exams.sitting.cancelled", actor_id=ada.pk).count() == 1
    assert Notice.objects.get(kind="exam-entry-cancelled").context["given_back"] is True
    assert Redemption.objects.get().given_back_at is not None
    enter(exam, ada)  # with the same entitlement


def test_what_has_begun_is_cancelled_no_more_and_a_stranger_cancels_nothing(ada, dag) -> None:
    sitting = make.running(make.exam(), ada)
    with pytest.raises(entries.HasBegun):
        entries.cancel(entry_uuid=sitting.entry.uuid, person_id=ada.pk)
    with pytest.raises(UnknownEntry):
        entries.cancel(entry_uuid=sitting.entry.uuid, person_id=dag.pk)
    sitting.refresh_from_db()
    assert sitting.state == "running"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_one_gets_it(ada, ben) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so that two can't meet in a transaction")
    exam = make.exam(windowed=True)
    window = make.window(exam, places=1)
    gate, faults = threading.Barrier(2), []

    def run(person) -> None:
        try:
            gate.wait()
            make.entered(exam, person, within=window)
        except (entries.NotThen, entries.NotEligible) as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[person]) for person in (ada, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(faults), Entry.objects.count()) == (1, 1)


def test_an_entry_that_was_refunded_is_cancelled_before_its_start_and_never_after(ada, ben) -> None:
    products.offer(key="exam-x", kind="exam", title="X", amount_minor=100, currency="EUR")
    exam = make.exam(product_key="exam-x")
    states = []
    for person, begins in ((ada, False), (ben, True)):
        right = entitlements.grant(product_key="exam-x", person_id=person.pk, source_key=f"order:{person.pk}")
        entry = enter(exam, person)
        if begins:
            sittings.start(entry_uuid=entry.uuid, person_id=person.pk)
        with transaction.atomic():
            rights.revoke(Entitlement.objects.get(pk=right), at=clock.now(), actor_id=None)
        if not begins:
            with pytest.raises(IllegalMove):
                sittings.start(entry_uuid=entry.uuid, person_id=person.pk)
        worker.run_due()
        states.append(Sitting.objects.get(entry=entry).state)
    assert states == ["cancelled", "running"]
    letter = Notice.objects.get(kind="exam-entry-cancelled")
    assert (letter.person_id, letter.context["ended"]) == (ada.pk, True)
