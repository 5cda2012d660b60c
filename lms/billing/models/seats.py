"""Places of an organisation, and who has them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.billing.models.entitlement import Entitlement
from lms.billing.states import SeatState


class Seat(models.Model):
    """One place of a pool (an organisation's entitlement), offered to an address or taken by a person.

    Who has taken it holds an entitlement of their own for one use, which ends when the seat is taken back.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="seats")
    email = models.EmailField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="seats"
    )
    entitlement = models.OneToOneField(Entitlement, on_delete=models.PROTECT, null=True, related_name="seat")
    state = models.CharField(max_length=10, choices=SeatState, default=SeatState.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SeatState.values), name="seat_state_known"),
            models.UniqueConstraint(
                fields=["pool", "email"], condition=~Q(state="back"), name="seat_once_per_address"
            ),
            models.UniqueConstraint(
                fields=["pool", "person"], condition=~Q(state="back"), name="seat_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(state="offered") | Q(state="back") | Q(entitlement__isnull=False),
                name="seat_taken_gives_right",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} in {self.pool_id}"
