"""References: asked for by the applicant, given by the referee over a signed link."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.rules.references import REFUSED, Relation
from certificates.states import ReferenceState

RELATIONS = [(relation.value, relation.value) for relation in Relation]


class Reference(models.Model):
    """One referee about one applicant. State moves in `actions.references`. Once given, never changed."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey("certificates.Scheme", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ReferenceState, default=ReferenceState.ASKED)
    name = models.CharField(max_length=160)
    email = models.EmailField()
    email_folded = models.CharField(max_length=254)
    relation = models.CharField(max_length=12, choices=RELATIONS)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    said_relation = models.CharField(max_length=12, choices=RELATIONS, blank=True)
    position = models.CharField(max_length=160, blank=True)
    known_since = models.PositiveSmallIntegerField(null=True, blank=True)
    recommends = models.BooleanField(null=True, blank=True)
    statement = models.TextField(blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReferenceState.values), name="reference_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(relation__in=sorted(relation.value for relation in REFUSED)),
                name="reference_relation_admissible",
            ),
            models.UniqueConstraint(
                fields=["person", "scheme", "email_folded"],
                condition=~Q(state=ReferenceState.CANCELLED),
                name="referee_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReferenceState.GIVEN)
                | (Q(answered_at__isnull=False, recommends__isnull=False) & ~Q(said_relation="")),
                name="reference_given_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
