"""The annual fee: asked for, reminded of, paid; and what follows while it is not."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from certificates.actions import register
from certificates.actions.register import Conflicted
from certificates.models import Credential, FeeDemand
from certificates.queries import upkeep
from certificates.rules import fees as rule
from certificates.rules.conflicts import Bar
from certificates.rules.standing import Happening
from certificates.states import (
    FEE,
    CredentialState,
    EditionKind,
    FeeState,
    ReinstatementReason,
    SuspensionReason,
)
from lms.accounts import queries as people
from lms.audit import trail
from lms.billing.actions import entitlements, products
from lms.db import clock
from lms.notifications import outbox


class NotPaidHere(Exception):
    """The holder has nothing to pay with here: the invoice is paid by transfer."""


def demand(*, credential_id: int) -> None:
    """Asks for every annual fee of a credential that has fallen due, once each, with an invoice number."""
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(pk=credential_id)
        edition = upkeep.current_edition(credential, on=at.date())
        if edition is None:
            return
        cycle = upkeep.cycle_of(edition)
        fee = cycle.scheme.fee("annual", cycle.level.key)
        if fee is None or not fee["amount"]:
            return
        renewal = credential.editions.filter(begins_on=edition.begins_on, kind=EditionKind.RENEWAL).exists()
        asked = set(credential.fees.values_list("due_on", flat=True))
        for due_on in rule.due_days(edition.begins_on, edition.expires_on, renewal=renewal):
            if due_on > at.date() or due_on in asked:
                continue
            product_key = f"{rule.ANNUAL}{cycle.scheme.key}-{cycle.level.key}"
            products.offer(
                key=product_key,
                kind="maintenance",
                title=fee["title"],
                amount_minor=fee["amount"],
                currency=fee["currency"],
            )
            row = FeeDemand.objects.create(
                credential=credential,
                invoice=f"{credential.number}-{due_on:%Y%m%d}",
                product_key=product_key,
                title=fee["title"],
                amount_minor=fee["amount"],
                currency=fee["currency"],
                due_on=due_on,
                made_at=at,
            )
            _trace("demanded", row, None)


def pursue(*, uuid: str) -> None:
    """What is due today about an unpaid fee: a letter, then the suspension; a paid one is left alone.

    What was bought ahead pays it. Of a credential that has ended nothing is asked any more.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(uuid)
        if row.state != FeeState.OPEN:
            return
        if row.credential.state == CredentialState.WITHDRAWN or _closed(row.credential, at):
            _settle(row, "cancel", at, None, "")
            return
        if _redeemed(row):
            return
        edition = upkeep.current_edition(row.credential, on=at.date())
        if edition is None:
            return  # expired: renewal will ask for it
        rules = upkeep.cycle_of(edition).dunning
        day = rule.letter(row.due_on, at.date(), row.dunned, rules)
        if day is not None:
            last = rule.last_letter(day, rules.letters)
            _write(row, day, last=last, at=at)
            row.dunned = day
            row.warned_on = at.date() if last else row.warned_on
            row.save(update_fields=["dunned", "warned_on"])
        if row.credential.state == CredentialState.GRANTED and rule.suspends(
            row.due_on, at.date(), row.warned_on, rules
        ):
            register.move(
                row.credential,
                "suspend",
                key=f"fee:{row.uuid}",
                at=at,
                actor_id=None,
                reason=SuspensionReason.FEE_UNPAID.value,
            )


def pay(*, uuid: str, holder_id: int) -> None:
    """The holder pays with what they hold of the product, or for nothing where it costs nothing here.

    A second click finds it paid. Raises FeeDemand.DoesNotExist for anybody else's, NotPaidHere.
    """
    with transaction.atomic():
        row = _locked(uuid)
        if row.credential.holder_id != holder_id:
            raise FeeDemand.DoesNotExist(uuid)
        if row.state == FeeState.PAID or _redeemed(row):
            return
        try:
            entitlements.claim_free(product_key=row.product_key, person_id=holder_id)
        except entitlements.NotFree:
            raise NotPaidHere(uuid) from None
        _redeemed(row)


def pay_with(*, product_key: str, holder_id: int) -> None:
    """Pays a holder's open fees with what they hold of the product, the oldest first, as far as it goes."""
    open_fees = FeeDemand.objects.filter(
        product_key=product_key, credential__holder=holder_id, state=FeeState.OPEN
    )
    for uuid in list(open_fees.order_by("due_on", "pk").values_list("uuid", flat=True)):
        with transaction.atomic():
            row = _locked(str(uuid))
            if row.state == FeeState.OPEN and not _redeemed(row):
                return


def settle(*, uuid: str, officer_id: int, reference: str) -> None:
    """An officer records that the invoice was paid, with the reference of the payment.

    A suspension for this fee ends with it. A second click does nothing. Raises FeeDemand.DoesNotExist,
    Conflicted, and IllegalMove for one that is no longer asked for.
    """
    with transaction.atomic():
        row = _locked(uuid)
        if row.credential.holder_id == officer_id:
            raise Conflicted((Bar.OWN,), officer_id)
        if row.state == FeeState.PAID:
            return
        FEE.after(row.state, "pay")
        source = f"certificates.fee:{row.uuid}"
        entitlements.grant(
            product_key=row.product_key,
            person_id=row.credential.holder_id,
            source_key=source,
            actor_id=officer_id,
        )
        _redeem(row, source_key=source)
        _settle(row, "pay", clock.now(), officer_id, reference)


def _redeemed(row: FeeDemand) -> bool:
    try:
        _redeem(row)
    except entitlements.NoEntitlement:
        return False
    _settle(row, "pay", clock.now(), None, "")
    return True


def _redeem(row: FeeDemand, source_key: str = "") -> None:
    entitlements.redeem(
        product_key=row.product_key,
        person_id=row.credential.holder_id,
        use_key=f"certificates.fee:{row.uuid}",
        source_key=source_key,
    )
    entitlements.begin(use_key=f"certificates.fee:{row.uuid}", at=clock.now())


def _settle(row: FeeDemand, event: str, at: datetime, actor_id: int | None, reference: str) -> None:
    row.state = FEE.after(row.state, event)
    row.settled_at, row.settled_by_id, row.reference = at, actor_id, reference
    row.save(update_fields=["state", "settled_at", "settled_by", "reference"])
    _trace(row.state, row, actor_id)
    if event == "pay":
        _reinstate(row.credential, at, row)


def _reinstate(credential: Credential, at: datetime, row: FeeDemand) -> None:
    """Ends a suspension for unpaid fees when none is left that would suspend again."""
    last = credential.events.filter(kind=Happening.SUSPENDED.value).order_by("effective_at", "pk").last()
    still = credential.fees.filter(state=FeeState.OPEN, due_on__lte=at.date(), warned_on__isnull=False)
    if (
        credential.state == CredentialState.SUSPENDED
        and last is not None
        and last.reason == SuspensionReason.FEE_UNPAID
        and not still.exists()
    ):
        register.move(
            credential,
            "reinstate",
            key=f"fee-paid:{row.uuid}",
            at=at,
            actor_id=None,
            reason=ReinstatementReason.FEE_PAID.value,
        )


def _closed(credential: Credential, at: datetime) -> bool:
    edition = credential.editions.latest("begins_on", "number")
    return at.date() > upkeep.cycle_of(edition).closes_on


def _locked(uuid: str) -> FeeDemand:
    number = FeeDemand.objects.values_list("credential__number", flat=True).get(uuid=uuid)
    credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
    row = FeeDemand.objects.select_for_update(of=("self",)).get(uuid=uuid)
    row.credential = credential
    return row


def _trace(what: str, row: FeeDemand, actor_id: int | None) -> None:
    trail.record(
        f"certificates.fee.{what}",
        subject=f"certificates.fee:{row.pk}",
        at=clock.now(),
        actor_id=actor_id,
        facts={"invoice": row.invoice, "amount": row.amount_minor, "currency": row.currency},
    )


def _write(row: FeeDemand, day: int, *, last: bool, at: datetime) -> None:
    card = people.card(row.credential.holder_id)
    outbox.put(
        "certificates.fee",
        key=f"certificates.fee:{row.pk}:{day}",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "number": row.credential.number,
            "invoice": row.invoice,
            "amount": row.amount_minor,
            "currency": row.currency,
            "due_on": row.due_on.isoformat(),
            "first": day == 0,
            "last": last,
            "url": settings.PUBLIC_URL + reverse("certificates:fee", args=[row.uuid]),
        },
        at=at,
    )
