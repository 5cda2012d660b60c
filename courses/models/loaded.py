"""What the library loaded, so that what people edited since is left alone."""

from django.db import models


class LoadedPage(models.Model):
    """The text that was last loaded into a page, by its digest, and the revision that it became.

    Kept beside the page rather than in it: a revision carries every field of its page, and would
    bring an older digest back with it.
    """

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="loaded", primary_key=True
    )
    digest = models.CharField(max_length=64)
    revision_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"page {self.pk} as loaded"
