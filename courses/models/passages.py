"""Passages that several lessons show."""

from uuid import UUID

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from courses.blocks import BOXED
from lms.organisations import queries as organisations

KEY_HELP = "Lessons name it by its key, here and in files, so it never changes."


class Passage(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model):  # type: ignore[misc]  # Wagtail has no types
    """A passage that is written once and shown in several lessons, also of several courses. It goes the way of every
    text: draft, review, published; `courses/actions/passages.py` then takes it into its lessons."""

    key = models.SlugField(max_length=80, unique=True, help_text=KEY_HELP)
    title = models.CharField(
        max_length=200, help_text="For authors, who choose it by its title. Learners don’t see it."
    )
    text = RichTextField(features=BOXED)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose authors write it.",
    )

    panels = [FieldPanel("title"), FieldPanel("key"), FieldPanel("text")]

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def owners(self) -> frozenset[UUID]:
        """The organisations whose people work on it: those of the institution, where it is nobody's in particular."""
        return frozenset([self.organisation_id] if self.organisation_id else organisations.house())
