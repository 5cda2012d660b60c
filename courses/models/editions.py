"""The words of editions that are published no more and that learners still read, for their search."""

from django.db import models
from wagtail.search import index


class KeptEdition(index.Indexed, models.Model):  # type: ignore[misc]  # Wagtail has no types
    """What an edition of a lesson says. The page itself is in the index with what it says today."""

    revision = models.OneToOneField(
        "wagtailcore.Revision", on_delete=models.CASCADE, related_name="kept_edition"
    )
    title = models.CharField(max_length=255)
    text = models.TextField()

    search_fields = [
        index.SearchField("title", boost=2),
        index.SearchField("text"),
        index.FilterField("revision"),
    ]

    def __str__(self) -> str:
        return self.title
