"""Applying for a level."""

from django.db import transaction

from certificates.actions import decisions
from certificates.models import Application, Credential, Level
from certificates.queries import credentials, proofs, schemes
from certificates.rules.eligibility import Missing
from certificates.states import CredentialState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock


class NotOpen(Exception):
    """There is no such level, or it cannot be applied for here."""


class RequirementsMissing(Exception):
    """Something that the level asks for is not proven. Carries `missing`, the codes."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class NameMissing(Exception):
    """The account has no name yet that a certificate could carry."""


class AlreadyHeld(Exception):
    """The person holds this level already. Carries the `number`."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


def apply(*, person_id: int, scheme_key: str, level_key: str) -> int:
    """Enters an application and returns its id; the rule of the scheme decides it in the same
    transaction, so that the credential stands in the register when this returns.

    Raises NotOpen, AlreadyHeld (a second click finds what the first one made), NameMissing and
    RequirementsMissing.
    """
    at = clock.now()
    scheme = schemes.scheme(key=scheme_key, on=at.date())
    level = scheme.level(level_key) if scheme else None
    if scheme is None or level is None or not level.by_rule:
        raise NotOpen(f"{scheme_key} {level_key}")
    with transaction.atomic():
        # Two clicks at once meet here: the second waits, and then sees what the first one made.
        Level.objects.select_for_update(no_key=True).get(pk=level.id)
        held = Credential.objects.filter(holder_id=person_id, level_id=level.id)
        lapsed = credentials.lapsed(person_id=person_id, level_id=level.id, on=at.date())
        for number in held.exclude(state=CredentialState.WITHDRAWN).values_list("number", flat=True):
            if lapsed is None:
                raise AlreadyHeld(number)
        card = people.card(person_id)
        if card.printed_name == card.email:
            raise NameMissing(person_id)
        evidence = proofs.of(person_id=person_id, scheme_key=scheme.key)
        said = proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=at.date())
        if not said.granted:
            raise RequirementsMissing(said.missing)
        application = Application.objects.create(
            person_id=person_id, level_id=level.id, version_id=scheme.version_id, submitted_at=at
        )
        trail.record(
            "certificates.application.submitted",
            subject=f"certificates.application:{application.pk}",
            at=at,
            actor_id=person_id,
            facts={"scheme": scheme.key, "level": level.key, "version": scheme.number},
        )
        decisions.decide(application_id=application.pk)
    return application.pk
