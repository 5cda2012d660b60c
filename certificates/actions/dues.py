"""The fee of an application: asked for with it, paid by what the applicant holds, used up by the decision.

Until the decision it follows the ledger: refunded, it is no longer paid, and may be paid anew. With the decision its use
has begun, and nothing of it is given back.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from certificates.actions import timeline
from certificates.actions.decisions import Conflicted, decide, goes_by_rule, level_of, locked
from certificates.models import Application
from certificates.models.applications import OPEN
from certificates.queries import dues
from certificates.queries.dues import Due
from certificates.rules.conflicts import Bar
from certificates.states import APPLICATION, ApplicationState
from lms.billing.actions import entitlements, products
from lms.db import clock
from lms.kit.machine import IllegalMove


def ask(application: Application) -> None:
    """Asks for the fee of an application that was just entered, in the caller's transaction. What its applicant bought
    ahead pays it, and so does nothing where nothing has to be paid here."""
    due = dues.of(application)
    if due is None:
        return
    products.offer(
        key=due.product_key,
        kind="certification",
        title=due.title,
        amount_minor=due.amount_minor,
        currency=due.currency,
    )
    if _pay(application, due):
        return
    try:
        entitlements.claim_free(product_key=due.product_key, person_id=application.person_id)
    except entitlements.NotFree:
        return
    _pay(application, due)


def pay_with(*, product_key: str, person_id: int) -> None:
    """Pays a person's open applications with what they hold of the product, the oldest first, as far as it goes. Where the
    rule of the scheme decides, it does so then."""
    rows = Application.objects.filter(person_id=person_id, state__in=OPEN).order_by("submitted_at", "pk")
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            application = locked(Application.objects.filter(pk=pk))
            due = dues.of(application)
            if application.state not in OPEN or due is None or due.product_key != product_key or due.is_paid:
                continue
            if not _pay(application, due):
                return
            by_rule = goes_by_rule(application, *level_of(application))
            if by_rule and application.state == ApplicationState.SUBMITTED:
                decide(application_id=application.pk)


def settle(*, application_uuid: UUID, officer_id: int, reference: str) -> None:
    """An officer records that the fee was paid elsewhere, with the reference of the payment; it stands in the timeline.

    A second click does nothing. Raises UnknownApplication, Conflicted for one's own, and IllegalMove once it is decided
    or where there is nothing to pay.
    """
    with transaction.atomic():
        application = locked(Application.objects.filter(uuid=application_uuid))
        if application.person_id == officer_id:
            raise Conflicted((Bar.OWN,))
        due = dues.of(application)
        if application.state not in OPEN or due is None:
            raise IllegalMove(APPLICATION.name, application.state, "settle the fee of")
        if due.is_paid:
            return
        source = f"{dues.use_key(application)}:{clock.now().isoformat()}"
        entitlements.grant(
            product_key=due.product_key,
            person_id=application.person_id,
            source_key=source,
            actor_id=officer_id,
        )
        _pay(application, due, source, officer_id, reference)


def free(application: Application, *, at: datetime, actor_id: int | None) -> None:
    """Frees the fee of an application that ended without a decision, in the caller's transaction: it pays the next one,
    or is refunded."""
    due = dues.of(application)
    if due is not None and due.is_paid:
        entitlements.give_back(use_key=dues.use_key(application), at=at, actor_id=actor_id)


def _pay(
    application: Application, due: Due, source_key: str = "", actor_id: int | None = None, note: str = ""
) -> bool:
    try:
        entitlements.redeem(
            product_key=due.product_key,
            person_id=application.person_id,
            use_key=dues.use_key(application),
            source_key=source_key,
            anew=True,
        )
    except entitlements.NoEntitlement:
        return False
    timeline.note(
        application, "pay", before=application.state, at=clock.now(), actor_id=actor_id, note=note, told=False
    )
    return True
