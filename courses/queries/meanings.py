"""What terms mean, for the texts that explain them."""

from collections.abc import Collection

from django.db.models import FilteredRelation, Q

from courses.models import Term
from courses.rules.lessons import Meaning


def of(keys: Collection[str], language: str = "") -> tuple[Meaning, ...]:
    """What these terms mean, those that there are; in a language those that are translated into it. One statement, none for
    no keys."""
    if not keys:
        return ()
    rows = Term.objects.filter(key__in=keys).annotate(
        said=FilteredRelation("words", condition=Q(words__language=language))
    )
    return tuple(
        Meaning(key, name or term, said or text, language if name else "")
        for key, term, text, name, said in rows.values_list("key", "term", "text", "said__name", "said__text")
    )
