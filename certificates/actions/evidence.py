"""Taking evidence: what the lower floors announced, and what applicants sign."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from certificates.actions import doubts, ties
from certificates.models import Evidence
from certificates.queries import schemes
from certificates.rules.conflicts import Bond
from certificates.states import EvidenceKind
from lms.audit import trail
from lms.db import clock
from lms.kit import digests


class UnknownScheme(Exception):
    """There is no scheme of that key in effect."""


def take(
    *,
    source: str,
    person_id: int,
    kind: str,
    scheme_key: str,
    facts: Mapping[str, Any],
    occurred_on: date,
    assessed_by_id: int | None,
) -> int:
    """Records a proven fact, once for each `source`, and returns its id.

    Whoever assessed or trained is tied to the person for ever, and a credential that rests on what this
    supersedes goes before an officer. Called again with the same source it changes nothing: evidence is only
    ever added.
    """
    with transaction.atomic():
        evidence, fresh = Evidence.objects.get_or_create(
            source=source,
            defaults={
                "person_id": person_id,
                "kind": kind,
                "scheme_key": scheme_key,
                "facts": dict(facts),
                "occurred_on": occurred_on,
                "assessed_by_id": assessed_by_id,
                "taken_at": clock.now(),
            },
        )
        if fresh:
            trail.record(
                "certificates.evidence.taken",
                subject=f"certificates.evidence:{evidence.pk}",
                at=evidence.taken_at,
                actor_id=assessed_by_id,
                facts={"kind": kind, "source": source, "scheme": scheme_key},
            )
            _tie(evidence)
            doubts.raise_for(evidence=evidence)
    return evidence.pk


def _tie(evidence: Evidence) -> None:
    """Whoever assessed an exam or trained in a course takes no part in deciding about this person, ever."""
    assessed_by = [evidence.assessed_by_id] if evidence.assessed_by_id else []
    for bond, officer_ids in (
        (Bond.EXAMINED, assessed_by),
        (Bond.TRAINED, evidence.facts.get("trainer_ids", ())),
    ):
        ties.note(
            person_id=evidence.person_id,
            officer_ids=officer_ids,
            bond=bond,
            source=evidence.source,
            began_on=evidence.occurred_on,
        )


def sign_code(*, person_id: int, scheme_key: str) -> int:
    """Records that a person signed the scheme's code of ethics, in the version in effect today.

    The text is pinned by its digest. Signing twice leaves one signature. Raises UnknownScheme.
    """
    today = clock.today()
    scheme = schemes.scheme(key=scheme_key, on=today)
    if scheme is None:
        raise UnknownScheme(scheme_key)
    return take(
        source=f"certificates.code:{scheme_key}:{scheme.code_version}:{person_id}",
        person_id=person_id,
        kind=EvidenceKind.CODE_OF_ETHICS,
        scheme_key=scheme_key,
        facts={"version": scheme.code_version, "digest": digests.digest(scheme.data["code_of_ethics"])},
        occurred_on=today,
        assessed_by_id=None,
    )
