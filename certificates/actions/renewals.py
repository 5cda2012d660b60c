"""Renewing: a further edition under the same number, by hours of development or by the exam."""

from datetime import UTC, datetime, time

from django.db import transaction

from certificates.actions import editions
from certificates.models import Credential, CredentialEvent, Edition
from certificates.queries import credentials, schemes, upkeep
from certificates.rules import renewal
from certificates.rules.renewal import Lacking, Route
from certificates.rules.standing import Happening
from certificates.states import EditionKind
from lms.db import clock


class NotRenewable(Exception):
    """Something stands between the holder and the renewal. Carries `lacking`, the codes."""

    def __init__(self, lacking: tuple[Lacking, ...]) -> None:
        super().__init__(", ".join(lacking))
        self.lacking = lacking


def renew(*, number: str, holder_id: int, route: Route, renews: int) -> Edition:
    """Renews the edition numbered `renews` and returns the new one, which begins on the day after its last
    day, or today where renewal came in the grace.

    Whatever is clicked or tried again, by whichever way, an edition is renewed once: the second call
    returns what the first one made. The document and a letter follow. Raises Credential.DoesNotExist for
    anybody else's number, Edition.DoesNotExist, NotRenewable and editions.NoDesign.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(
            number=number, holder_id=holder_id
        )
        old = credential.editions.get(number=renews)
        further = credential.editions.filter(begins_on__gt=old.begins_on, kind=EditionKind.RENEWAL).order_by(
            "begins_on"
        )
        done = further.first()
        if done is not None:
            return done
        return _renew(credential, old, route, at)


def _renew(credential: Credential, old: Edition, route: Route, at: datetime) -> Edition:
    seen = credentials.view(credential, at)
    if seen is None:
        raise Edition.DoesNotExist(old.pk)
    if old.begins_on > seen.edition.begins_on:
        # Made ahead: it has not begun, and only what has begun is renewed.
        raise NotRenewable((Lacking.NOT_OPEN,))
    found = upkeep.of(seen, at=at)
    lacking = dict(found.ways).get(route, (Lacking.ROUTE,))
    scheme = schemes.scheme(key=found.cycle.scheme.key, on=at.date())
    level = scheme.level(found.cycle.level.key) if scheme else None
    if lacking or scheme is None or level is None:
        raise NotRenewable(lacking or (Lacking.ROUTE,))
    begins_on, expires_on = renewal.dates(seen.edition.expires_on, at.date(), scheme.data["validity_years"])
    edition = editions.enter(
        credential,
        kind=EditionKind.RENEWAL,
        scheme=scheme,
        level=level,
        # As printed before: another name needs evidence, and is a correction.
        name=seen.edition.holder_name,
        begins_on=begins_on,
        expires_on=expires_on,
        at=at,
    )
    if route is Route.CPD:
        CredentialEvent.objects.create(
            credential=credential,
            edition=seen.edition,
            kind=Happening.MAINTENANCE_CONFIRMED.value,
            key=f"maintenance:{old.number}",
            effective_at=at,
            recorded_at=at,
        )
    editions.issue(
        edition,
        Happening.RENEWED,
        key=f"renewal:{old.number}",
        at=at,
        effective_at=max(at, datetime.combine(begins_on, time.min, UTC)),
        actor_id=credential.holder_id,
        facts={"by": route.value, "renews": old.number},
    )
    return edition
