from uuid import uuid4

import pytest
from django.db import transaction

from courses import signals
from courses.actions import enrolments, study
from courses.models import CheckAnswer, LessonRecord
from courses.queries import enrolments as reads
from courses.rules import checks
from lms.billing.actions import seats
from lms.billing.models import Entitlement, Product, Redemption
from lms.db import clock
from tests.counting import statements
from tests.courses.actions.test_enrolments import heard
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(ada):
    return make.enrolled(ada, make.small())


def test_the_lesson_last_opened_is_the_one_to_go_on_with(ada, enrolment) -> None:
    make.open_lesson(enrolment, "l1")
    with clock.shifted(minutes=5):
        make.open_lesson(enrolment, "l3")
    assert reads.enrolments_of(ada.pk)[0].progress.next_key == "l3"
    with clock.shifted(minutes=9):
        make.open_lesson(enrolment, "l1")
    assert reads.enrolments_of(ada.pk)[0].progress.next_key == "l1"
    assert LessonRecord.objects.count() == 2


def test_opening_the_same_lesson_again_says_nothing_to_the_database(enrolment) -> None:
    make.open_lesson(enrolment, "l1")
    known = reads.records(enrolment.pk)
    with statements() as said:
        study.open_lesson(enrolment=enrolment, lesson_key="l1", known=known, revision_id=None)
    assert said == []


def test_the_first_lesson_begins_the_use_of_the_place(enrolment) -> None:
    assert Redemption.objects.get().begun_at is None
    make.open_lesson(enrolment, "l1")
    begun = Redemption.objects.get().begun_at
    assert begun is not None
    with clock.shifted(days=1):
        make.open_lesson(enrolment, "l2")
    assert Redemption.objects.get().begun_at == begun


def test_an_answer_begins_the_use_of_the_place_though_no_lesson_was_opened(enrolment) -> None:
    make.answer(enrolment, "l1")
    assert Redemption.objects.get().begun_at is not None


def test_who_finishes_a_lesson_that_they_never_opened_has_begun(enrolment) -> None:
    CheckAnswer.objects.create(
        enrolment=enrolment, lesson_key="l1", check_key="c1", chosen=[], right=True, answered_at=clock.now()
    )
    study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    assert Redemption.objects.get().begun_at is not None


@pytest.mark.parametrize(
    "address", ["/learn/small/l1/worksheet/1/", "/learn/small/case/evidence/", "/learn/small/case/policy-1/"]
)
def test_what_is_read_without_opening_a_lesson_begins_it_too(ada, signed_in, address) -> None:
    page = make.small()
    make.load_case(make.case(make.case_document("policy-1")))
    make.enrolled(ada, page)
    signed_in(ada).get(address)
    begun = Redemption.objects.get().begun_at is not None
    Redemption.objects.update(begun_at=None, given_back_at=clock.now())
    assert (begun, signed_in(ada).get(address).status_code) == (True, 302)


def test_an_employer_s_place_serves_one_person_though_they_open_nothing(ada, cleo, northmoor) -> None:
    page = make.small(lessons=1)
    Product.objects.filter(key=page.product_key).update(amount_minor=100)
    pool = Entitlement.objects.create(
        product=Product.objects.get(key=page.product_key), organisation_id=northmoor.id, quantity=1,
        source_key="order:pool", granted_at=clock.now(), claim_key=uuid4(),
    )  # fmt: skip
    seat = seats.claim(claim_key=pool.claim_key, person_id=ada.pk)
    enrolment = make.enrolled(ada, page)
    make.answer(enrolment, "l1")
    study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    enrolment.refresh_from_db()
    assert enrolment.state == "completed"
    with pytest.raises(seats.HasBegun):
        seats.take_back(uuid=seat.uuid, actor_id=cleo.pk)


def test_nothing_of_a_course_is_had_on_a_place_that_was_given_back_this_moment(enrolment) -> None:
    Redemption.objects.update(given_back_at=clock.now())
    with pytest.raises(study.NotStudying), transaction.atomic():
        make.answer(enrolment, "l1")
    assert not CheckAnswer.objects.exists()


def test_a_place_is_kept_in_a_lesson_that_was_opened(ada, enrolment) -> None:
    assert not study.keep_place(enrolment_id=enrolment.pk, lesson_key="l1", place="about-l1")
    make.open_lesson(enrolment, "l1")
    assert study.keep_place(enrolment_id=enrolment.pk, lesson_key="l1", place="about-l1")
    assert reads.enrolments_of(ada.pk)[0].place == "about-l1"


@pytest.mark.parametrize("place", ["", "A b", "x" * 65, '"><script>', "-x", "é"])
def test_what_no_anchor_could_be_is_not_kept(enrolment, place) -> None:
    make.open_lesson(enrolment, "l1")
    assert not study.keep_place(enrolment_id=enrolment.pk, lesson_key="l1", place=place)
    assert LessonRecord.objects.get().place == ""


def test_an_answer_is_marked_and_kept_and_may_be_given_anew(enrolment) -> None:
    assert make.answer(enrolment, "l1", position=make.WRONG) is False
    assert make.answer(enrolment, "l1", position=make.WRONG) is False
    assert CheckAnswer.objects.get().tries == 1
    assert make.answer(enrolment, "l1") is True
    row = CheckAnswer.objects.get()
    assert (row.right, row.tries, row.chosen) == (True, 2, [make.option("l1", "c1", 1)])


def test_answers_that_cannot_be_marked_are_refused_and_nothing_is_kept(enrolment) -> None:
    def answer(lesson_key: str, check_key: str, *chosen: str) -> None:
        study.answer_check(
            enrolment_id=enrolment.pk, lesson_key=lesson_key, check_key=check_key, chosen=chosen
        )

    both = (make.option("l1", "c1", 0), make.option("l1", "c1", 1))
    for fault, said in (
        (study.UnknownLesson, ("gone", "c1", "x")),
        (study.UnknownCheck, ("l1", "c9", "x")),
        (checks.NothingChosen, ("l1", "c1")),
        (checks.UnknownOption, ("l1", "c1", "x")),
        (checks.TooManyChosen, ("l1", "c1", *both)),
    ):
        with pytest.raises(fault):
            answer(*said)
    assert not CheckAnswer.objects.exists()


def test_a_lesson_is_done_when_its_checks_are_answered_rightly_or_not(ada, enrolment) -> None:
    make.open_lesson(enrolment, "l1")
    with pytest.raises(study.ChecksOpen) as caught:
        study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    assert caught.value.count == 1
    make.answer(enrolment, "l1", position=make.WRONG)
    told = heard(
        signals.lesson_finished, lambda: study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    )
    assert [(fact["person_id"], fact["lesson_key"]) for fact in told] == [(ada.pk, "l1")]
    again = heard(
        signals.lesson_finished, lambda: study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    )
    assert again == []
    assert reads.enrolments_of(ada.pk)[0].progress.done == 1


def test_a_lesson_can_be_done_that_was_never_opened(enrolment) -> None:
    make.answer(enrolment, "l2")
    study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l2")
    assert LessonRecord.objects.get().done_at is not None


def test_who_has_left_studies_no_more(ada, enrolment) -> None:
    enrolments.withdraw(enrolment_id=enrolment.pk, actor_id=ada.pk)
    with pytest.raises(study.NotStudying):
        make.answer(enrolment, "l1")
    with pytest.raises(study.NotStudying):
        study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
    assert reads.enrolments_of(ada.pk) == ()
