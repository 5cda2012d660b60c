"""Which text counts, and what a person has not accepted yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from lms.privacy.models import Acceptance, LegalText

# What an account rests on: asked for at sign-up, and anew when it changes materially.
OF_ACCOUNTS = ("terms", "privacy")
# In the session of who has something to accept.
OUTSTANDING = "legal_outstanding"


@dataclass(frozen=True)
class Current:
    """The text that counts; `needed` is the version that must have been accepted at least."""

    kind: str
    version: int
    title: str
    needed: int


def current(kinds: Sequence[str] = OF_ACCOUNTS) -> list[Current]:
    """The texts of these kinds that count, those that are published, by their titles in the language of the page. One
    statement."""
    spoken = (get_language() or "en").partition("-")[0]
    every = list(LegalText.objects.filter(kind__in=kinds, language__in={"en", spoken}).order_by("version"))
    rows = [row for row in every if row.language == "en"]
    titles = {(row.kind, row.version): row.title for row in every if row.language == spoken}
    newest: dict[str, LegalText] = {row.kind: row for row in rows}
    needed: dict[str, int] = {}
    for row in rows:
        if row.material or row.kind not in needed:
            needed[row.kind] = row.version
    found = (newest[kind] for kind in kinds if kind in newest)
    return [
        Current(row.kind, row.version, titles.get((row.kind, row.version), row.title), needed[row.kind])
        for row in found
    ]


def outstanding(person_id: int, kinds: Sequence[str] = OF_ACCOUNTS) -> list[Current]:
    """What this person is still to accept. Two statements."""
    accepted: dict[str, int] = {}
    rows = Acceptance.objects.filter(person_id=person_id, kind__in=kinds)
    for kind, version in rows.values_list("kind", "version"):
        accepted[kind] = max(version, accepted.get(kind, 0))
    return [text for text in current(kinds) if accepted.get(text.kind, 0) < text.needed]


def versions(kind: str) -> list[LegalText]:
    """Every published text of a kind, the newest first."""
    return list(LegalText.objects.filter(kind=kind))
