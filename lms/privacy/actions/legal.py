"""Publishing legal texts, and accepting them."""

from collections.abc import Sequence

from django.db import transaction

from lms.audit import trail
from lms.db import clock
from lms.kit import digests, gather
from lms.kit.content import Problems
from lms.privacy.models import Acceptance, LegalText
from lms.privacy.queries import legal
from lms.privacy.rules.texts import Text


class SameVersion(Exception):
    """A published text would change without a version of its own."""


def publish(texts: Sequence[Text]) -> gather.LoadCount:
    """Publishes what is new. A published version never changes: other words need a higher version (SameVersion)."""
    at, made, unchanged = clock.now(), [], 0
    known = {(row.kind, row.version, row.language): row.digest for row in LegalText.objects.all()}
    for text in texts:
        digest = digests.digest({"title": text.title, "words": text.words, "material": text.material})
        standing = known.get((text.kind, text.version, text.language))
        if standing == digest:
            unchanged += 1
        elif standing is not None:
            problems = Problems()
            problems.add(text.path, 1, "the words differ from those published under this version: raise it")
            raise SameVersion(str(problems.items[0]))
        else:
            made.append(
                LegalText(
                    kind=text.kind,
                    version=text.version,
                    language=text.language,
                    title=text.title,
                    words=text.words,
                    digest=digest,
                    material=text.material,
                    published_at=at,
                )
            )
    LegalText.objects.bulk_create(made)
    return gather.LoadCount(created=len(made), unchanged=unchanged)


def accept(*, person_id: int, kinds: Sequence[str], context: str) -> None:
    """Notes that a person accepts the texts of these kinds that count now, on an occasion (`sign-up`,
    `checkout:UUID`). Accepted again on the same occasion it changes nothing. Leaves a trail entry."""
    at = clock.now()
    with transaction.atomic():
        texts = legal.current(kinds)
        rows = [
            Acceptance(
                person_id=person_id, kind=text.kind, version=text.version, context=context, accepted_at=at
            )
            for text in texts
        ]
        Acceptance.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            trail.record(
                "privacy.legal.accepted",
                subject=f"accounts.person:{person_id}",
                at=at,
                actor_id=person_id,
                facts={"context": context, "versions": {text.kind: text.version for text in texts}},
            )
