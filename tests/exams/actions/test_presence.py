from datetime import timedelta

import pytest

from exams.actions import credits, endings, interventions, presence, sittings
from exams.actions.invigilators import Tally
from exams.models import Credit, Presence, Sitting
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownSitting
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

NAMES = ("ada", "ben", "cleo", "dag")


def hear(sitting) -> Sitting:
    return presence.hear(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)


@pytest.fixture
def sitting(ada) -> Sitting:
    return make.running(make.exam(), ada)


def test_a_page_that_is_heard_leaves_one_span(sitting) -> None:
    for seconds in range(0, 130, 12):
        with clock.shifted(seconds=seconds):
            hear(sitting)
    span = Presence.objects.get()
    assert 118 <= (span.until_at - span.from_at).total_seconds() <= 122


def test_who_was_silent_for_longer_begins_another(sitting) -> None:
    for seconds in (0, 40, 90):
        with clock.shifted(seconds=seconds):
            hear(sitting)
    assert Presence.objects.count() == 2


def test_a_sign_of_life_is_two_statements_and_often_one(sitting) -> None:
    for seconds, expected in ((0, 2), (5, 1), (12, 2), (100, 2)):
        with clock.shifted(seconds=seconds), statements() as said:
            hear(sitting)
        assert len(said) == expected, said


def test_who_comes_back_after_the_end_sees_it_closed(sitting, dag) -> None:
    with clock.shifted(minutes=11):
        assert hear(sitting).state == "submitted"
    assert Presence.objects.count() == 0
    with pytest.raises(UnknownSitting):
        presence.hear(sitting_uuid=sitting.uuid, person_id=dag.pk)


def heard(sitting: Sitting, *spans: tuple[int, int]) -> None:
    """Spans by seconds from the start."""
    for begin, end in spans:
        Presence.objects.create(
            sitting=sitting,
            from_at=sitting.started_at + timedelta(seconds=begin),
            until_at=sitting.started_at + timedelta(seconds=end),
        )


@pytest.fixture
def candidates(request) -> list[Sitting]:
    exam = make.exam(minutes=60)
    return [make.running(exam, request.getfixturevalue(name)) for name in NAMES]


def test_an_outage_is_proposed_once_and_granted_by_one_person(candidates, ivo) -> None:
    for sitting in candidates[:3]:
        heard(sitting, (0, 100), (230, 500))
    heard(candidates[3], (0, 500))
    with clock.shifted(seconds=250):
        # Some may still be coming back.
        assert credits.propose_outages() == 0
    with clock.shifted(seconds=320):
        assert credits.propose_outages() == 3
        assert credits.propose_outages() == 0
        found = list(Credit.objects.order_by("sitting"))
        assert [(c.cause, c.state, c.by) for c in found] == [("outage", "proposed", None)] * 3
        assert {c.sitting_id for c in found} == {s.pk for s in candidates[:3]}
        # The starts lie some moments apart, so what is common is a little less than the gap of each.
        assert all(timedelta(seconds=60) <= c.amount <= timedelta(seconds=130) for c in found)
        assert "3 of 4 sittings" in found[0].reason
        credits.decline(credit_uuid=found[0].uuid, by_id=ivo.pk, reason="She was at lunch.")
        assert credits.grant_outages(exam_id=candidates[0].exam_id, by_id=ivo.pk) == Tally(2, 0, 0)
        assert credits.propose_outages() == 0
    for sitting, credit in zip(candidates[1:3], found[1:], strict=True):
        due = sitting.deadline_at
        sitting.refresh_from_db()
        assert sitting.deadline_at == due + credit.amount


def test_who_comes_back_later_than_the_others_is_proposed_then(candidates) -> None:
    for sitting in candidates[:3]:
        heard(sitting, (0, 100), (230, 500))
    heard(candidates[3], (0, 100))
    with clock.shifted(seconds=320):
        assert credits.propose_outages() == 3
    heard(candidates[3], (400, 500))
    with clock.shifted(seconds=420):
        assert credits.propose_outages() == 1
    assert Credit.objects.filter(sitting=candidates[3]).count() == 1


def test_an_outage_of_one_test_centre_is_seen_among_many_that_run_on(
    candidates, eve, finn, gro, hana
) -> None:
    for sitting in candidates[:3]:
        heard(sitting, (0, 100), (230, 500))
    heard(candidates[3], (0, 500))
    other = make.exam("other", minutes=60)
    for person in (eve, finn, gro, hana):
        heard(make.running(other, person), (0, 500))
    with clock.shifted(seconds=320):
        assert credits.propose_outages() == 3


def test_what_was_paused_during_an_outage_is_not_credited_twice(candidates, ivo) -> None:
    for sitting in candidates:
        heard(sitting, (0, 100), (230, 500))
    paused = candidates[0]
    with clock.shifted(seconds=90):
        interventions.pause(sitting_uuid=paused.uuid, by_id=ivo.pk, reason="A fire drill.")
    with clock.shifted(seconds=300):
        interventions.resume(sitting_uuid=paused.uuid, by_id=ivo.pk, reason="It is over.")
    with clock.shifted(seconds=320):
        assert credits.propose_outages() == 3
    assert not Credit.objects.filter(sitting=paused, cause="outage").exists()


def test_what_has_ended_is_not_credited(candidates) -> None:
    for sitting in candidates:
        heard(sitting, (0, 100), (230, 250))
    for sitting in candidates[:2]:
        sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    with clock.shifted(seconds=320), statements() as said:
        assert credits.propose_outages() == 0
    assert len(said) == 1


@pytest.fixture
def silenced(request) -> list[Sitting]:
    """Four sittings of ten minutes that nobody heard from 500 s on: their deadlines fell into an outage."""
    exam = make.exam()
    found = [make.running(exam, request.getfixturevalue(name)) for name in NAMES]
    for sitting in found:
        heard(sitting, (0, 500))
    return found


def left(sitting: Sitting) -> float:
    sitting.refresh_from_db()
    return (sitting.deadline_at - clock.now()).total_seconds()


TOUCHES = {
    "page": lambda s: endings.refresh(queries.sitting(s.uuid, person_id=s.candidate_id), is_back=True),
    "sign of life": hear,
    "save": lambda s: make.answer(s, make.right_answers(s, 1)),
    "take over": lambda s: sittings.take_over(sitting_uuid=s.uuid, person_id=s.candidate_id),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_who_comes_back_after_an_outage_over_the_deadline_has_as_long_as_was_left(silenced, touch) -> None:
    with clock.shifted(seconds=900):
        assert endings.close_overdue() == 0
        touch(silenced[0])
        assert 98 <= left(silenced[0]) <= 102
        credit = Credit.objects.get()
        assert (credit.sitting, credit.cause, credit.state) == (silenced[0], "outage", "granted")
        touch(silenced[0])
        assert Credit.objects.count() == 1
        assert silenced[0].state == "running"
    with clock.shifted(seconds=1015):
        assert endings.close(sitting_id=silenced[0].pk)


def test_an_answer_kept_on_the_device_through_such_an_outage_is_taken(silenced) -> None:
    with clock.shifted(seconds=900):
        receipt = make.answer(silenced[0], make.right_answers(silenced[0]))
        assert {judged.verdict for judged in receipt.judged} == {"accepted"}
        assert 98 <= receipt.seconds_left <= 102


def test_who_hands_in_after_such_an_outage_has_handed_in(silenced) -> None:
    with clock.shifted(seconds=900):
        done = sittings.submit(sitting_uuid=silenced[0].uuid, person_id=silenced[0].candidate_id)
    assert done.closed_by == "hand"


def test_who_does_not_come_back_is_closed_at_the_old_deadline(silenced) -> None:
    with clock.shifted(seconds=900):
        hear(silenced[0])
    with clock.shifted(seconds=1015):
        assert endings.close_overdue() == 1
    with clock.shifted(seconds=1501):
        assert endings.close_overdue() == 3
    due = silenced[3].deadline_at
    silenced[3].refresh_from_db()
    assert (silenced[3].submitted_at, silenced[3].closed_by) == (due, "clock")


def test_a_staff_members_look_neither_closes_nor_gives_time(silenced) -> None:
    with clock.shifted(seconds=900):
        assert endings.refresh(silenced[0]).state == "running"
    assert Credit.objects.count() == 0


def test_where_anybody_was_heard_around_the_deadline_there_was_no_outage(silenced, eve) -> None:
    heard(make.running(make.exam("other", minutes=60), eve), (0, 590))
    with clock.shifted(seconds=615):
        assert hear(silenced[0]).state == "submitted"
        assert endings.close_overdue() == 3


def test_what_was_given_back_is_not_proposed_once_more(silenced) -> None:
    with clock.shifted(seconds=900):
        for sitting in silenced:
            hear(sitting)
    with clock.shifted(seconds=970):
        for sitting in silenced:
            hear(sitting)
        assert credits.propose_outages() == 0
