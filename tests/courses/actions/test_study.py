import pytest

from courses import signals
from courses.actions import enrolments, study
from courses.models import CheckAnswer, LessonRecord
from courses.queries import enrolments as reads
from courses.rules import checks
from lms.billing.models import Redemption
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
