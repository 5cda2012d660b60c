import pytest
from django.db import IntegrityError, transaction

from exams.actions import entries, marking
from exams.models import Agreement, Entry, Exam, Sitting
from exams.queries.exams import UnknownExam
from exams.rules.eligibility import Hindrance
from lms.audit.models import Entry as TrailEntry
from lms.billing.actions import entitlements, products
from lms.billing.models import Redemption
from lms.db import clock
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
    exam = make.exam()
    make.released(exam, ada, right=0)
    assert hindrances(exam, ada) == (Hindrance.MUST_WAIT,)
    with clock.shifted(days=14):
        assert hindrances(exam, ada) == (Hindrance.MUST_WAIT,)
    with clock.shifted(days=15):
        enter(exam, ada)


def test_an_entry_uses_one_entitlement_and_without_one_nothing_is_made(ada) -> None:
    products.offer(key="small-product", kind="exam", title="Small", amount_minor=100, currency="EUR")
    exam = make.exam(product_key="small-product")
    with pytest.raises(entitlements.NoEntitlement):
        enter(exam, ada)
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
    exam = make.exam(forms=2)
    make.released(exam, ada, right=0)
    with clock.shifted(days=16):
        make.released(exam, ada, right=0)
    with clock.shifted(days=16 + 80):
        assert hindrances(exam, ada) == (Hindrance.MUST_WAIT,)
    with clock.shifted(days=16 + 93):
        enter(exam, ada)
