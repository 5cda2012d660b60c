"""Credentials whose evidence was revised or annulled: nothing becomes of them by itself."""

from typing import Any
from uuid import UUID

from django.db import transaction

from certificates.actions import register
from certificates.models import Credential, DecisionGround, Doubt, Evidence
from certificates.queries import conflicts, proofs
from certificates.states import (
    DOUBT,
    CredentialState,
    DoubtState,
    EvidenceKind,
    SuspensionReason,
    WithdrawalReason,
)
from lms.audit import trail
from lms.db import clock


class UnknownDoubt(LookupError):
    """There is no such doubt."""


def raise_for(*, evidence: Evidence) -> None:
    """Puts every credential that rests on what this evidence supersedes before an officer, once.

    Inside the caller's transaction. A revision that is still a pass raises nothing.
    """
    origin = proofs.origin(evidence)
    superseding = evidence.kind == EvidenceKind.EXAM_ANNULLED or (
        evidence.kind == EvidenceKind.EXAM and origin != evidence.source
    )
    if not superseding or evidence.facts.get("outcome") == "passed":
        return
    grounds = DecisionGround.objects.filter(evidence__person_id=evidence.person_id).select_related("evidence")
    resting = {row.decision_id for row in grounds if proofs.origin(row.evidence) == origin}
    credentials = Credential.objects.filter(editions__decision__in=resting).distinct()
    for credential in credentials.exclude(state=CredentialState.WITHDRAWN):
        doubt, fresh = Doubt.objects.get_or_create(
            credential=credential, evidence=evidence, defaults={"raised_at": evidence.taken_at}
        )
        if fresh:
            trail.record(
                "certificates.doubt.raised",
                subject=f"certificates.credential:{credential.pk}",
                at=evidence.taken_at,
                actor_id=evidence.assessed_by_id,
                facts={"doubt": doubt.pk, "evidence": evidence.pk},
            )


def decide(*, doubt_uuid: UUID, event: str, officer_id: int, reason: str, note: str) -> Doubt:
    """Keeps, suspends or withdraws the credential; the register does the rest, and its holder is told.

    `event` is keep, suspend or withdraw; `note` is for the record and, if something changes, for the public.
    Raises UnknownDoubt, register.Conflicted, and IllegalMove for what is decided already or can't be done to the
    credential any more.
    """
    at = clock.now()
    with transaction.atomic():
        doubt = (
            Doubt.objects.select_for_update(of=("self",))
            .select_related("credential")
            .filter(uuid=doubt_uuid)
            .first()
        )
        if doubt is None:
            raise UnknownDoubt(doubt_uuid)
        stands = conflicts.standing(officer_id=officer_id, person_id=doubt.credential.holder_id, on=at.date())
        if stands.bars:
            raise register.Conflicted(stands.bars, officer_id)
        doubt.state = DoubtState(DOUBT.after(doubt.state, event))
        doubt.decided_at, doubt.decided_by_id, doubt.looked_back_to = at, officer_id, stands.looked_back_to
        doubt.reason, doubt.note = reason, note
        doubt.save(update_fields=["state", "decided_at", "decided_by", "looked_back_to", "reason", "note"])
        trail.record(
            f"certificates.doubt.{doubt.state}",
            subject=f"certificates.credential:{doubt.credential_id}",
            at=at,
            actor_id=officer_id,
            facts={"doubt": doubt.pk, "reason": reason},
        )
        told: dict[str, Any] = {
            "number": doubt.credential.number,
            "officer_id": officer_id,
            "public_note": note,
        }
        if event == "suspend":
            register.suspend(**told, reason=SuspensionReason.EVIDENCE_IN_DOUBT, use_key=f"doubt:{doubt.uuid}")
        if event == "withdraw":
            register.withdraw(**told, reason=WithdrawalReason.ERROR, use_key=f"doubt:{doubt.uuid}")
    return doubt
