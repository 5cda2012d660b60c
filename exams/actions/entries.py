"""Entering for an exam."""

from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db import transaction

from exams import signals
from exams.models import Entry, Sitting
from exams.queries import eligibility as eligibilities
from exams.queries import exams
from exams.rules.eligibility import Eligibility
from lms.audit import trail
from lms.billing.actions import entitlements
from lms.db import clock


class NotEligible(Exception):
    """Something stands in the way. Carries `eligibility`."""

    def __init__(self, eligibility: Eligibility) -> None:
        super().__init__(", ".join(eligibility.hindrances))
        self.eligibility = eligibility


class AgreementChanged(Exception):
    """The agreement that was accepted is not the latest version; it must be read again."""


def enter(*, exam_key: str, person_id: int, agreement_id: int) -> Entry:
    """Enters a person for an exam: the agreement is recorded in its version with the time, an entitlement
    redeemed where the exam has a product, and a sitting made ready that they may start when they like.

    Raises UnknownExam, NotEligible, AgreementChanged, and NoEntitlement (of billing). Announces `entered`.
    """
    with transaction.atomic():
        # The person's row is the lock: of two clicks at once, the second sees the first one's entry.
        get_user_model().objects.select_for_update().get(pk=person_id)
        at = clock.now()
        exam = exams.exam(exam_key)
        eligibility = eligibilities.eligibility_of(exam, person_id=person_id, at=at)
        if not eligibility.may_enter:
            raise NotEligible(eligibility)
        agreement = exams.agreement(exam)
        if agreement.pk != agreement_id:
            raise AgreementChanged
        uuid = uuid4()
        use_key = f"exams.entry:{uuid}" if exam.product_key else ""
        if use_key:
            entitlements.redeem(product_key=exam.product_key, person_id=person_id, use_key=use_key)
        entry = Entry.objects.create(
            uuid=uuid,
            candidate_id=person_id,
            exam=exam,
            agreement=agreement,
            agreed_at=at,
            entered_at=at,
            use_key=use_key,
        )
        Sitting.objects.create(entry=entry, candidate_id=person_id, exam=exam)
        trail.record(
            "exams.entry.made",
            subject=f"exams.entry:{entry.pk}",
            at=at,
            actor_id=person_id,
            facts={"exam": exam.key, "agreement": agreement.digest},
            organisation_id=exam.organisation_id,
        )
        signals.entered.announce(entry_id=entry.pk, person_id=person_id, exam_key=exam.key, at=at)
    return entry
