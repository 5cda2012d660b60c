"""What a sweep does to many things, each by itself: none that fails stands in the way of another, in this turn or the next."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Model, QuerySet

from lms.db import clock
from lms.jobs.models import Setback

# So many faults in one turn are no longer those of single things: what is left waits for the next turn.
MOST_FAULTS: Final = 20
LONGEST_REST: Final = timedelta(hours=1)
_MOST_TRIES: Final = 1000  # from there on only the rest is counted, which is an hour long since
_FORGOTTEN: Final = timedelta(days=30)


def each[T: Model](
    rows: QuerySet[T], do: Callable[[T], object], *, sweep: str, failed: str, most: int = 100
) -> None:
    """Does it to so many of the rows, one after the other, in their order; first to those that never failed.

    What fails rests for a minute, then two, four, eight … at most an hour, and so does what ended its worker. What went
    wrong is raised at the end, together, as an ExceptionGroup under the words of `failed`; after 20 faults the rest is
    left for the next turn, in which those that rest are passed over.
    """
    faults: list[Exception] = []
    for thing, tries in _turn(rows, sweep, clock.now(), most):
        # Written before it is begun: what takes its worker along is not begun again at once either.
        rests_until = clock.now() + min(timedelta(minutes=2 ** min(tries, 6)), LONGEST_REST)
        Setback.objects.update_or_create(
            sweep=sweep,
            thing=thing.pk,
            defaults={"tries": min(tries + 1, _MOST_TRIES), "rests_until": rests_until},
        )
        mine = Setback.objects.filter(sweep=sweep, thing=thing.pk)
        try:
            do(thing)
        except Exception as fault:
            faults.append(fault)
            mine.update(last_error=f"{type(fault).__name__}: {fault}"[:2000])
        else:
            mine.delete()
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        raise ExceptionGroup(failed, faults)


def _turn[T: Model](rows: QuerySet[T], sweep: str, at: datetime, most: int) -> Iterator[tuple[T, int]]:
    """What is to be done in this turn, with how often it failed."""
    known = Setback.objects.filter(sweep=sweep)
    known.filter(rests_until__lt=at - _FORGOTTEN).delete()
    fresh = list(rows.exclude(pk__in=known.values("thing"))[:most])
    yield from ((thing, 0) for thing in fresh)
    rested = dict(known.filter(rests_until__lte=at).values_list("thing", "tries"))
    again = rows.filter(pk__in=known.filter(rests_until__lte=at).values("thing"))[: most - len(fresh)]
    yield from ((thing, rested.get(thing.pk, 1)) for thing in list(again))
