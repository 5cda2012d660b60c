"""A server that was out of reach, seen as a common gap in what was heard of many sittings."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exams.rules.presence import APART

LEAST = timedelta(seconds=60)
FEWEST = 3
# So long the pages have to come back after an outage, before it is judged how many shared it.
SETTLING = timedelta(seconds=60)

# So long after the house is heard again a candidate has to come back to an end that an outage took.
RETURN = timedelta(minutes=10)
# Where nobody at all comes back, such an end is waited for so long.
NOBODY = timedelta(hours=2)


@dataclass(frozen=True, order=True)
class Span:
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Loss:
    """What one sitting lost in an outage. `own_from_at` is when it was last heard before: it stays the same
    however the others come back, so it tells this loss from any other of the sitting."""

    own_from_at: datetime
    amount: timedelta


@dataclass(frozen=True)
class Outage:
    """A common gap: when, how many sittings were running around it, and what each that shared it lost."""

    from_at: datetime
    until_at: datetime
    running: int
    losses: Mapping[int, Loss]


def outages(heard: Mapping[int, Sequence[Span]]) -> tuple[Outage, ...]:
    """The gaps of at least 60 s that at least 3 sittings shared, and at least half of those that were
    running before and after. `heard` holds, by sitting, the spans in which it was heard or stood still."""
    spans = {key: _merged(found) for key, found in heard.items() if found}
    gaps = {
        key: [Span(a.until_at, b.from_at) for a, b in itertools.pairwise(found)]
        for key, found in spans.items()
    }
    found = (_outage(common, spans, gaps) for common in _common(spans, gaps))
    return tuple(outage for outage in found if outage is not None)


def silent_from(*, last: Sequence[tuple[int, datetime]], deadline_at: datetime) -> datetime | None:
    """Since when nobody was heard, where a deadline fell into an outage of the house; otherwise None.

    `last` holds the sittings that were heard last by then, whichever they were, each with the end of the
    span in which it was. At least 3 of them fell silent together, and for at least 60 s up to the deadline
    not one was heard.
    """
    if not last:
        return None
    begin = max(until_at for _, until_at in last)
    together = {key for key, until_at in last if begin - until_at <= APART}
    return begin if len(together) >= FEWEST and deadline_at - begin >= LEAST else None


def is_waited_for(*, deadline_at: datetime, heard_again_at: datetime | None, at: datetime) -> bool:
    """Whether a candidate may still come back to an end that an outage took: for 10 minutes after anybody
    was heard again, and for 2 hours where nobody was."""
    return at < (deadline_at + NOBODY if heard_again_at is None else heard_again_at + RETURN)


def _common(spans: Mapping[int, Sequence[Span]], gaps: Mapping[int, Sequence[Span]]) -> Sequence[Span]:
    edges = sorted({edge for own in gaps.values() for gap in own for edge in (gap.from_at, gap.until_at)})
    shared = []
    for begin, end in itertools.pairwise(edges):
        running = sum(own[0].from_at <= begin and own[-1].until_at >= end for own in spans.values())
        silent = sum(any(g.from_at <= begin and g.until_at >= end for g in own) for own in gaps.values())
        if silent >= FEWEST and 2 * silent >= running:
            shared.append(Span(begin, end))
    return [span for span in _merged(shared) if span.until_at - span.from_at >= LEAST]


def _outage(
    common: Span, spans: Mapping[int, Sequence[Span]], gaps: Mapping[int, Sequence[Span]]
) -> Outage | None:
    losses = {}
    for key, own in gaps.items():
        for gap in own:
            amount = min(gap.until_at, common.until_at) - max(gap.from_at, common.from_at)
            if amount >= LEAST:
                losses[key] = Loss(gap.from_at, amount)
    running = sum(
        own[0].from_at <= common.from_at and own[-1].until_at >= common.until_at for own in spans.values()
    )
    # Silent at one time or another is not enough: so many must have shared a good part of it.
    return Outage(common.from_at, common.until_at, running, losses) if len(losses) >= FEWEST else None


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.from_at <= merged[-1].until_at:
            merged[-1] = Span(merged[-1].from_at, max(merged[-1].until_at, span.until_at))
        else:
            merged.append(span)
    return merged
