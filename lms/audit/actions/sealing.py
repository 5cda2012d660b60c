"""Sealing the trail, after the acts and apart from them."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from lms.audit import queries
from lms.audit.models import Entry, Seal
from lms.audit.rules import chain
from lms.db import clock

SETTLED_AFTER = timedelta(minutes=1)
AT_ONCE = 2_000
# How far back an entry is looked for that appeared after greater ones were sealed; the check looks at all.
BEHIND = 10_000


def seal() -> int:
    """Seals every entry that is a minute old and has no seal; answers how many. Two at once: the second finds the
    place taken, and leaves it."""
    sealed = 0
    while count := _seal_some():
        sealed += count
    return sealed


def _seal_some() -> int:
    at = clock.now()
    last = Seal.objects.order_by("-place").first()
    highest = queries.highest_sealed()
    rows = (
        Entry.objects.filter(pk__gt=highest - BEHIND, at__lte=at - SETTLED_AFTER)
        .exclude(Exists(Seal.objects.filter(entry_id=OuterRef("pk"))))
        .order_by("pk")[:AT_ONCE]
    )
    place, value = (last.place, last.chain) if last else (0, chain.START)
    made = []
    for entry in rows:
        place, digest = place + 1, chain.digest(queries.row(entry))
        value = chain.link(value, digest, place)
        made.append(Seal(place=place, entry_id=entry.pk, digest=digest, chain=value, sealed_at=at))
    try:
        with transaction.atomic():
            Seal.objects.bulk_create(made)
    except IntegrityError:
        return 0
    return len(made)
