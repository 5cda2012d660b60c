"""From where acts were done, apart from the trail, so that it can be erased."""

from django.db import models


class Origin(models.Model):
    """The address of the network from which a request came that left entries. Written by `trail.record`, once for each
    request; deleted by age and when a person is erased, while the entries stay."""

    uuid = models.UUIDField(unique=True)
    address = models.CharField(max_length=64)
    person_id = models.BigIntegerField(null=True, db_index=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.address} at {self.at:%Y-%m-%d %H:%M}"
