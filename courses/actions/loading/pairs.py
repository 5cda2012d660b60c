"""Tables of pairs, brought to what is wanted in at most three statements."""

from collections.abc import Collection

from django.db.models import Model


def put(
    table: type[Model], one: str, other: str, wanted: set[tuple[int, int]], of: Collection[int]
) -> set[int]:
    """Makes the pairs whose first member is among `of` those that are wanted; returns the first members of
    pairs that came or went. `one` and `other` are the table's columns."""
    mine = table._default_manager.filter(**{f"{one}__in": list(of)})
    rows = {(first, second): pk for first, second, pk in mine.values_list(one, other, "pk")}
    gone = set(rows) - wanted
    fresh = sorted(wanted - set(rows))
    if gone:
        table._default_manager.filter(pk__in=[rows[pair] for pair in gone]).delete()
    table._default_manager.bulk_create([table(**{one: first, other: second}) for first, second in fresh])
    return {first for first, _ in (*gone, *fresh)}
