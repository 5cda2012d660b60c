"""What every act of an invigilator begins with: the sitting under its lock, and who may not act on it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from courses.queries import enrolments
from exams.actions import endings, sittings
from exams.models import Sitting
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownSitting
from exams.rules import independence
from exams.rules.independence import Bar
from exams.states import SittingState

OPEN = (SittingState.RUNNING, SittingState.PAUSED)


class NotIndependent(Exception):
    """This person may not stand over this candidate's sitting. Carries `bar`."""

    def __init__(self, bar: Bar) -> None:
        super().__init__(bar)
        self.bar = bar


class OnBreak(Exception):
    """The candidate is on a break: it ends when they come back, or when its time is used up."""


class SamePerson(Exception):
    """A second person must decide, and this is the first."""


@dataclass(frozen=True)
class Tally:
    """What became of an act on many sittings: done, not this person's to do, and ended or moved meanwhile."""

    done: int
    barred: int
    passed_by: int


def locked(*, sitting_uuid: UUID, by_id: int) -> tuple[Sitting, datetime]:
    """A sitting under its lock, with exam, form and entry, and the time; a break that has run out is over
    by then. Raises UnknownSitting, NotIndependent."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form", "entry")
    rows = rows.defer("form__package", "form__keys", "form__shapes").filter(uuid=sitting_uuid)
    sitting = queries.timed(rows).first()
    if sitting is None:
        raise UnknownSitting(sitting_uuid)
    at = queries.time_of(sitting)
    check(candidate_id=sitting.candidate_id, by_id=by_id)
    endings.end_break_if_over(sitting, at)
    return sitting, at


def check(*, candidate_id: int, by_id: int, decider_ids: Collection[int] = ()) -> None:
    """Raises NotIndependent for the candidate, for whoever trained them, in whichever course, and for deciders."""
    bar = independence.bar(
        person_id=by_id,
        candidate_id=candidate_id,
        trainer_ids=trainers(candidate_id),
        decider_ids=decider_ids,
    )
    if bar is not None:
        raise NotIndependent(bar)


def trainers(candidate_id: int) -> Collection[int]:
    """Who trained a candidate, in whichever course."""
    return enrolments.who_trained(candidate_id)


def each(*, exam_id: int, which: Q, by_id: int, act: Callable[[UUID], object]) -> Tally:
    """Does an act to every such sitting of an exam, each in its own transaction: one that can't be acted on
    does not keep the others waiting."""
    done = barred = passed_by = 0
    rows = Sitting.objects.filter(which, exam_id=exam_id).order_by("pk")
    for sitting_uuid in list(rows.values_list("uuid", flat=True)):
        try:
            act(sitting_uuid)
        except NotIndependent:
            barred += 1
        except (sittings.NotRunning, OnBreak):
            passed_by += 1
        else:
            done += 1
    return Tally(done, barred, passed_by)
