"""Glossaries, brought to what their files say."""

from collections.abc import Iterable
from typing import Any

from courses.actions.loading import pairs
from courses.actions.loading.tally import Tally, differs
from courses.models import Clause, Framework, Glossary, Term
from courses.rules.library.texts import GlossaryText


def load(glossaries: Iterable[GlossaryText], tally: Tally) -> None:
    """Makes the terms of each glossary those of its file.

    Terms are written in files alone, and nothing but links points at them: what left a file goes.
    The number of statements doesn't grow with that of the terms.
    """
    for text in glossaries:
        row = _glossary(text, tally)
        fresh, touched, gone = _terms(row, text)
        touched |= _links(row, text)
        touched -= fresh
        tally.created += len(fresh)
        tally.changed += len(touched) + gone
        tally.unchanged += len(text.terms) - len(fresh) - len(touched)


def _glossary(text: GlossaryText, tally: Tally) -> Glossary:
    wanted: dict[str, Any] = {
        "title": text.title,
        "language": text.language,
        "framework_id": Framework.objects.get(key=text.framework).pk,
    }
    row = Glossary.objects.filter(key=text.key).first()
    if row is None:
        tally.created += 1
        return Glossary.objects.create(key=text.key, **wanted)
    if differs(row, wanted):
        row.save()
        tally.changed += 1
    else:
        tally.unchanged += 1
    return row


def _terms(glossary: Glossary, text: GlossaryText) -> tuple[set[str], set[str], int]:
    """Writes the terms themselves; returns the keys of the new, those of the changed, and how many went."""
    rows = {row.key: row for row in glossary.terms.all()}
    fresh, changed = [], []
    for term in text.terms:
        wanted = {"term": term.term, "also": list(term.also), "text": term.text}
        row = rows.get(term.key)
        if row is None:
            fresh.append(Term(glossary=glossary, key=term.key, **wanted))
        elif differs(row, wanted):
            changed.append(row)
    Term.objects.bulk_create(fresh)
    Term.objects.bulk_update(changed, ["term", "also", "text"])
    gone = set(rows) - {term.key for term in text.terms}
    if gone:
        glossary.terms.filter(key__in=gone).delete()
    return {row.key for row in fresh}, {row.key for row in changed}, len(gone)


def _links(glossary: Glossary, text: GlossaryText) -> set[str]:
    """Writes what terms point at; returns the keys of those whose pointers changed."""
    ids = dict(glossary.terms.values_list("key", "pk"))
    clauses = dict(Clause.objects.filter(framework=glossary.framework_id).values_list("ref", "pk"))
    keys = {pk: key for key, pk in ids.items()}
    refs = {(ids[term.key], clauses[ref]) for term in text.terms for ref in term.refs}
    see = {(ids[term.key], ids[key]) for term in text.terms for key in term.see}
    moved = pairs.put(Term.clauses.through, "term_id", "clause_id", refs, keys)
    moved |= pairs.put(Term.see.through, "from_term_id", "to_term_id", see, keys)
    return {keys[pk] for pk in moved}
