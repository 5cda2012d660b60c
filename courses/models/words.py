"""Words in other languages of what has no page of its own in them: courses, modules and terms. Written in files alone."""

from django.db import models
from django.db.models import Q

from courses.models.glossary import Term


class Words(models.Model):
    """What something is called and said to be in a language. `translates` are the digits of the words that it says."""

    language = models.CharField(max_length=10)
    translates = models.CharField(max_length=16)

    class Meta:
        abstract = True


class PageWords(Words):
    """A course or a module of one, in a language."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="words")
    title = models.CharField(max_length=200)
    strapline = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "language"], name="courses_page_words_once"),
            models.CheckConstraint(condition=~Q(title=""), name="courses_page_words_title"),
        ]

    def __str__(self) -> str:
        return self.title


class TermWords(Words):
    """A term of the glossary, in a language."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="words")
    name = models.CharField(max_length=120)
    also = models.JSONField(default=list, blank=True)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "language"], name="courses_term_words_once"),
            models.CheckConstraint(condition=~Q(text=""), name="courses_term_words_text"),
        ]

    def __str__(self) -> str:
        return self.name
