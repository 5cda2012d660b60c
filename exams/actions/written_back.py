"""Items that were edited here and written back: the file that says the same may change them again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from exams.models import Item, ItemChange
from exams.queries import versions as version_queries
from exams.queries import written
from exams.rules.library import ParsedItem

# What puts an item's text where it is.
WRITTEN = ("load", "add", "import", "import-incomplete", "edit", "revise", "arrange", "enemies")


def is_back(row: Item, one: ParsedItem) -> bool:
    """Whether an item that was edited here says what its file says now: the edit was written back."""
    if not was_edited(row):
        return False
    found = written.items(row.bank, [row.code])
    return any(
        set(one.enemies) <= set(said.enemies) and replace(said, enemies=one.enemies).digest == one.digest
        for said in found
    )


def enter(returned: Sequence[tuple[Item, ParsedItem]], at: datetime) -> None:
    """Counts them as loaded from here on, with a change row each."""
    for row, one in returned:
        row.library_digest = one.digest
    Item.objects.bulk_update([row for row, _ in returned], ["library_digest"])
    ItemChange.objects.bulk_create(
        ItemChange(
            item=row,
            event="load",
            from_state=row.state,
            to_state=row.state,
            version=row.current,
            described=version_queries.described(row),
            at=at,
        )
        for row, _ in returned
    )


def was_edited(row: Item) -> bool:
    """Whether people have written or edited it since it was loaded last."""
    last = row.changes.filter(event__in=WRITTEN).order_by("-pk").values_list("event", flat=True).first()
    return last != "load"
