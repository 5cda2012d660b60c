import pytest
from django.db import IntegrityError, transaction

from courses import signals
from courses.actions import enrolments
from courses.models import Enrolment, EnrolmentChange
from courses.queries import enrolments as reads
from lms.audit.models import Entry
from lms.billing.actions import entitlements, rights
from lms.billing.models import Entitlement, Product, Redemption
from lms.db import clock
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def heard(announcement, during) -> list[dict]:
    """The facts announced while something is done."""
    told: list[dict] = []

    def listen(sender, **facts) -> None:
        told.append({name: value for name, value in facts.items() if name != "signal"})

    announcement.connect(listen)
    try:
        during()
    finally:
        announcement.disconnect(listen)
    return told


def verbs(enrolment: Enrolment) -> list[str]:
    rows = Entry.objects.filter(subject=f"courses.enrolment:{enrolment.pk}").order_by("id")
    return list(rows.values_list("verb", flat=True))


def test_enrolling_takes_a_place_leaves_a_trace_and_welcomes(ada) -> None:
    course = make.small()
    (told,) = heard(signals.enrolled, lambda: make.enrolled(ada, course))
    enrolment = Enrolment.objects.get()
    assert told == {
        "enrolment_id": enrolment.pk,
        "person_id": ada.pk,
        "course_key": "small",
        "at": enrolment.enrolled_at,
    }
    assert Redemption.objects.get().use_key == f"courses.enrolment:small:{ada.pk}"
    assert verbs(enrolment) == ["courses.enrolment.begun"]
    assert list(EnrolmentChange.objects.values_list("event", "from_state", "to_state", "actor_id")) == [
        ("enrol", "", "enrolled", ada.pk)
    ]
    assert Notice.objects.get().to == ada.email


def test_enrolling_twice_is_enrolling_once(ada) -> None:
    course = make.small()
    first = make.enrolled(ada, course)
    assert make.enrolled(ada, course) == first
    assert (Redemption.objects.count(), EnrolmentChange.objects.count(), Notice.objects.count()) == (1, 1, 1)


def test_a_course_that_is_paid_for_needs_a_place(ada) -> None:
    course = make.small(amount=1000)
    with pytest.raises(enrolments.NotPaid):
        make.enrolled(ada, course)
    assert not Enrolment.objects.exists()
    entitlements.grant(product_key="course:small", person_id=ada.pk, source_key="order:1")
    assert make.enrolled(ada, course).state == "enrolled"


def test_a_course_that_is_not_published_cannot_be_entered(ada) -> None:
    course = make.small()
    course.unpublish()
    with pytest.raises(enrolments.UnknownCourse):
        enrolments.enrol(person_id=ada.pk, course_id=course.pk)
    with pytest.raises(enrolments.UnknownCourse):
        enrolments.enrol(person_id=ada.pk, course_id=0)


def test_who_left_comes_back_to_what_they_did_on_the_place_they_had(ada) -> None:
    course = make.small(amount=1000)
    entitlements.grant(product_key="course:small", person_id=ada.pk, source_key="order:1")
    enrolment = make.enrolled(ada, course)
    make.done(enrolment, "l1")
    enrolments.withdraw(enrolment_id=enrolment.pk, actor_id=ada.pk)
    enrolments.withdraw(enrolment_id=enrolment.pk, actor_id=ada.pk)
    assert Enrolment.objects.get().state == "withdrawn"
    back = make.enrolled(ada, course)
    assert (back.pk, back.state, back.withdrawn_at) == (enrolment.pk, "enrolled", None)
    assert reads.enrolments_of(ada.pk)[0].progress.done == 1
    assert Redemption.objects.count() == 1
    assert list(EnrolmentChange.objects.values_list("event", flat=True)) == ["enrol", "withdraw", "return"]


def test_completion_is_announced_with_its_hours(ada) -> None:
    course = make.small(lessons=2)
    enrolment = make.enrolled(ada, course)
    make.done(enrolment, "l1")
    with pytest.raises(enrolments.NotComplete):
        enrolments.complete(enrolment_id=enrolment.pk)
    (told,) = heard(signals.course_completed, lambda: make.done(enrolment, "l2"))
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.hours) == ("completed", 7)
    assert enrolment.completed_at is not None
    assert told == {
        "enrolment_id": enrolment.pk,
        "person_id": ada.pk,
        "course_key": "small",
        "course_title": "Course small",
        "scheme_key": "scheme",
        "hours": 7,
        "on": enrolment.completed_at.date(),
        "trainer_ids": [],
        "organisation_id": None,
    }
    completion = reads.completion_of(ada.pk, "small")
    assert completion is not None
    assert (completion.hours, completion.on) == (7, enrolment.completed_at.date())
    assert verbs(enrolment)[-1] == "courses.enrolment.completed"
    enrolments.complete(enrolment_id=enrolment.pk)
    with pytest.raises(IllegalMove):
        enrolments.withdraw(enrolment_id=enrolment.pk, actor_id=ada.pk)


def test_no_course_is_completed_while_lessons_are_in_preparation(ada) -> None:
    enrolment = make.enrolled(ada, make.small(lessons=1, planned=["Later"]))
    make.done(enrolment, "l1")
    enrolment.refresh_from_db()
    assert enrolment.state == "enrolled"
    assert reads.completion_of(ada.pk, "small") is None
    assert reads.enrolments_of(ada.pk)[0].progress.percent == 50


def test_who_trains_a_learner_is_known_to_those_who_ask(ada, eve) -> None:
    enrolment = make.enrolled(ada, make.small())
    assert reads.who_trained(ada.pk) == frozenset()
    enrolments.assign_trainer(enrolment_id=enrolment.pk, trainer_id=eve.pk, actor_id=eve.pk)
    assert reads.who_trained(ada.pk) == reads.who_trained(ada.pk, ["small"]) == {eve.pk}
    assert reads.who_trained(ada.pk, ["other"]) == frozenset()
    with pytest.raises(enrolments.OwnTrainer):
        enrolments.assign_trainer(enrolment_id=enrolment.pk, trainer_id=ada.pk, actor_id=eve.pk)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"state": "lost"},
        {"state": "completed"},
        {"state": "withdrawn"},
        {"hours": 3},
    ],
)
def test_the_table_refuses_nonsense(ada, nonsense) -> None:
    enrolment = make.enrolled(ada, make.small())
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=enrolment.pk).update(**nonsense)


def test_a_place_that_was_refunded_ends_and_can_be_bought_again(ada) -> None:
    course = make.small()
    source = {"product_key": course.product_key, "person_id": ada.pk}
    Product.objects.filter(key=course.product_key).update(amount_minor=100)
    first = entitlements.grant(**source, source_key="order:1")
    enrolment_id = enrolments.enrol(person_id=ada.pk, course_id=course.pk)
    with transaction.atomic():
        rights.revoke(Entitlement.objects.get(pk=first), at=clock.now(), actor_id=None)
    worker.run_due()
    assert Enrolment.objects.get().state == "withdrawn"
    with pytest.raises(enrolments.NotPaid):
        enrolments.enrol(person_id=ada.pk, course_id=course.pk)
    entitlements.grant(**source, source_key="order:2")
    assert enrolments.enrol(person_id=ada.pk, course_id=course.pk) == enrolment_id
    enrolments.end_place(place_key=enrolments.use_key(course.key, ada.pk))
    assert Enrolment.objects.get().state == "enrolled"
    entitlements.begin(use_key=enrolments.use_key(course.key, ada.pk), at=clock.now())
    assert Redemption.objects.get().begun_at is not None
