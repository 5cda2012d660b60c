"""Deciding on applications: by the rule of the scheme, or by an awarding officer without conflict."""

from collections.abc import Sequence

from django.db import transaction

from certificates.actions import awards
from certificates.models import Application, Decision, DecisionGround, Evidence
from certificates.queries import proofs, schemes
from certificates.states import APPLICATION, Outcome
from lms.audit import trail
from lms.db import clock


class NotByRule(Exception):
    """This level is decided by an awarding officer."""


class Conflicted(Exception):
    """The officer is the applicant, or trained or assessed them in what the decision rests on."""


def decide(*, application_id: int, officer_id: int | None = None) -> Decision:
    """Decides an application once; called again it returns the decision that stands.

    Without an officer the rule decides, where the scheme lets it. Granting enters the credential in
    the register in the same transaction. Raises NotByRule and Conflicted.
    """
    at = clock.now()
    with transaction.atomic():
        application = (
            Application.objects.select_for_update(of=("self",)).select_related("level").get(pk=application_id)
        )
        done = Decision.objects.filter(application=application).first()
        if done:
            return done
        scheme = schemes.version(version_id=application.version_id)
        level = next(level for level in scheme.levels if level.id == application.level_id)
        if officer_id is None and not level.by_rule:
            raise NotByRule(level.key)
        evidence = proofs.of(person_id=application.person_id, scheme_key=scheme.key)
        if officer_id is not None and _conflicted(application, evidence, officer_id):
            raise Conflicted(application_id)
        said = proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=at.date())
        application.state = APPLICATION.after(application.state, "grant" if said.granted else "refuse")
        application.decided_at = at
        application.save(update_fields=["state", "decided_at"])
        decision = Decision.objects.create(
            application=application,
            outcome=Outcome.GRANTED if said.granted else Outcome.REFUSED,
            decided_by_id=officer_id,
            reasons=list(said.missing),
            decided_at=at,
        )
        _grounds(decision, evidence)
        trail.record(
            f"certificates.application.{decision.outcome}",
            subject=f"certificates.application:{application.pk}",
            at=at,
            actor_id=officer_id,
            facts={"by": "officer" if officer_id else "rule", "reasons": decision.reasons},
        )
        if said.granted:
            awards.award(decision=decision, scheme=scheme, level=level, at=at)
    return decision


def _conflicted(application: Application, evidence: Sequence[Evidence], officer_id: int) -> bool:
    if officer_id == application.person_id:
        return True
    return any(
        row.assessed_by_id == officer_id or officer_id in row.facts.get("trainer_ids", ()) for row in evidence
    )


def _grounds(decision: Decision, evidence: Sequence[Evidence]) -> None:
    DecisionGround.objects.bulk_create(
        DecisionGround(
            decision=decision,
            evidence=row,
            decided_by_id=decision.decided_by_id,
            assessed_by_id=row.assessed_by_id,
        )
        for row in evidence
    )
