"""What terms mean, for the texts that explain them."""

from collections.abc import Collection

from courses.models import Term
from courses.rules.lessons import Meaning


def of(keys: Collection[str]) -> tuple[Meaning, ...]:
    """What these terms mean, those that there are. One statement, none for no keys."""
    if not keys:
        return ()
    rows = Term.objects.filter(key__in=keys)
    return tuple(Meaning(key, term, text) for key, term, text in rows.values_list("key", "term", "text"))
