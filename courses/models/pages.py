"""Pages: the catalogue, courses, modules and lessons. They know nothing of people."""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, Site
from wagtail.search import index
from wagtail_localize.fields import TranslatableField

from courses.blocks import DaysBlocks, LessonBlocks, LinesBlocks
from courses.models.collections import OwnPictures
from courses.models.languages import MadeFrom, Originals
from courses.models.ownership import OwnShared, OwnTree

# A page made in the editor gets a key of its own making; pages of the library bring theirs.
KEY_HELP = "Records, certificates and addresses hold on to it, so it never changes."


class ServedElsewhere(Page):
    """A page whose address belongs to one of our own views; its place in the tree only redirects there."""

    objects = PageManager.from_queryset(Originals)()

    class Meta:
        abstract = True

    def address(self) -> str:
        raise NotImplementedError

    def permissions_for_user(self, user: Any) -> OwnTree:
        return OwnTree(user, self)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        site = (
            Site.find_for_request(request) if request else Site.objects.filter(is_default_site=True).first()
        )
        if site is None or not (path := self.address()):
            return None
        return site.pk, settings.PUBLIC_URL, path

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(self.address() or reverse("courses:catalogue"))


class CataloguePage(ServedElsewhere):
    """The root of everything that is taught."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["courses.CoursePage", "courses.ModulePage"]
    preview_modes: list[tuple[str, str]] = []

    strapline = models.CharField(
        max_length=300, blank=True, help_text="What a visitor should know before choosing."
    )

    content_panels = [*Page.content_panels, FieldPanel("strapline")]
    translatable_fields = [TranslatableField("title"), TranslatableField("strapline")]

    class Meta:
        verbose_name = "catalogue"

    def address(self) -> str:
        return reverse("courses:catalogue")


class CoursePage(ServedElsewhere):
    """A course: what it promises, to whom, for which profile and scheme."""

    parent_page_types = ["courses.CataloguePage"]
    # No subpage_types: an exam's page names the course as its parent, and lives in a higher app.
    template = "courses/previews/course.html"

    key = models.SlugField(max_length=80, unique=True, default=uuid.uuid4, help_text=KEY_HELP)
    strapline = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    profile = models.ForeignKey("courses.Profile", on_delete=models.PROTECT, related_name="courses")
    scheme_key = models.SlugField(
        max_length=80, blank=True, help_text="The certification scheme it prepares for."
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        help_text="Who teaches it and answers for it.",
    )
    days = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    cpd_hours = models.PositiveSmallIntegerField(
        default=0,
        help_text="Hours of the whole course. None are attested before every lesson of it is open and done.",
    )
    product_key = models.CharField(
        max_length=120, blank=True, help_text="What is bought, in the list of products."
    )
    outcomes = StreamField(
        LinesBlocks(), blank=True, help_text="What a learner can do afterwards. Verb first."
    )
    audience = StreamField(LinesBlocks(), blank=True)
    prerequisites = StreamField(LinesBlocks(), blank=True)
    day_plan = StreamField(DaysBlocks(), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("strapline"),
        FieldPanel("summary"),
        FieldPanel("outcomes"),
        FieldPanel("audience"),
        FieldPanel("prerequisites"),
        FieldPanel("day_plan"),
        MultiFieldPanel(
            [
                FieldPanel("profile"),
                FieldPanel("scheme_key"),
                FieldPanel("organisation", permission="superuser"),
                FieldPanel("days"),
                FieldPanel("cpd_hours"),
                FieldPanel("product_key"),
                FieldPanel("key", read_only=True),
            ],
            heading="What it belongs to",
        ),
    ]
    exclude_fields_in_copy = ["key"]
    translatable_fields = [TranslatableField("title")]

    class Meta:
        verbose_name = "course"
        constraints = [
            models.CheckConstraint(condition=models.Q(days__gte=1), name="courses_course_days"),
        ]

    def address(self) -> str:
        return reverse("courses:course", args=[self.slug])


class ModulePage(ServedElsewhere):
    """A module of a course; or, straight under the catalogue, lessons that several courses share."""

    parent_page_types = ["courses.CoursePage", "courses.CataloguePage"]
    subpage_types = ["courses.LessonPage"]
    preview_modes: list[tuple[str, str]] = []

    key = models.SlugField(max_length=80, default=uuid.uuid4, help_text=KEY_HELP)
    number = models.PositiveSmallIntegerField(default=1)
    domain = models.ForeignKey(
        "courses.Domain",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="modules",
        help_text="The domain of competence that it builds.",
    )
    summary = models.TextField(blank=True)
    shares = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shared_by",
        help_text="Take the lessons of this shared module: one text, edited in one place, read in several courses.",
    )
    planned = StreamField(
        LinesBlocks(),
        blank=True,
        help_text="Titles of lessons in preparation. Visitors see that they are not open yet.",
    )

    base_form_class = OwnShared
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("planned"),
        MultiFieldPanel(
            [
                FieldPanel("number"),
                FieldPanel("domain"),
                FieldPanel("shares"),
                FieldPanel("key", read_only=True),
            ],
            heading="What it belongs to",
        ),
    ]
    exclude_fields_in_copy = ["key"]
    translatable_fields = [TranslatableField("title")]

    class Meta:
        verbose_name = "module"

    def address(self) -> str:
        course = self.get_parent().specific
        anchor = f"#module-{self.number}" if isinstance(course, CoursePage) else ""
        return f"{course.address()}{anchor}"


class LessonPage(ServedElsewhere):
    """A lesson. Its key is unique among the lessons of its home, the course or shared module it was made for."""

    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/previews/lesson.html"

    key = models.SlugField(max_length=80, default=uuid.uuid4, help_text=KEY_HELP)
    home = models.CharField(max_length=100, blank=True, editable=False)
    minutes = models.PositiveSmallIntegerField(
        default=45,
        validators=[MinValueValidator(1)],
        help_text="Honest time of study, exercises included: learners plan their evenings by it.",
    )
    outcomes = StreamField(
        LinesBlocks(), help_text="Two to four things that a learner can do afterwards. Verb first."
    )
    clauses = ParentalManyToManyField(
        "courses.Clause",
        blank=True,
        related_name="lessons",
        help_text="What of the standard it teaches: shown beside the text, and the link from an exam's result back to it.",
    )
    body = StreamField(LessonBlocks())
    references = StreamField(LinesBlocks(), blank=True)
    sample = models.BooleanField(default=False, help_text="May be read by anyone, without an account.")
    checked_on = models.DateField(
        null=True, blank=True, help_text="When dated claims in it were last checked."
    )
    review_by = models.DateField(null=True, blank=True, help_text="When they must be checked again.")
    from_revision = models.BigIntegerField(
        null=True, editable=False, help_text="Of a translation: the revision of the original that it says."
    )

    spoken = (
        ""  # the language of its words, where it was given those of a translation (`courses.queries.lessons`)
    )

    base_form_class = OwnPictures
    content_panels = [
        *Page.content_panels,
        FieldPanel("minutes"),
        FieldPanel("outcomes"),
        FieldPanel("body"),
        FieldPanel("references"),
        MultiFieldPanel(
            [FieldPanel("clauses")],
            heading="Clauses and controls",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldPanel("sample"),
                FieldPanel("checked_on"),
                FieldPanel("review_by"),
                FieldPanel("key", read_only=True),
            ],
            heading="Standing",
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]
    exclude_fields_in_copy = ["key", "home", "from_revision"]
    # What stands around the text (time, clauses, sample, dates) is the original's in every language.
    translatable_fields = [
        *map(TranslatableField, ("title", "outcomes", "body", "references")),
        MadeFrom("from_revision"),
    ]

    class Meta:
        verbose_name = "lesson"
        constraints = [
            models.UniqueConstraint(fields=["home", "key"], name="courses_lesson_key"),
            models.CheckConstraint(condition=models.Q(minutes__gte=1), name="courses_lesson_minutes"),
            models.CheckConstraint(
                condition=models.Q(checked_on__isnull=True, review_by__isnull=True)
                | models.Q(
                    checked_on__isnull=False, review_by__isnull=False, review_by__gt=models.F("checked_on")
                ),
                name="courses_lesson_review",
                violation_error_message="Give both dates, the review later than the check, or neither.",
            ),
        ]

    @property
    def said_as_of(self) -> int | None:
        """The revision of the original's text that this is: its own, or that of which it is a translation."""
        return self.live_revision_id  # type: ignore[no-any-return]  # Wagtail has no types

    @said_as_of.setter
    def said_as_of(self, revision_id: int | None) -> None:
        self.from_revision = revision_id

    def original(self) -> "LessonPage":
        """The lesson of which this is a translation; itself, where it is none."""
        found = LessonPage.objects.originals().filter(translation_key=self.translation_key).first()
        return found or self

    def course(self) -> CoursePage | None:
        """The course it belongs to; for a shared lesson the first that takes it."""
        module = ModulePage.objects.ancestor_of(self.original()).first()
        if module is None:
            return None
        taker = module if module.depth > 3 else module.shared_by.order_by("path").first()
        return CoursePage.objects.ancestor_of(taker).first() if taker else None

    def address(self) -> str:
        course = self.course()
        return reverse("courses:lesson", args=[course.slug, self.original().key]) if course else ""
