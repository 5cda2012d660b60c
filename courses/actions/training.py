"""Who trains whom: written down and announced as soon as it is so."""

from datetime import date, datetime

from courses import signals
from courses.models import CoursePage, Enrolment, Training
from lms.organisations import queries as organisations

TRAIN = "courses.train"


class OwnTrainer(Exception):
    """Nobody is their own trainer."""


class NotATrainer(Exception):
    """The person is no trainer of the organisation that gives the course."""


def check(course: CoursePage, trainer_id: int) -> None:
    """Raises NotATrainer for who may not train in this course."""
    if trainer_id not in organisations.people_with(TRAIN, course.organisation_id):
        raise NotATrainer(trainer_id)


def begin(row: Enrolment, trainer_id: int, *, how: str, at: datetime) -> None:
    """From now on this trainer trains the learner, in the caller's transaction. Announces `training_given`.

    Raises OwnTrainer.
    """
    _not_oneself(row, trainer_id)
    Training.objects.get_or_create(
        enrolment=row, trainer_id=trainer_id, ended_on=None, defaults={"began_on": at.date()}
    )
    announce(row, trainer_id, how=how, on=at.date())


def end(row: Enrolment, trainer_id: int, *, at: datetime) -> None:
    """The trainer trains the learner no longer. What was stays written."""
    lasting = Training.objects.filter(enrolment=row, trainer_id=trainer_id, ended_on__isnull=True)
    lasting.update(ended_on=at.date())


def once(row: Enrolment, trainer_id: int, *, on: date, how: str) -> None:
    """The trainer trained the learner on one day: at a session, or by an answer. Announces `training_given`."""
    if trainer_id == row.person_id:
        return
    known = Training.objects.filter(enrolment=row, trainer_id=trainer_id)
    if not known.filter(ended_on__isnull=True).exists():
        known.get_or_create(enrolment=row, trainer_id=trainer_id, began_on=on, ended_on=on)
    announce(row, trainer_id, how=how, on=on)


def announce(row: Enrolment, trainer_id: int, *, how: str, on: date) -> None:
    """Says that this trainer trains, or trained, the learner."""
    signals.training_given.announce(
        enrolment_id=row.pk,
        person_id=row.person_id,
        course_key=row.course.key,
        scheme_key=row.course.scheme_key,
        trainer_id=trainer_id,
        how=how,
        on=on,
    )


def _not_oneself(row: Enrolment, trainer_id: int) -> None:
    if row.person_id == trainer_id:
        raise OwnTrainer(trainer_id)
