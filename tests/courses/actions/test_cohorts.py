"""Cohorts: places, the waiting list, sessions and attendance, and what follows for trainers."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from courses import signals
from courses.actions import cohorts, enrolments, sessions, training
from courses.documents import attestation
from courses.models import Cohort, Enrolment, Place, PlaceChange, Training
from courses.queries import cohorts as reads
from courses.queries import enrolments as learning
from courses.rules.cohorts import Hindrance
from lms.audit.models import Entry
from lms.billing.models import Redemption
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests import cast
from tests.courses.actions.test_enrolments import heard
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def joined(group: Cohort, *people) -> list[str]:
    return [cohorts.join(cohort_uuid=group.uuid, person_id=person.pk) for person in people]


def states(group: Cohort) -> dict[str, str]:
    return dict(Place.objects.filter(cohort=group).values_list("enrolment__person__display_name", "state"))


def enrolment(person) -> Enrolment:
    return Enrolment.objects.get(person=person)


def told(kind: str) -> list[str]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def test_a_place_is_given_while_there_is_one_and_then_one_waits(ada, ben, dag, tove) -> None:
    group = make.cohort(make.small(), tove, capacity=1)
    assert joined(group, ada, ben, ada, dag) == ["held", "waiting", "held", "waiting"]
    assert reads.of_enrolment(enrolment(dag).pk).before == 1
    assert (told("cohort_place"), told("cohort_waiting")) == ([ada.email], [ben.email, dag.email])
    events = PlaceChange.objects.filter(place__enrolment__person=ada).values_list("event", "to_state")
    assert list(events) == [("ask", "waiting"), ("give", "held")]
    group.refresh_from_db()
    assert group.taken == 1


def test_the_place_that_falls_free_goes_to_who_waits_longest_and_they_are_told(ada, ben, dag, tove) -> None:
    group = make.cohort(make.small(), tove, capacity=1)
    joined(group, ada, ben, dag)
    cohorts.leave(enrolment_id=enrolment(ada).pk, actor_id=ada.pk)
    cohorts.leave(enrolment_id=enrolment(ada).pk, actor_id=ada.pk)
    assert states(group) == {"Ada Kamau": "left", "Ben Okoro": "held", "Dag Holm": "waiting"}
    assert told("cohort_place") == [ada.email, ben.email]
    assert learning.who_trained(ada.pk) == learning.who_trained(ben.pk) == {tove.pk}
    enrolments.withdraw(
        enrolment_id=enrolment(ben).pk, actor_id=ben.pk
    )  # leaves the course, and so the cohort
    assert states(group)["Dag Holm"] == "held"
    assert joined(group, ada) == ["waiting"]
    plan = cohorts.Plan(group.title, group.starts_on, group.ends_on, group.joins_until, 2, 0)
    cohorts.change(cohort_uuid=group.uuid, plan=plan, actor_id=tove.pk)
    assert states(group)["Ada Kamau"] == "held"
    with pytest.raises(cohorts.TooFew):
        cohorts.change(
            cohort_uuid=group.uuid, plan=cohorts.Plan(**vars(plan) | {"capacity": 1}), actor_id=tove.pk
        )


def test_after_the_last_day_for_joining_no_place_is_given_any_more(ada, ben, tove) -> None:
    group = make.cohort(make.small(), tove, capacity=1, joins_until=clock.today())
    joined(group, ada, ben)
    with clock.shifted(days=1):
        cohorts.leave(enrolment_id=enrolment(ada).pk, actor_id=ada.pk)
        assert states(group) == {"Ada Kamau": "left", "Ben Okoro": "waiting"}
        with pytest.raises(cohorts.CannotJoin) as refusal:
            joined(group, ada)
    assert refusal.value.hindrance == Hindrance.CLOSED


def test_a_place_in_a_cohort_needs_a_place_in_the_course(ada, tove) -> None:
    group = make.cohort(make.small(amount=1000), tove)
    with pytest.raises(enrolments.NotPaid):
        joined(group, ada)
    assert not Place.objects.exists()


def test_moving_keeps_the_place_until_there_is_another(ada, ben, tove, eve) -> None:
    course = make.small()
    first, second = make.cohort(course, tove), make.cohort(course, tove, capacity=1, title="Autumn")
    joined(first, ada)
    joined(second, ben)
    with pytest.raises(cohorts.Full):
        joined(second, ada)
    assert states(first) == {"Ada Kamau": "held"}
    cohorts.leave(enrolment_id=enrolment(ben).pk, actor_id=ben.pk)
    assert joined(second, ada) == ["held"]
    assert (states(first), states(second)["Ada Kamau"]) == ({"Ada Kamau": "left"}, "held")


def test_whoever_trains_is_announced_at_joining_at_a_change_and_at_a_session(ada, tove, eve, ivo) -> None:
    make.taught(course := make.small())
    group = make.cohort(course, tove)
    for person in (eve, ivo):
        with pytest.raises(training.NotATrainer):
            cohorts.add_trainer(cohort_uuid=group.uuid, trainer_id=person.pk, actor_id=tove.pk)
        make.appointed(person, "trainer", course)

    def facts(during) -> list[tuple]:
        return [
            (one["person_id"], one["trainer_id"], one["how"]) for one in heard(signals.training_given, during)
        ]

    assert facts(lambda: joined(group, ada)) == [(ada.pk, tove.pk, "joined")]
    add = {"cohort_uuid": group.uuid, "trainer_id": eve.pk, "actor_id": tove.pk}
    assert facts(lambda: cohorts.add_trainer(**add)) == [(ada.pk, eve.pk, "changed")]
    assert facts(lambda: cohorts.add_trainer(**add)) == []
    cohorts.remove_trainer(cohort_uuid=group.uuid, trainer_id=tove.pk, actor_id=eve.pk)
    with pytest.raises(cohorts.LastTrainer):
        cohorts.remove_trainer(cohort_uuid=group.uuid, trainer_id=eve.pk, actor_id=eve.pk)
    assert enrolment(ada).trainer_id == eve.pk
    mine = f"e{enrolment(ada).pk}"
    guest, own = make.session(group, trainer_id=ivo.pk), make.session(group)
    assert facts(lambda: make.attended(guest, ivo, **{mine: None})) == []
    assert facts(lambda: make.attended(guest, ivo, **{mine: 30})) == [(ada.pk, ivo.pk, "session")]
    assert facts(lambda: make.attended(own, eve, **{mine: 90})) == [(ada.pk, eve.pk, "session")]
    today = clock.today()
    spells = Training.objects.order_by("trainer__email").values_list("trainer", "ended_on")
    assert list(spells) == [(eve.pk, None), (ivo.pk, today - timedelta(days=1)), (tove.pk, today)]
    later = clock.now() + timedelta(days=1)
    assert [learning.trained_by(one.pk, since=later) for one in (tove, ivo, eve)] == [set(), set(), {ada.pk}]
    assert learning.trained_by(tove.pk, since=clock.now()) == {ada.pk}


def test_nobody_learns_where_they_train(tove, eve) -> None:
    course = make.small()
    group = make.cohort(course, tove)
    with pytest.raises(cohorts.CannotJoin):
        joined(group, tove)
    joined(group, eve)
    make.appointed(eve, "trainer", course)
    with pytest.raises(cohorts.TrainerLearns):
        cohorts.add_trainer(cohort_uuid=group.uuid, trainer_id=eve.pk, actor_id=tove.pk)


def test_who_was_at_a_session_has_begun_and_who_was_not_has_not(ada, ben, tove) -> None:
    group = make.cohort(make.small(), tove)
    joined(group, ada, ben)
    a, b = enrolment(ada).pk, enrolment(ben).pk
    make.attended(make.session(group), tove, **{f"e{a}": 90, f"e{b}": None})
    begun = Redemption.objects.filter(begun_at__isnull=False).values_list("person", flat=True)
    assert list(begun) == [ada.pk]


def test_completion_waits_for_the_attendance_that_the_cohort_asks_for(ada, ben, tove) -> None:
    group = make.cohort(make.small(lessons=1), tove, attendance=60)
    joined(group, ada, ben)
    first, second = make.session(group, days=-2), make.session(group, minutes=60)
    a, b = enrolment(ada), enrolment(ben)
    make.done(a, "l1")
    make.done(b, "l1")
    make.attended(first, tove, **{f"e{a.pk}": 80, f"e{b.pk}": None})
    assert enrolment(ada).state == "enrolled"
    make.attended(second, tove, **{f"e{a.pk}": 60, f"e{b.pk}": 60})
    done = enrolment(ada)
    assert (done.state, done.hours) == ("completed", 7 + 140 // 60)
    assert enrolment(ben).state == "enrolled"  # 60 of 150 minutes
    completion = learning.completion_of(ada.pk, "small")
    letter = attestation.letter(completion, name="Ada")
    assert ("Trained by", "Tove Lund") in letter.facts
    assert ("Professional development", "9 hours, of which 2 in sessions") in letter.facts
    # What was attended stays true when he goes on alone.
    cohorts.leave(enrolment_id=b.pk, actor_id=ben.pk)
    assert (enrolment(ben).state, enrolment(ben).hours) == ("completed", 8)


def test_attendance_is_taken_of_all_with_evidence_and_may_be_put_right(ada, ben, tove) -> None:
    group = make.cohort(make.small(), tove)
    joined(group, ada, ben)
    a, b = enrolment(ada).pk, enrolment(ben).pk
    ahead, held = make.session(group, days=1), make.session(group)
    with pytest.raises(sessions.NotYet):
        make.attended(ahead, tove, **{f"e{a}": 90, f"e{b}": 90})
    with pytest.raises(sessions.Unmarked):
        make.attended(held, tove, **{f"e{a}": 90})
    for minutes in (90, 90, None):
        make.attended(held, tove, **{f"e{a}": 90, f"e{b}": minutes})
    said = (
        Entry.objects.filter(verb="courses.session.attended").order_by("pk").values_list("facts", flat=True)
    )
    assert [one["marks"] for one in said] == [
        {str(a): "present 90", str(b): "present 90"},
        {str(b): "present 90 → absent 0"},
    ]
    cohorts.leave(enrolment_id=b, actor_id=ben.pk)
    make.attended(held, tove, **{f"e{a}": 45, f"e{b}": None})  # who has left since is still of that session
    assert reads.of_enrolment(a).attended.percent == 50
    with pytest.raises(IllegalMove):
        sessions.cancel(session_uuid=held.uuid, actor_id=tove.pk)


def test_a_session_that_changes_counts_on_and_everybody_is_told(ada, tove) -> None:
    group = make.cohort(make.small(), tove)
    joined(group, ada)
    one = make.session(group, days=3)
    meeting = sessions.Meeting("Another title", one.starts_at + timedelta(hours=1), 60, "Room 2")
    for _ in range(2):
        sessions.change(session_uuid=one.uuid, meeting=meeting, actor_id=tove.pk)
    sessions.cancel(session_uuid=one.uuid, actor_id=tove.pk)
    one.refresh_from_db()
    assert (one.sequence, one.state, one.title) == (2, "cancelled", "Another title")
    notices = Notice.objects.filter(kind="cohort_session").order_by("pk").values_list("context", flat=True)
    assert [notice["what"] for notice in notices] == ["planned", "changed", "cancelled"]


def test_a_cohort_that_is_called_off_lets_its_learners_study_on(ada, ben, tove) -> None:
    group = make.cohort(make.small(lessons=1), tove, capacity=1, attendance=100)
    joined(group, ada, ben)
    make.session(group, days=5)
    make.done(enrolment(ada), "l1")
    for _ in range(2):
        cohorts.cancel(cohort_uuid=group.uuid, actor_id=tove.pk)
    assert set(states(group).values()) == {"left"}
    assert told("cohort_cancelled") == [ada.email, ben.email]
    assert (enrolment(ada).state, enrolment(ada).hours) == ("completed", 7)
    with pytest.raises(IllegalMove):
        make.session(group)
    with pytest.raises(cohorts.CannotJoin):
        joined(group, ben)


@pytest.mark.parametrize(
    "nonsense",
    [{"taken": 3}, {"capacity": 0}, {"ends_on": date(2000, 1, 1)}, {"attendance": 101}, {"state": "lost"}],
)
def test_the_table_refuses_nonsense(tove, nonsense) -> None:
    group = make.cohort(make.small(), tove)
    with pytest.raises(IntegrityError), transaction.atomic():
        Cohort.objects.filter(pk=group.pk).update(**nonsense)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time on SQLite")
def test_of_many_who_join_at_once_no_more_get_a_place_than_there_are() -> None:
    group = make.cohort(make.small(), cast.person("tove"), capacity=3)
    people = [cast.person(name) for name in ("ada", "ben", "cleo", "dag", "eve", "finn", "gro", "hana")]
    ready = threading.Barrier(len(people))

    def join(person) -> None:
        ready.wait()
        joined(group, person)
        if person.email.startswith(("ada", "ben")):
            cohorts.leave(enrolment_id=enrolment(person).pk, actor_id=person.pk)
        connections.close_all()

    threads = [threading.Thread(target=join, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    group.refresh_from_db()
    found = list(states(group).values())
    assert (group.taken, found.count("held"), found.count("left"), found.count("waiting")) == (3, 3, 2, 3)
