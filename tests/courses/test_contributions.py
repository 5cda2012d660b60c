import pytest

from courses import contributions
from courses.actions import enrolments
from courses.models import LessonPage
from courses.queries import enrolments as reads
from courses.queries import review
from lms.db import clock
from lms.kit import gather
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def desk(person) -> list[gather.DeskCard]:
    return list(contributions.desk_cards(gather.DeskQuery(person.pk, clock.now())))


def test_the_desk_of_a_learner_names_the_lesson_to_go_on_with(ada) -> None:
    enrolment = make.enrolled(ada, make.small(planned=["Later"]))
    (card,) = desk(ada)
    assert (card.group, card.action, card.url, card.percent) == ("learning", "Begin", "/learn/small/l1/", 0)
    make.done(enrolment, "l1")
    make.open_lesson(enrolment, "l2")
    reads.records(enrolment.pk)["l2"].__class__.objects.filter(lesson_key="l2").update(place="about-l2")
    (card,) = desk(ada)
    assert (card.text, card.action, card.url, card.percent) == (
        "Lesson 1.2: Lesson l2",
        "Continue",
        "/learn/small/l2/#about-l2",
        25,
    )
    make.done(enrolment, "l2", "l3")
    (card,) = desk(ada)
    assert card.text == "Every lesson that is open is done; more are in preparation."


def test_a_completed_course_stays_on_the_desk_and_one_that_was_left_does_not(ada) -> None:
    course = make.small(lessons=1)
    enrolment = make.enrolled(ada, course)
    make.done(enrolment, "l1")
    (card,) = desk(ada)
    assert (card.standing, card.percent, card.action) == ("valid", 100, "Look again")
    other = make.enrolled(ada, make.small("other"))
    assert len(desk(ada)) == 2
    enrolments.withdraw(enrolment_id=other.pk, actor_id=ada.pk)
    assert len(desk(ada)) == 1


def test_the_desk_costs_the_same_with_one_course_and_with_several(ada) -> None:
    make.enrolled(ada, make.small())
    with statements() as few:
        desk(ada)
    for key in ("b", "c", "d"):
        make.enrolled(ada, make.small(key))
    with statements() as many:
        desk(ada)
    assert len(few) == len(many)


# Wagtail 8.0 still sends its notices by a call that Django 6.1 deprecates.
@pytest.mark.filterwarnings("ignore:get_connection")
def test_authors_and_editors_find_the_way_to_their_work(finn, gro, ivo, dag) -> None:
    make.small()
    assert desk(dag) == []
    assert [(card.group, card.url) for card in desk(finn)] == [("work", "/admin/course_pages/")]
    page = LessonPage.objects.get(key="l1")
    page.save_revision(user=finn)
    page.get_workflow().start(page, finn)
    (card,) = [card for card in desk(ivo) if card.key == "courses:work"]
    assert (card.text, card.facts) == ("Texts wait for your review.", (("Waiting for review", "1"),))
    assert [review.waiting_for(one.pk) for one in (finn, gro)] == [0, 0]


def test_courses_are_offered_in_the_catalogue(institute) -> None:
    make.small(amount=129000)
    (offer,) = contributions.offers()
    assert (offer.kind, offer.key, offer.url) == ("course", "small", "/courses/small/")
    assert offer.facts == (("Days", "2"), ("Modules", "1"), ("Price", "€1,290.00"))
    assert len(offer.seed) == 64
