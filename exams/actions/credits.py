"""Time added to sittings. The deadline moves in the transaction that grants, and only away from now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from exams.actions import changes, endings, invigilators, sittings
from exams.actions.invigilators import OPEN, SamePerson, Tally
from exams.models import Credit, Presence, Sitting
from exams.rules import credits, outages
from exams.rules.outages import Outage, Span
from exams.states import CREDIT, CreditCause, CreditState, ExamKind
from lms.audit import trail
from lms.db import clock

# An outage is looked for so far back; a sitting that lost time longer ago has been credited by then, or decided on.
LOOK_BACK = timedelta(hours=2)


class UnknownCredit(LookupError):
    """There is no such credit."""


def give(*, sitting_uuid: UUID, by_id: int, amount: timedelta, reason: str) -> Credit:
    """Adds time to a sitting that is not over. What one person may give alone is granted at once and moves
    the deadline; more is proposed, and a second person grants or declines it.

    Raises UnknownSitting, NotIndependent, NotRunning.
    """
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if not endings.closed_if_over(sitting, at) and sitting.state in OPEN:
            credit = Credit(
                sitting=sitting, cause=CreditCause.STAFF, amount=amount, reason=reason, by_id=by_id, at=at
            )
            if _needs_second(sitting, amount, by_id):
                credit.state = CREDIT.start
                credit.save()
                _record(credit, "proposed", at, by_id)
            else:
                _grant(credit, sitting, at, by_id)
            return credit
    raise sittings.NotRunning


def give_all(*, exam_id: int, by_id: int, amount: timedelta, reason: str) -> Tally:
    """Adds time to every sitting of an exam that is not over, each under the rules of `give`."""

    def act(sitting_uuid: UUID) -> None:
        give(sitting_uuid=sitting_uuid, by_id=by_id, amount=amount, reason=reason)

    return invigilators.each(exam_id=exam_id, which=Q(state__in=OPEN), by_id=by_id, act=act)


def for_pause(*, sitting: Sitting, at: datetime, by_id: int, reason: str) -> None:
    """Credits the interruption of a sitting that the caller has locked, resumes and saves: the clock stood
    still, and now the deadline says so."""
    assert sitting.paused_at is not None, "the table refuses a paused sitting without its time"
    # A statement that waited for the lock may have begun before the pause that it then met.
    amount = max(at - sitting.paused_at, timedelta())
    credit = Credit(
        sitting=sitting, cause=CreditCause.PAUSE, amount=amount, reason=reason, by_id=by_id, at=at
    )
    credit.state, credit.decided_at = CREDIT.after(CREDIT.start, "grant"), at
    credit.save()
    sitting.credited += amount
    changes.set_deadline(sitting)


def grant(*, credit_uuid: UUID, by_id: int, reason: str = "") -> Credit:
    """Grants a proposed credit, as a second person; one that no person proposed needs one person alone.

    A credit that is granted already is returned as it is. Raises UnknownCredit, NotIndependent,
    SamePerson, NotRunning, and IllegalMove for one that was declined.
    """
    with transaction.atomic():
        credit, sitting, at = _locked(credit_uuid, by_id)
        if credit.state == CreditState.GRANTED:
            return credit
        if not endings.closed_if_over(sitting, at) and sitting.state in OPEN:
            credit.decided_by_id, credit.decision_reason = by_id, reason
            _grant(credit, sitting, at, by_id)
            return credit
    raise sittings.NotRunning


def decline(*, credit_uuid: UUID, by_id: int, reason: str) -> Credit:
    """Declines a proposed credit: the deadline stands. Raises UnknownCredit, NotIndependent, SamePerson,
    and IllegalMove for one that is decided."""
    with transaction.atomic():
        credit, _, at = _locked(credit_uuid, by_id)
        credit.state = CREDIT.after(credit.state, "decline")
        credit.decided_by_id, credit.decided_at, credit.decision_reason = by_id, at, reason
        credit.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        _record(credit, "declined", at, by_id)
    return credit


def grant_outages(*, exam_id: int, by_id: int) -> Tally:
    """Grants every credit that was proposed for an outage to a sitting of an exam that is not over."""
    waiting = Credit.objects.filter(
        sitting__exam_id=exam_id,
        sitting__state__in=OPEN,
        state=CreditState.PROPOSED,
        cause=CreditCause.OUTAGE,
    )
    done = barred = passed_by = 0
    for credit_uuid in list(waiting.order_by("pk").values_list("uuid", flat=True)):
        try:
            grant(credit_uuid=credit_uuid, by_id=by_id)
        except invigilators.NotIndependent:
            barred += 1
        except sittings.NotRunning:
            passed_by += 1
        else:
            done += 1
    return Tally(done, barred, passed_by)


def propose_outages() -> int:
    """Proposes a credit to every open sitting that lost time in a common gap, once for each of its gaps;
    returns how many. Practice is left out, for nobody watches over it. Looks at all sittings together, and at each exam's alone: a test centre may be out
    of reach while others are not."""
    at = clock.now()
    open_now = list(
        Sitting.objects.filter(state__in=OPEN, exam__kind=ExamKind.EXAM).values_list(
            "pk", "exam_id", "exam__organisation_id"
        )
    )
    if len(open_now) < outages.FEWEST:
        return 0
    heard = _heard([pk for pk, _, _ in open_now], at)
    by_exam: dict[int, dict[int, Sequence[Span]]] = defaultdict(dict)
    for pk, exam_id, _ in open_now:
        by_exam[exam_id][pk] = heard.get(pk, ())
    rooms: list[Mapping[int, Sequence[Span]]] = [heard, *by_exam.values()]
    found = [outage for room in rooms for outage in outages.outages(room)]
    organisations = {pk: organisation_id for pk, _, organisation_id in open_now}
    made = 0
    for outage in found:
        # Before that some may still be coming back, and the common gap would look longer than it was.
        if at - outage.until_at >= outages.SETTLING:
            made += _propose(outage, at, organisations)
    return made


def _propose(outage: Outage, at: datetime, organisations: Mapping[int, UUID]) -> int:
    reason = (
        f"Out of reach from {outage.from_at:%H:%M:%S} to {outage.until_at:%H:%M:%S} UTC,"
        f" as {len(outage.losses)} of {outage.running} sittings were."
    )
    rows = [
        Credit(
            sitting_id=pk,
            state=CREDIT.start,
            cause=CreditCause.OUTAGE,
            amount=loss.amount,
            reason=reason,
            at=at,
            silent_from_at=loss.own_from_at,
        )
        for pk, loss in outage.losses.items()
    ]
    with transaction.atomic():
        known = set(
            Credit.objects.filter(sitting__in=list(outage.losses), silent_from_at__isnull=False).values_list(
                "sitting_id", "silent_from_at"
            )
        )
        fresh = [row for row in rows if (row.sitting_id, row.silent_from_at) not in known]
        # Two workers may look at once; the table lets each gap be proposed once.
        Credit.objects.bulk_create(fresh, ignore_conflicts=True)
        for row in fresh:
            trail.record(
                "exams.credit.proposed",
                subject=f"exams.sitting:{row.sitting_id}",
                at=at,
                actor_id=None,
                facts={"seconds": int(row.amount.total_seconds()), "cause": str(row.cause)},
                organisation_id=organisations[row.sitting_id],
            )
    return len(fresh)


def _heard(sitting_ids: Sequence[int], at: datetime) -> dict[int, list[Span]]:
    """By sitting, the spans in which it was heard, or paused and so lost nothing. Three statements."""
    heard: dict[int, list[Span]] = defaultdict(list)
    since = at - LOOK_BACK
    rows = Presence.objects.filter(sitting__in=sitting_ids, until_at__gte=since)
    for pk, begin, end in rows.values_list("sitting_id", "from_at", "until_at"):
        heard[pk].append(Span(begin, end))
    stood_still = (CreditCause.PAUSE, CreditCause.BREAK)
    pauses = Credit.objects.filter(sitting__in=sitting_ids, cause__in=stood_still, at__gte=since)
    for pk, end, amount in pauses.values_list("sitting_id", "at", "amount"):
        heard[pk].append(Span(end - amount, end))
    still = Sitting.objects.filter(pk__in=sitting_ids, paused_at__isnull=False)
    for pk, paused_at, break_ends_at in still.values_list("pk", "paused_at", "break_ends_at"):
        if paused_at is not None:
            heard[pk].append(Span(paused_at, max(paused_at, min(at, break_ends_at or at))))
    return dict(heard)


def _needs_second(sitting: Sitting, amount: timedelta, by_id: int) -> bool:
    alone = Credit.objects.filter(
        sitting=sitting,
        by_id=by_id,
        cause=CreditCause.STAFF,
        state=CreditState.GRANTED,
        decided_by__isnull=True,
    )
    given = alone.aggregate(total=Sum("amount"))["total"] or timedelta()
    most = timedelta(seconds=sitting.exam.credit_seconds_alone)
    return credits.needs_second(amount=amount, given_alone=given, alone=most)


def _locked(credit_uuid: UUID, by_id: int) -> tuple[Credit, Sitting, datetime]:
    """A credit and its sitting, the sitting locked first as everywhere."""
    sitting_uuid = Credit.objects.filter(uuid=credit_uuid).values_list("sitting__uuid", flat=True).first()
    if sitting_uuid is None:
        raise UnknownCredit(credit_uuid)
    sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
    credit = Credit.objects.select_for_update(of=("self",)).get(uuid=credit_uuid)
    if credit.by_id == by_id:
        raise SamePerson
    credit.sitting = sitting
    return credit, sitting, at


def _grant(credit: Credit, sitting: Sitting, at: datetime, by_id: int) -> None:
    credit.state, credit.decided_at = CREDIT.after(credit.state, "grant"), at
    credit.save()
    sitting.credited += credit.amount
    changes.set_deadline(sitting)
    sitting.save(update_fields=["credited", "deadline_at"])
    facts = {"seconds": int(credit.amount.total_seconds()), "cause": str(credit.cause)}
    changes.note(sitting, "credit", sitting.state, at, by_id=by_id, facts=facts, reason=credit.reason)


def _record(credit: Credit, became: str, at: datetime, by_id: int | None) -> None:
    trail.record(
        f"exams.credit.{became}",
        subject=f"exams.sitting:{credit.sitting_id}",
        at=at,
        actor_id=by_id,
        facts={"seconds": int(credit.amount.total_seconds()), "cause": str(credit.cause)},
        organisation_id=credit.sitting.exam.organisation_id,
    )
