"""A withdrawal for discipline: one officer proposes it, another confirms or drops it."""

from django.db import transaction

from certificates.actions import register
from certificates.models import Credential, Proposal
from certificates.states import CREDENTIAL, WithdrawalReason
from lms.audit import trail
from lms.db import clock


def propose(*, number: str, officer_id: int, public_note: str) -> Proposal:
    """Proposes the withdrawal; while one is open, proposing again changes nothing.

    Raises Credential.DoesNotExist, register.Conflicted, and IllegalMove for what was withdrawn.
    """
    at = clock.now()
    with transaction.atomic():
        credential = _locked(number, officer_id)
        CREDENTIAL.after(credential.state, "withdraw")
        proposal, fresh = Proposal.objects.get_or_create(
            credential=credential,
            closed_at=None,
            defaults={"public_note": public_note, "proposed_by_id": officer_id, "proposed_at": at},
        )
        if fresh:
            _trace("proposed", proposal, number, officer_id)
    return proposal


def confirm(*, number: str, officer_id: int) -> None:
    """Withdraws what another officer proposed to withdraw. A second click does nothing.

    Raises Credential.DoesNotExist, register.Conflicted, and register.SecondPersonNeeded for whoever
    proposed it.
    """
    with transaction.atomic():
        credential = _locked(number, officer_id)
        proposal = Proposal.objects.filter(credential=credential, closed_at__isnull=True).first()
        if proposal is None:
            return
        register.withdraw(
            number=number,
            officer_id=proposal.proposed_by_id,
            second_id=officer_id,
            reason=WithdrawalReason.DISCIPLINARY.value,
            public_note=proposal.public_note,
            use_key=str(proposal.uuid),
        )
        _close(proposal, officer_id, confirmed=True)
        _trace("confirmed", proposal, number, officer_id)


def drop(*, number: str, officer_id: int) -> None:
    """Takes a proposal off the table: by whoever made it, or by another officer. Raises as `propose` does."""
    with transaction.atomic():
        credential = _locked(number, officer_id)
        proposal = Proposal.objects.filter(credential=credential, closed_at__isnull=True).first()
        if proposal is not None:
            _close(proposal, officer_id, confirmed=False)
            _trace("dropped", proposal, number, officer_id)


def _locked(number: str, officer_id: int) -> Credential:
    credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
    register.keep_out(credential, officer_id)
    return credential


def _close(proposal: Proposal, officer_id: int, *, confirmed: bool) -> None:
    proposal.closed_by_id, proposal.closed_at, proposal.confirmed = officer_id, clock.now(), confirmed
    proposal.save(update_fields=["closed_by", "closed_at", "confirmed"])


def _trace(what: str, proposal: Proposal, number: str, officer_id: int) -> None:
    trail.record(
        f"certificates.withdrawal.{what}",
        subject=f"certificates.proposal:{proposal.pk}",
        at=clock.now(),
        actor_id=officer_id,
        facts={"number": number},
    )
