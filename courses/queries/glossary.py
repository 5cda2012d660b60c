"""The glossary, as it is read: terms by letter, and what belongs to a clause."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from courses.models import Term
from courses.queries.lessons import Ref


@dataclass(frozen=True)
class TermName:
    key: str
    term: str


@dataclass(frozen=True)
class TermView:
    """A term with its other words, its clauses and controls in the order of the standard, and kindred terms."""

    key: str
    term: str
    also: tuple[str, ...]
    text: str
    refs: tuple[Ref, ...]
    see: tuple[TermName, ...]

    @property
    def letter(self) -> str:
        """The letter under which it stands; `#` for what begins with none."""
        first = unicodedata.normalize("NFD", self.term)[:1].upper()
        return first if first.isalpha() else "#"

    def says(self, words: str) -> bool:
        """Whether all of these words, in lower case, stand somewhere in it."""
        text = " ".join((self.term, *self.also, self.text)).casefold()
        return all(word in text for word in words.split())


@dataclass(frozen=True)
class Letter:
    letter: str
    terms: tuple[TermView, ...]

    @property
    def anchor(self) -> str:
        return f"letter_{self.letter}" if self.letter != "#" else "letter_other"


def terms(*, words: str = "", ref: str = "") -> tuple[TermView, ...]:
    """The terms that say all of `words`, and belong to the clause or control `ref`, in the order of the
    alphabet. Three statements, however many there are."""
    rows = Term.objects.prefetch_related("clauses", "see")
    if ref:
        rows = rows.filter(clauses__ref=ref)
    views = sorted(map(_view, rows), key=lambda view: view.term.casefold())
    wanted = words.casefold()
    return tuple(view for view in views if view.says(wanted))


def term(key: str) -> TermView | None:
    """One term, or None. Three statements."""
    row = Term.objects.prefetch_related("clauses", "see").filter(key=key).first()
    return None if row is None else _view(row)


def term_keys() -> tuple[str, ...]:
    """The key of every term. One statement."""
    return tuple(Term.objects.order_by("key").values_list("key", flat=True))


def by_letter(found: Iterable[TermView]) -> tuple[Letter, ...]:
    """Terms in the order of the alphabet, under their letters."""
    return tuple(Letter(letter, tuple(group)) for letter, group in groupby(found, lambda view: view.letter))


def _view(row: Term) -> TermView:
    clauses = sorted(row.clauses.all(), key=lambda clause: clause.position)
    return TermView(
        key=row.key,
        term=row.term,
        also=tuple(row.also),
        text=row.text,
        refs=tuple(Ref(clause.ref, clause.title, clause.kind) for clause in clauses),
        see=tuple(sorted((TermName(other.key, other.term) for other in row.see.all()), key=_name)),
    )


def _name(name: TermName) -> str:
    return name.term.casefold()
