"""The daily sweep of maintenance. It may miss a week and still does each thing once."""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from certificates.actions import fees, register, samples
from certificates.models import Credential, CredentialEvent, FeeDemand, WithdrawalWarning
from certificates.queries import upkeep
from certificates.rules import fees as rule
from certificates.rules.standing import Happening
from certificates.states import CredentialState, FeeState, SuspensionReason, WithdrawalReason
from lms.accounts import queries as people
from lms.db import clock
from lms.jobs import queue
from lms.notifications import outbox

# All of them in one turn: the sweep comes once an hour, and looks at most of them in vain.
MOST: Final = 1_000_000
UNMET = (SuspensionReason.MAINTENANCE_UNMET.value, SuspensionReason.FEE_UNPAID.value)


def maintain() -> None:
    """Asks for fees, reminds of them, draws samples, suspends, warns and withdraws: what is due today.

    One transaction for each credential, as `queue.each` does: one that can't be done keeps no other waiting. Whoever was
    done today costs the next sweep nothing but a look. Raises an ExceptionGroup.
    """
    faults = []
    for step in (_ask_for_fees, _pursue_fees, samples.draw, _end_unmet):
        try:
            step()
        except Exception as fault:
            faults.append(fault)  # none of the steps waits for another
    if faults:
        raise ExceptionGroup("maintenance that could not be done", faults)


def _ask_for_fees() -> None:
    queue.each(
        _owing(clock.today()).only("pk"),
        lambda one: fees.demand(credential_id=one.pk),
        sweep="certificates.maintain.demand",
        failed="fees that could not be asked for",
        most=MOST,
    )


def _pursue_fees() -> None:
    queue.each(
        FeeDemand.objects.filter(state=FeeState.OPEN).order_by("pk").only("pk", "uuid"),
        lambda one: fees.pursue(uuid=str(one.uuid)),
        sweep="certificates.maintain.pursue",
        failed="fees that could not be pursued",
        most=MOST,
    )


def _end_unmet() -> None:
    queue.each(
        _suspended_for_maintenance().only("pk"),
        lambda one: _end(one.pk),
        sweep="certificates.maintain.end",
        failed="suspended credentials that could not be warned of or withdrawn",
        most=MOST,
    )


def _owing(on: date) -> QuerySet[Credential]:
    """Credentials at a level with an annual fee, in force for a year or longer, of which none was asked for
    within the last 364 days."""
    last = FeeDemand.objects.filter(credential=OuterRef("pk")).order_by("-due_on").values("due_on")[:1]
    rows = (
        upkeep.in_force(on=on).filter(level_id__in=upkeep.charged_levels()).annotate(asked_for=Subquery(last))
    )
    owing = rows.filter(Q(asked_for__isnull=True) | Q(asked_for__lte=on - timedelta(days=364)))
    return owing.filter(granted_at__lt=clock.now() - timedelta(days=364))


def _suspended_for_maintenance() -> QuerySet[Credential]:
    last = CredentialEvent.objects.filter(credential=OuterRef("pk"), kind=Happening.SUSPENDED.value).order_by(
        "-effective_at", "-pk"
    )
    rows = Credential.objects.filter(state=CredentialState.SUSPENDED)
    return rows.annotate(why=Subquery(last.values("reason")[:1])).filter(why__in=UNMET)


def _end(credential_id: int) -> None:
    """Warns of the withdrawal of what stays suspended for unmet maintenance, and withdraws it when its time
    is up and the warning is old enough."""
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(pk=credential_id)
        event = credential.events.filter(kind=Happening.SUSPENDED.value).latest("effective_at", "pk")
        if credential.state != CredentialState.SUSPENDED or event.reason not in UNMET:
            return
        edition = credential.editions.latest("begins_on", "number")
        rules = upkeep.cycle_of(edition).dunning
        suspended_on = event.effective_at.date()
        warning = WithdrawalWarning.objects.filter(event=event).first()
        if warning is None and rule.warns(suspended_on, at.date(), rules):
            warning = WithdrawalWarning.objects.create(event=event, warned_on=at.date())
            _warn(credential, event, suspended_on + timedelta(days=rules.withdraw), at)
        if rule.withdraws(suspended_on, at.date(), warning.warned_on if warning else None, rules):
            unpaid = event.reason == SuspensionReason.FEE_UNPAID
            reason = WithdrawalReason.FEE_UNPAID if unpaid else WithdrawalReason.MAINTENANCE_UNMET
            register.move(
                credential, "withdraw", key=f"unmet:{event.pk}", at=at, actor_id=None, reason=reason.value
            )


def _warn(credential: Credential, event: CredentialEvent, on: date, at: datetime) -> None:
    card = people.card(credential.holder_id)
    outbox.put(
        "certificates.warning",
        key=f"certificates.warning:{event.pk}",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "number": credential.number,
            "on": max(on, at.date() + timedelta(days=rule.NOTICE_DAYS)).isoformat(),
            "fee": event.reason == SuspensionReason.FEE_UNPAID,
            "url": settings.PUBLIC_URL + reverse("certificates:maintenance", args=[credential.number]),
        },
        at=at,
    )
