"""The log of the register: its entries, the tiles and checkpoints made of them. Only ever added to.

The salts stand apart: an erasure deletes them, and what is left in the log can then be tied to nobody.
"""

from django.db import models
from django.db.models import Q

from certificates.models.credentials import CredentialEvent
from certificates.rules.merkle import WIDTH


class Leaf(models.Model):
    """An event's entry in the log, at its place for ever; written by `actions.checkpoints`."""

    index = models.BigIntegerField(primary_key=True)
    # Without a constraint: where somebody has deleted the event behind the guards, this row says that it was there.
    event = models.OneToOneField(
        CredentialEvent, on_delete=models.PROTECT, related_name="leaf", db_constraint=False
    )
    entry = models.BinaryField(help_text="The salted digest of the event: 32 bytes.")
    logged_at = models.DateTimeField()

    class Meta:
        ordering = ["index"]
        constraints = [models.CheckConstraint(condition=Q(index__gte=0), name="leaf_has_place")]

    def __str__(self) -> str:
        return str(self.index)


class LeafSalt(models.Model):
    """What keeps an entry from being guessed. Deleted by `actions.erasure`, and never otherwise."""

    leaf = models.OneToOneField(Leaf, on_delete=models.PROTECT, primary_key=True, related_name="salts")
    salt = models.BinaryField(help_text="Of the record as a whole; shown in the proof.")
    kept_salt = models.BinaryField(help_text="Of what the record keeps to itself; never shown.")

    def __str__(self) -> str:
        return str(self.pk)


class Tile(models.Model):
    """256 hashes of one level of the tree, written once when there are so many, and the root of them."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        ordering = ["level", "number"]
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"

    @property
    def parts(self) -> list[bytes]:
        """Its hashes, from left to right."""
        whole = bytes(self.hashes)
        return [whole[place * 32 : place * 32 + 32] for place in range(WIDTH)]


class Checkpoint(models.Model):
    """What the log has committed itself to: its size and root, signed. A key that took the place of another signs the
    size that it finds once more."""

    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField(help_text="The signed note as it is served.")
    key_id = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-size", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["size", "key_id"], name="checkpoint_signed_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="checkpoint_of_something"),
        ]

    def __str__(self) -> str:
        return str(self.size)


class CheckpointStamp(models.Model):
    """What a time-stamp authority said about a checkpoint: an RFC 3161 token over the note."""

    checkpoint = models.OneToOneField(
        Checkpoint, on_delete=models.PROTECT, primary_key=True, related_name="stamp"
    )
    token = models.BinaryField()
    authority = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-checkpoint"]

    def __str__(self) -> str:
        return str(self.pk)
