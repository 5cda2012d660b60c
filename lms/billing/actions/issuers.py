"""Who sells, and stands on the invoices."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from lms.audit import trail
from lms.billing.models import Issuer
from lms.db import clock


class KnownPrefix(Exception):
    """Numbers of another seller begin so."""


@dataclass(frozen=True)
class Particulars:
    legal_name: str
    street: str
    postcode: str
    city: str
    country: str
    iban: str
    email: str
    prefix: str
    vat_id: str = ""
    bic: str = ""
    payment_days: int = 14
    refund_days: int = 14


def set_up(*, organisation_id: UUID, particulars: Particulars, actor_id: int | None) -> Issuer:
    """Sets up or changes who sells. What was printed before stays as it was printed. Raises KnownPrefix."""
    with transaction.atomic():
        others = Issuer.objects.select_for_update().exclude(organisation_id=organisation_id)
        if others.filter(prefix=particulars.prefix).exists():
            raise KnownPrefix(particulars.prefix)
        row, _ = Issuer.objects.update_or_create(
            organisation_id=organisation_id, defaults=asdict(particulars)
        )
        trail.record(
            "billing.issuer.set_up",
            subject=f"billing.issuer:{row.pk}",
            at=clock.now(),
            actor_id=actor_id,
            organisation_id=organisation_id,
            facts={"country": row.country, "prefix": row.prefix},
        )
    return row
