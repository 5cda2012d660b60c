"""Credentials as others' software reads them: signed, as served, and their places in the status lists."""

import uuid

from django.db import models
from django.db.models import Q

from certificates.rules.badges import Profile, Purpose
from certificates.rules.proofs.bitstring import ENTRIES


class StatusPlace(models.Model):
    """The bit of an edition in every status list of a number, drawn by lot, and the random name of its subject.

    Given once, for ever: a document that was served points at it.
    """

    edition = models.OneToOneField(
        "certificates.Edition", on_delete=models.PROTECT, related_name="status_place"
    )
    subject = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    list_number = models.PositiveIntegerField()
    list_index = models.PositiveIntegerField()

    class Meta:
        ordering = ["list_number", "list_index"]
        constraints = [
            models.UniqueConstraint(fields=["list_number", "list_index"], name="status_place_once"),
            models.CheckConstraint(
                condition=Q(list_number__gte=1, list_index__lt=ENTRIES), name="status_place_in_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_number}#{self.list_index}"


class Badge(models.Model):
    """A signed form of an edition, byte for byte as it is served. A later revision replaces it and leaves it here.

    `said` digests what it says without the proof, so that the same is signed once. An erasure empties `body`
    and puts a random value in the place of `said`; `digest` goes on telling that these bytes were issued.
    """

    edition = models.ForeignKey("certificates.Edition", on_delete=models.PROTECT, related_name="badges")
    profile = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Profile])
    revision = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    said = models.CharField(max_length=64)
    key = models.ForeignKey("certificates.Key", on_delete=models.PROTECT, related_name="badges")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "profile", "-revision"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "profile", "revision"], name="badge_revision_once"),
            models.CheckConstraint(
                condition=Q(profile__in=[one.value for one in Profile]), name="badge_profile_known"
            ),
            models.CheckConstraint(condition=~Q(digest="") & ~Q(said=""), name="badge_has_digests"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.profile} {self.revision}"


class StatusList(models.Model):
    """A status list as published last, byte for byte as served; signed anew before it runs out and whenever
    a bit, a key or our address changes. `listed` digests all three."""

    purpose = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Purpose])
    number = models.PositiveIntegerField()
    document = models.TextField()
    token = models.TextField()
    listed = models.CharField(max_length=64)
    key = models.ForeignKey("certificates.Key", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        ordering = ["purpose", "number"]
        constraints = [
            models.UniqueConstraint(fields=["purpose", "number"], name="status_list_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=[one.value for one in Purpose]), name="status_purpose_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}-{self.number}"
