"""The yearly sample: some holders are asked for evidence of their hours, and an officer looks at it."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from certificates.actions import register
from certificates.models import CpdEntry, Credential, CredentialEvent, SampleCase, SampleDraw, Scheme
from certificates.queries import schemes, upkeep
from certificates.rules import sampling
from certificates.rules.standing import Happening
from certificates.states import SAMPLE, CredentialState, SampleState, SuspensionReason
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.kit import digests
from lms.notifications import outbox


class NotShown(Exception):
    """Entries that count have no file yet."""


def draw() -> None:
    """Draws this year's sample of every scheme, once a year, from those whose level asks for hours and who
    have held it for a year. Whoever is drawn is told, with the day until which evidence is awaited."""
    for scheme in schemes.in_effect(on=clock.today()):
        if not SampleDraw.objects.filter(scheme_id=scheme.id, year=clock.today().year).exists():
            _draw(scheme)


def _draw(scheme: schemes.SchemeView) -> None:
    at = clock.now()
    asking = [level.id for level in scheme.levels if level.cpd_hours]
    said = scheme.maintenance
    with transaction.atomic():
        # Two workers at once: the second waits here and then finds the sample drawn.
        Scheme.objects.select_for_update(no_key=True).get(pk=scheme.id)
        if SampleDraw.objects.filter(scheme_id=scheme.id, year=at.year).exists():
            return
        held = upkeep.in_force(on=at.date()).filter(
            level_id__in=asking, granted_at__lte=at - timedelta(days=365), state=CredentialState.GRANTED
        )
        known = dict(held.values_list("number", "pk"))
        row = SampleDraw.objects.create(
            scheme_id=scheme.id,
            year=at.year,
            seed=secrets.token_hex(16),
            percent=said["sample_percent"],
            population=len(known),
            population_digest=digests.digest(sorted(known)),
            drawn_at=at,
        )
        drawn = sampling.draw(known, percent=row.percent, seed=row.seed)
        trail.record(
            "certificates.sample.drawn",
            subject=f"certificates.sample:{row.pk}",
            at=at,
            actor_id=None,
            facts={
                "scheme": scheme.key,
                "year": row.year,
                "seed": row.seed,
                "of": len(known),
                "drawn": len(drawn),
            },
        )
        for number in drawn:
            case = SampleCase.objects.create(
                draw=row,
                credential_id=known[number],
                due_on=at.date() + timedelta(days=said["evidence_days"]),
                asked_at=at,
            )
            _ask(case, number)


def send(*, uuid: str, holder_id: int) -> None:
    """The holder says that every entry is shown. A second click does nothing.

    Raises SampleCase.DoesNotExist for anybody else's, NotShown, and IllegalMove for one that was decided.
    """
    at = clock.now()
    with transaction.atomic():
        case = _locked(uuid)
        if case.credential.holder_id != holder_id:
            raise SampleCase.DoesNotExist(uuid)
        if case.state == SampleState.SENT:
            return
        unseen = case.credential.cpd.filter(
            removed_at__isnull=True, refused_at__isnull=True, automatic=False, evidence__isnull=True
        )
        if unseen.exists():
            raise NotShown(uuid)
        case.state, case.sent_at = SAMPLE.after(case.state, "send"), at
        case.save(update_fields=["state", "sent_at"])
        _trace("sent", case, holder_id)


def judge(*, uuid: str, entry_uuid: str, officer_id: int, refusal: str) -> None:
    """An officer does not accept an entry (`refusal` says why, as a code), or accepts it after all (empty).

    Raises SampleCase.DoesNotExist, CpdEntry.DoesNotExist, register.Conflicted, and NotShown for a case that is
    not open any more.
    """
    at = clock.now()
    with transaction.atomic():
        case = _locked(uuid)
        register.keep_out(case.credential, officer_id)
        if case.state not in SampleState.open_states():
            raise NotShown(uuid)
        entry = CpdEntry.objects.select_for_update(of=("self",)).get(
            uuid=entry_uuid, credential=case.credential, removed_at__isnull=True
        )
        entry.refusal = refusal
        entry.refused_at, entry.refused_by_id = (at, officer_id) if refusal else (None, None)
        entry.save(update_fields=["refusal", "refused_at", "refused_by"])
        trail.record(
            f"certificates.cpd.{'refused' if refusal else 'accepted'}",
            subject=f"certificates.cpd:{entry.pk}",
            at=at,
            actor_id=officer_id,
            facts={"number": case.credential.number, "reason": refusal},
        )


def accept(*, uuid: str, officer_id: int) -> None:
    """The evidence holds: the case is closed and the register says that maintenance was confirmed.

    A second click does nothing. Raises SampleCase.DoesNotExist, register.Conflicted and IllegalMove.
    """
    at = clock.now()
    with transaction.atomic():
        case = _locked(uuid)
        register.keep_out(case.credential, officer_id)
        if case.state == SampleState.ACCEPTED:
            return
        _close(case, "accept", officer_id)
        CredentialEvent.objects.create(
            credential=case.credential,
            kind=Happening.MAINTENANCE_CONFIRMED.value,
            key=f"sample:{case.uuid}",
            effective_at=at,
            recorded_at=at,
            actor_id=officer_id,
        )


def refuse(*, uuid: str, officer_id: int) -> None:
    """The evidence does not hold, or did not come: the certificate is suspended until it is made good.

    A second click does nothing. Raises SampleCase.DoesNotExist, register.Conflicted and IllegalMove.
    """
    with transaction.atomic():
        case = _locked(uuid)
        register.keep_out(case.credential, officer_id)
        if case.state == SampleState.REFUSED:
            return
        _close(case, "refuse", officer_id)
        if case.credential.state == CredentialState.GRANTED:
            register.move(
                case.credential,
                "suspend",
                key=f"sample:{case.uuid}",
                at=clock.now(),
                actor_id=officer_id,
                reason=SuspensionReason.MAINTENANCE_UNMET.value,
            )


def _locked(uuid: str) -> SampleCase:
    number = SampleCase.objects.values_list("credential__number", flat=True).get(uuid=uuid)
    credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
    case = SampleCase.objects.select_for_update(of=("self",)).get(uuid=uuid)
    case.credential = credential
    return case


def _close(case: SampleCase, event: str, officer_id: int) -> None:
    case.state = SAMPLE.after(case.state, event)
    case.decided_by_id, case.decided_at = officer_id, clock.now()
    case.save(update_fields=["state", "decided_by", "decided_at"])
    _trace(case.state, case, officer_id)


def _trace(what: str, case: SampleCase, actor_id: int) -> None:
    trail.record(
        f"certificates.sample.{what}",
        subject=f"certificates.sample_case:{case.pk}",
        at=clock.now(),
        actor_id=actor_id,
        facts={"number": case.credential.number},
    )


def _ask(case: SampleCase, number: str) -> None:
    card = people.card(case.credential.holder_id)
    outbox.put(
        "certificates.sample",
        key=f"certificates.sample:{case.pk}",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "number": number,
            "due_on": case.due_on.isoformat(),
            "url": settings.PUBLIC_URL + reverse("certificates:maintenance", args=[number]),
        },
        at=case.asked_at,
    )
