"""Ending sittings, by hand, by the clock or by staff; and the breaks from them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from exams import signals
from exams.actions import changes, lost_ends
from exams.models import Credit, Sitting, SittingChange
from exams.queries import sittings as queries
from exams.rules import breaks, chain, deadline, responses
from exams.states import CREDIT, SITTING, ClosedBy, CreditCause, SittingState
from lms.audit import trail
from lms.billing.actions import entitlements
from lms.db import clock
from lms.jobs import queue

CHUNK = 100
BREAK = "break"  # the note on the changes of a sitting that a break makes


def close(*, sitting_id: int) -> bool:
    """Closes a sitting whose time is up and whose grace is over, with the answers saved by then; returns
    whether it did.

    Called by the sweep and by whatever touches the sitting, so that correctness never waits for a worker.
    """
    return _close(Sitting.objects.filter(pk=sitting_id)) == 1


def close_overdue() -> int:
    """Closes every sitting whose time is up, many in one transaction; returns how many.

    Where one of them can't be closed, the others of its lot are closed each by itself, and its fault is
    raised at the end. What somebody else holds just now is left to them: they see that time is up.
    """
    end_of_grace = clock.now() - deadline.GRACE
    running = Q(state=SittingState.RUNNING, deadline_at__lt=end_of_grace)
    paused = Q(state=SittingState.PAUSED, window_closes_at__lt=end_of_grace)
    overdue = Sitting.objects.filter(running | paused)
    total, after, faults = 0, 0, []
    while found := list(overdue.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        after = found[-1]
        try:
            total += _close(Sitting.objects.filter(pk__in=found).order_by("pk"))
        except Exception:  # of whichever it was: found out by closing each alone
            for pk in found:
                try:
                    total += close(sitting_id=pk)
                except Exception as fault:
                    faults.append(fault)
    if faults:
        raise ExceptionGroup("sittings that could not be closed", faults)
    return total


def _close(rows: QuerySet[Sitting], *, is_back: bool = False) -> int:
    """Closes those of these sittings that are to be closed and that nobody else holds, in one transaction."""
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        found = queries.timed(changes.lean(rows).select_for_update(of=("self",), skip_locked=skip))
        held = [(sitting, queries.time_of(sitting)) for sitting in found]
        for sitting, at in held:
            end_break_if_over(sitting, at)
            if is_back:
                lost_ends.give_back(sitting, at)
        past = [(sitting, at) for sitting, at in held if _is_over(sitting, at)]
        waited_for = lost_ends.waited_for(past)
        over = [(sitting, at) for sitting, at in past if sitting.pk not in waited_for]
        if over:
            at = max(at for _, at in over)
            _end(
                [(sitting, changes.deadline_of(sitting)) for sitting, _ in over],
                "close",
                ClosedBy.CLOCK,
                at=at,
            )
        return len(over)


def note_missed() -> int:
    """Notes as missed what was not started while its window was open; returns how many."""
    late = Sitting.objects.filter(state=SittingState.READY, entry__window__closes_at__lte=clock.now())
    total = 0
    for pk in list(late.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "entry")
            sitting = rows.get(pk=pk)
            if sitting.state == SittingState.READY:
                at = clock.now()
                before, sitting.state = sitting.state, SITTING.after(sitting.state, "miss")
                sitting.save(update_fields=["state"])
                changes.note(sitting, "miss", before, at, by_id=None)
                if sitting.entry.use_key:
                    # What was refunded before is not used up by being missed.
                    with suppress(entitlements.NoEntitlement), transaction.atomic():
                        entitlements.begin(use_key=sitting.entry.use_key, at=at)
                total += 1
    return total


def refresh(sitting: Sitting, *, is_back: bool = False) -> Sitting:
    """The sitting as it stands now: its break ended and itself closed first, if their time is up and nothing
    has done it yet. `is_back` says that its own candidate asks: what an outage took of its end is given back."""
    at = clock.now()
    if sitting.state in (SittingState.RUNNING, SittingState.PAUSED) and (
        breaks.is_over(ends_at=sitting.break_ends_at, at=at) or _is_past(sitting, at)
    ):
        _close(Sitting.objects.filter(pk=sitting.pk), is_back=is_back)
        sitting.refresh_from_db(
            fields=[
                "state", "submitted_at", "closed_by", "answered", "responses_digest", "paused_at", "deadline_at",
                "credited", "break_ends_at", "break_taken",
            ]
        )  # fmt: skip
    return sitting


def end_break_if_over(sitting: Sitting, at: datetime) -> None:
    """Ends the break of a sitting that the caller has locked, with its exam, if it has run out: as of the
    moment when it did, whenever anybody came to notice."""
    if sitting.break_ends_at is not None and breaks.is_over(ends_at=sitting.break_ends_at, at=at):
        end_break(sitting, at=sitting.break_ends_at, by_id=None)


def end_break(sitting: Sitting, *, at: datetime, by_id: int | None) -> None:
    """Lets a sitting on a break go on, which the caller has locked, with its exam: the time of the break is
    credited, and the deadline moves with it."""
    assert sitting.paused_at is not None and sitting.break_ends_at is not None, "the sitting is on a break"
    before, sitting.state = sitting.state, SITTING.after(sitting.state, "resume")
    # A statement that waited for the lock may have begun before the break that it then met.
    amount = breaks.length(begun_at=sitting.paused_at, ends_at=sitting.break_ends_at, at=at)
    Credit.objects.create(
        sitting=sitting,
        state=CREDIT.after(CREDIT.start, "grant"),
        cause=CreditCause.BREAK,
        amount=amount,
        reason="The accommodation allows breaks.",
        by_id=sitting.candidate_id,
        at=at,
        decided_at=at,
    )
    sitting.credited += amount
    sitting.break_taken += amount
    sitting.paused_at = sitting.break_ends_at = None
    changes.set_deadline(sitting)
    sitting.save(
        update_fields=["state", "paused_at", "break_ends_at", "break_taken", "credited", "deadline_at"]
    )
    facts: dict[str, object] = {"seconds": int(amount.total_seconds()), "cause": str(CreditCause.BREAK)}
    changes.note(sitting, "resume", before, at, by_id=by_id, facts=facts, reason=BREAK)


def closed_if_over(sitting: Sitting, at: datetime) -> bool:
    """Closes a sitting that the caller has locked, with exam and form, if it is to be closed; returns whether it
    did. One whose end an outage took stays open as long as its candidate may come back."""
    if not _is_over(sitting, at) or lost_ends.waited_for([(sitting, at)]):
        return False
    # It ended at its deadline, whenever anybody came to notice.
    end(sitting, "close", ClosedBy.CLOCK, ended_at=changes.deadline_of(sitting), at=at, by_id=None)
    return True


def _is_over(sitting: Sitting, at: datetime) -> bool:
    return sitting.state in (SittingState.RUNNING, SittingState.PAUSED) and _is_past(sitting, at)


def _is_past(sitting: Sitting, at: datetime) -> bool:
    return deadline.is_past(
        deadline_at=changes.deadline_of(sitting),
        window_closes_at=sitting.window_closes_at,
        paused_at=sitting.paused_at,
        at=at,
    )


def end(
    sitting: Sitting,
    event: str,
    closed_by: ClosedBy,
    *,
    ended_at: datetime,
    at: datetime,
    by_id: int | None,
    reason: str = "",
) -> None:
    """Ends a sitting that the caller has locked, with exam and form, and judged fit to end: its responses are
    counted and digested with the head of their chain. Announces `sitting_submitted`."""
    _end([(sitting, ended_at)], event, closed_by, at=at, by_id=by_id, reason=reason)


def _end(
    ending: Sequence[tuple[Sitting, datetime]],
    event: str,
    closed_by: ClosedBy,
    *,
    at: datetime,
    by_id: int | None = None,
    reason: str = "",
) -> None:
    """What `end` does, for many and when each of them ended. As many statements as for one."""
    recorded = queries.recorded([sitting.pk for sitting, _ in ending], open_ones=True)
    moves, acts = [], []
    for sitting, ended_at in ending:
        before, sitting.state = sitting.state, SITTING.after(sitting.state, event)
        events, head = recorded[sitting.pk].events, recorded[sitting.pk].head
        bound = {"sitting": str(sitting.uuid), "form_digest": sitting.form.digest if sitting.form else ""}
        values = responses.current(events)
        sitting.submitted_at, sitting.closed_by = ended_at, closed_by
        sitting.paused_at = sitting.break_ends_at = None
        sitting.answered, sitting.chain_length = len(values), len(events)
        sitting.responses_digest = responses.receipt_digest(values, **bound)
        sitting.chain_head = (head or chain.root(**bound)).hex()
        moves.append(changes.change(sitting, event, before, at, by_id=by_id, reason=reason))
        facts = {"answered": len(values), "digest": sitting.responses_digest, "head": sitting.chain_head}
        acts.append(trail.Act(f"exams.sitting:{sitting.pk}", facts, sitting.exam.organisation_id))
    _write([sitting for sitting, _ in ending])
    SittingChange.objects.bulk_create(moves)
    trail.record_all(f"exams.sitting.{changes.VERBS[event]}", acts, at=at, actor_id=by_id)
    with queue.together():
        for sitting, ended_at in ending:
            signals.sitting_submitted.announce(
                sitting_id=sitting.pk,
                person_id=sitting.candidate_id,
                exam_key=sitting.exam.key,
                at=ended_at,
                closed_by=str(closed_by),
            )


def _write(ended: Sequence[Sitting]) -> None:
    """Saves what the end of sittings leaves behind: one statement, which the ORM has none for but a far slower one."""
    rows: list[Any] = []
    for sitting in ended:
        moment = connection.ops.adapt_datetimefield_value(sitting.submitted_at)
        rows += [
            sitting.pk,
            sitting.state,
            sitting.closed_by,
            moment,
            sitting.answered,
            sitting.responses_digest,
        ]
        rows += [sitting.chain_length, sitting.chain_head]
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(ended))
    with connection.cursor() as cursor:
        # Only the name of our own table is set into the text.
        cursor.execute(
            f"WITH ended (id, state, closed_by, submitted_at, answered, digest, length, head) AS (VALUES {places})"  # noqa: S608
            f" UPDATE {Sitting._meta.db_table} AS s SET state = ended.state, closed_by = ended.closed_by,"
            " submitted_at = ended.submitted_at, paused_at = NULL, break_ends_at = NULL, answered = ended.answered,"
            " responses_digest = ended.digest, chain_length = ended.length, chain_head = ended.head"
            " FROM ended WHERE s.id = ended.id",
            rows,
        )
