"""Sweeps pass over what fails: it rests, and nothing stands behind it."""

from datetime import timedelta

import pytest

from lms.db import clock
from lms.jobs import queue, turns
from lms.jobs.models import Job, Setback

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def things():
    at = clock.now()
    return Job.objects.bulk_create(
        Job(kind="k", key=f"{one:02d}", created_at=at, run_after=at) for one in range(26)
    )


class Work:
    """What a sweep does: it notes what it was given, and fails at some."""

    def __init__(self, bad):
        self.bad, self.given = set(bad), []

    def __call__(self, job):
        self.given.append(job.key)
        if job.key in self.bad:
            raise ValueError(job.key)

    def turn(self, most=100):
        self.given = []
        queue.each(Job.objects.order_by("key"), self, sweep="s", failed="it failed", most=most)


def test_twenty_five_that_fail_do_not_keep_the_twenty_sixth_from_being_done(things):
    work = Work(job.key for job in things[:25])
    with pytest.raises(ExceptionGroup, match="it failed") as raised:
        work.turn()
    assert work.given == [job.key for job in things[:20]]
    assert len(raised.value.exceptions) == turns.MOST_FAULTS
    with pytest.raises(ExceptionGroup):
        work.turn()
    assert work.given == [job.key for job in things[20:]]
    assert Setback.objects.count() == 25
    assert not Setback.objects.filter(thing=things[25].pk).exists()


def test_however_few_are_taken_at_once_those_that_never_failed_come_first(things):
    work = Work(job.key for job in things[:25])
    for turn in range(5):
        with clock.shifted(minutes=2 * turn), pytest.raises(ExceptionGroup):
            work.turn(most=5)
    with clock.shifted(minutes=10):
        with pytest.raises(ExceptionGroup):
            work.turn(most=5)
        assert work.given[0] == things[25].key


def test_what_failed_rests_longer_each_time_and_is_forgotten_once_it_is_done(things):
    work = Work([things[0].key])
    rests = []
    at = clock.now()
    for _ in range(8):
        with clock.shifted(seconds=(at - clock.now()).total_seconds()):
            with pytest.raises(ExceptionGroup):
                work.turn()
            work.turn()
            assert things[0].key not in work.given
            until = Setback.objects.get().rests_until
            rests.append(round((until - clock.now()).total_seconds() / 60))
        at = until + timedelta(seconds=5)
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert Setback.objects.get().last_error == "ValueError: 00"
    work.bad.clear()
    with clock.shifted(hours=9):
        work.turn()
    assert work.given[-1] == things[0].key
    assert not Setback.objects.exists()


def test_what_takes_its_worker_along_is_not_begun_again_at_once(things):
    def die(job):
        raise SystemExit

    with pytest.raises(SystemExit):
        queue.each(Job.objects.order_by("key"), die, sweep="s", failed="")
    work = Work([])
    work.turn()
    assert work.given == [job.key for job in things[1:]]
