"""Reads for invigilators: what runs, and how each sitting stands. The number of statements is the same
whatever the number of sittings."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from exams.models import (
    Credit,
    Exam,
    IdentityCheck,
    Incident,
    Presence,
    ResponseEvent,
    Sitting,
    TakeoverRequest,
)
from exams.rules import deadline, presence
from exams.states import CreditState, ExamKind, SittingState, TakeoverState
from lms.accounts import queries as people

OPEN = (SittingState.RUNNING, SittingState.PAUSED)
ENDED = (SittingState.SUBMITTED, SittingState.MARKED)
# What an invigilator may look at on the board; the first is shown unasked.
VIEWS: Mapping[str, Sequence[str]] = {
    "open": OPEN,
    "ready": (SittingState.READY,),
    "running": (SittingState.RUNNING,),
    "paused": (SittingState.PAUSED,),
    "ended": ENDED,
}
ENDED_LATELY = timedelta(days=1)


@dataclass(frozen=True)
class ExamLine:
    """An exam with how many of its sittings stand how, and how much waits for a decision."""

    exam: Exam
    ready: int
    running: int
    paused: int
    proposals: int
    takeovers: int


@dataclass(frozen=True)
class BoardRow:
    sitting: Sitting
    name: str
    answered: int
    seen_at: datetime | None
    seen_seconds: int | None
    silent: bool
    seconds_left: int | None
    incidents: int
    identified: bool
    takeovers: Sequence[TakeoverRequest]
    proposals: Sequence[Credit]

    @property
    def minutes_left(self) -> int | None:
        return None if self.seconds_left is None else self.seconds_left // 60

    @property
    def seen_minutes(self) -> int | None:
        return None if self.seen_seconds is None else self.seen_seconds // 60


def exam_lines(organisation_ids: Collection[UUID]) -> list[ExamLine]:
    """Every exam of these organisations that is offered or has open sittings. Four statements."""
    exams = Exam.objects.filter(organisation_id__in=organisation_ids, kind=ExamKind.EXAM)
    found = list(exams.defer("summary").order_by("order", "key"))
    unfinished = Sitting.objects.filter(exam__in=found, state__in=[SittingState.READY, *OPEN])
    by_state = {
        (exam_id, state): count
        for exam_id, state, count in unfinished.values_list("exam", "state").annotate(count=Count("pk"))
    }
    proposals = _counted(_proposals().filter(sitting__exam__in=found), "sitting__exam")
    takeovers = _counted(_asked().filter(sitting__exam__in=found), "sitting__exam")
    return [
        ExamLine(
            exam,
            by_state.get((exam.pk, "ready"), 0),
            by_state.get((exam.pk, "running"), 0),
            by_state.get((exam.pk, "paused"), 0),
            proposals.get(exam.pk, 0),
            takeovers.get(exam.pk, 0),
        )
        for exam in found
    ]


def exam(key: str, *, organisation_ids: Collection[UUID]) -> Exam | None:
    """One exam of these organisations, or None."""
    return Exam.objects.filter(key=key, organisation_id__in=organisation_ids, kind=ExamKind.EXAM).first()


def sitting(uuid: UUID, *, organisation_ids: Collection[UUID]) -> Sitting | None:
    """One sitting of these organisations' exams with its exam, entry and form, or None."""
    rows = Sitting.objects.filter(
        uuid=uuid, exam__organisation_id__in=organisation_ids, exam__kind=ExamKind.EXAM
    )
    return _with_all(rows).first()


def sittings(exam_id: int, *, view: str, name: str, at: datetime) -> QuerySet[Sitting]:
    """The sittings of an exam that the board shows: by one of VIEWS, and by a part of the candidate's name."""
    rows = Sitting.objects.filter(exam_id=exam_id, state__in=VIEWS[view])
    if view == "ended":
        rows = rows.filter(submitted_at__gte=at - ENDED_LATELY)
    if name:
        rows = rows.filter(candidate_id__in=people.ids_named(name))
    last = Presence.objects.filter(sitting=OuterRef("pk")).order_by("-until_at")
    rows = _with_all(rows).annotate(heard_at=Subquery(last.values("until_at")[:1]))
    return rows.order_by("candidate__display_name", "candidate__email", "pk")


def board(rows: Iterable[Sitting], *, at: datetime) -> list[BoardRow]:
    """The rows of the board for these sittings of `sittings`. Six statements."""
    found = list(rows)
    ids = [row.pk for row in found]
    names = people.cards({row.candidate_id for row in found})
    progress = _progress([row.pk for row in found if row.state in OPEN])
    incidents = _counted(Incident.objects.filter(sitting__in=ids), "sitting")
    checked = set(IdentityCheck.objects.filter(sitting__in=ids).values_list("sitting_id", flat=True))
    takeovers, proposals = defaultdict(list), defaultdict(list)
    for request in _asked().filter(sitting__in=ids).order_by("pk"):
        takeovers[request.sitting_id].append(request)
    for credit in _proposals().filter(sitting__in=ids).select_related("by").order_by("pk"):
        proposals[credit.sitting_id].append(credit)
    lines = []
    for row in found:
        answered, saved_at = progress.get(row.pk, (row.answered or 0, None))
        seen_at = max((t for t in (saved_at, vars(row)["heard_at"], row.started_at) if t), default=None)
        lines.append(
            BoardRow(
                sitting=row,
                name=names[row.candidate_id].display_name,
                answered=answered,
                seen_at=seen_at,
                seen_seconds=None if seen_at is None else max(0, int((at - seen_at).total_seconds())),
                silent=row.state == SittingState.RUNNING
                and seen_at is not None
                and at - seen_at > presence.APART,
                seconds_left=seconds_left(row, at),
                incidents=incidents.get(row.pk, 0),
                identified=row.pk in checked,
                takeovers=takeovers[row.pk],
                proposals=proposals[row.pk],
            )
        )
    return lines


def seconds_left(row: Sitting, at: datetime) -> int | None:
    """What is left of an open sitting; while it is paused its clock stands still."""
    if row.state not in OPEN or row.deadline_at is None:
        return None
    return deadline.seconds_left(deadline_at=row.deadline_at, at=min(at, row.paused_at or at))


def credit_of(uuid: UUID, *, organisation_ids: Collection[UUID]) -> Credit | None:
    """One credit in these organisations' exams with its sitting and exam, or None."""
    rows = Credit.objects.select_related("sitting__exam", "by")
    return rows.filter(uuid=uuid, sitting__exam__organisation_id__in=organisation_ids).first()


def takeover_of(pk: int, *, organisation_ids: Collection[UUID]) -> TakeoverRequest | None:
    """One request of a device in these organisations' exams with its sitting and exam, or None."""
    rows = TakeoverRequest.objects.select_related("sitting__exam")
    return rows.filter(pk=pk, sitting__exam__organisation_id__in=organisation_ids).first()


def outage_proposals(exam_id: int) -> int:
    """How many credits for outages wait in an exam's open sittings."""
    return _proposals().filter(sitting__exam_id=exam_id, cause="outage").count()


def _with_all(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    rows = rows.select_related("exam", "entry", "form")
    return rows.defer("form__package", "form__keys", "form__shapes", "exam__summary")


def _proposals() -> QuerySet[Credit]:
    """Credits that a second person may still decide on: those of sittings that are not over."""
    return Credit.objects.filter(Q(state=CreditState.PROPOSED), sitting__state__in=OPEN)


def _asked() -> QuerySet[TakeoverRequest]:
    return TakeoverRequest.objects.filter(state=TakeoverState.ASKED, sitting__state__in=OPEN)


def _counted(rows: QuerySet, by: str) -> dict[int, int]:  # type: ignore[type-arg]  # of whichever table
    return dict(rows.values_list(by).annotate(count=Count("pk")))


def _progress(sitting_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """By sitting, how many positions are answered and when the last event came. One statement: the current
    answer of each position is found by the database, for a sitting may have thousands of events."""
    if not sitting_ids:
        return {}
    events = ResponseEvent._meta.db_table
    places = ", ".join(["%s"] * len(sitting_ids))
    with connection.cursor() as cursor:
        # Only the name of our own table is set into the text; every value is a parameter.
        cursor.execute(
            "SELECT sitting_id, sum(CASE WHEN place = 1 AND value IS NOT NULL THEN 1 ELSE 0 END), max(at) FROM"  # noqa: S608
            " (SELECT sitting_id, value, at, row_number() OVER"
            "   (PARTITION BY sitting_id, position ORDER BY epoch DESC, seq DESC) AS place"
            f"  FROM {events} WHERE sitting_id IN ({places})) numbered GROUP BY sitting_id",
            list(sitting_ids),
        )
        return {pk: (int(answered), _time(at)) for pk, answered, at in cursor.fetchall()}


def _time(said: datetime | str) -> datetime:
    # SQLite gives the greatest of several times as text, in UTC without saying so.
    read = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
