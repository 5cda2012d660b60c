"""What is offered: exams, their blueprints and agreements, and the forms assembled for them."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.bank import Bank, ItemKey, ItemVersion
from exams.rules.retakes import Wait
from exams.rules.standard.scaling import Scale
from exams.states import ExamKind, FormState, Pool, Release, Takeover


class Agreement(models.Model):
    """What a candidate agrees to, frozen by version."""

    key = models.SlugField(max_length=80)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="exams_agreement_version_once")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class Blueprint(models.Model):
    """How a form is made up. `domains` are pinned from the profile when the library is loaded."""

    key = models.SlugField(max_length=80, unique=True)
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="blueprints")
    pool = models.CharField(max_length=10, choices=Pool)
    length = models.PositiveSmallIntegerField()
    scenario_sets = models.PositiveSmallIntegerField(default=0)
    kinds = models.JSONField(
        default=list, help_text="The kinds of items that it may hold; none named is any."
    )
    domains = models.JSONField(help_text="Number, title and weight of each domain.")
    levels = models.JSONField(default=list, help_text="Weight of each cognitive level; empty for any.")
    cells = models.JSONField(
        default=list, help_text="Counts by domain and level that stand in the place of the weights."
    )
    information = models.JSONField(
        default=list, help_text="Test information at an ability, as decimals: at, least and most."
    )
    exposure_limit = models.PositiveSmallIntegerField(
        null=True, help_text="In how many forms an item may be; empty for any number."
    )
    pilots = models.PositiveSmallIntegerField(
        default=0, help_text="How many items a form tries out, beside its length."
    )
    worth = models.JSONField(
        default=list, help_text="How many times items of a kind, level or domain count; empty for once."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(length__gte=1), name="exams_blueprint_has_items"),
            models.CheckConstraint(
                condition=Q(exposure_limit__isnull=True) | Q(exposure_limit__gte=1),
                name="exams_blueprint_exposes_items",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Exam(models.Model):
    """What a candidate can enter for."""

    key = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=ExamKind)
    title = models.CharField(max_length=200)
    strapline = models.CharField(max_length=300)
    summary = models.TextField()
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="exams")
    agreement_key = models.SlugField(max_length=80)
    minutes = models.PositiveSmallIntegerField()
    cut_numerator = models.PositiveIntegerField()
    cut_denominator = models.PositiveIntegerField()
    minima = models.JSONField(
        default=list,
        help_text="The least share of each domain's points, as domain and percent; empty for none.",
    )
    scale_lowest = models.PositiveSmallIntegerField(
        null=True, help_text="The scaled score of no points; empty for an exam without a scale."
    )
    scale_anchor = models.PositiveSmallIntegerField(null=True, help_text="The scaled score of the cut.")
    scale_highest = models.PositiveSmallIntegerField(null=True, help_text="The scaled score of all points.")
    retake_waits = models.JSONField(
        default=list, help_text="The wait after each failure, as days and months."
    )
    allowed = models.JSONField(default=list, help_text="What may be used during the sitting.")
    says = models.JSONField(default=list, help_text="What the result says.")
    says_not = models.JSONField(default=list, help_text="What the result does not say.")
    product_key = models.SlugField(max_length=80, blank=True)
    course_key = models.SlugField(max_length=80, blank=True)
    scheme_key = models.SlugField(max_length=80, blank=True)
    practice_key = models.SlugField(
        max_length=80, blank=True, help_text="The practice exam that goes with it."
    )
    offered = models.BooleanField(default=True)
    windowed = models.BooleanField(
        default=False, help_text="Sat in windows only, at a time chosen inside one."
    )
    reschedule_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Until so many hours before the chosen time it may be changed."
    )
    cancel_hours = models.PositiveSmallIntegerField(
        default=72, help_text="Until so many hours before the chosen time an entry may be cancelled."
    )
    free_retake_months = models.PositiveSmallIntegerField(
        default=0, help_text="Within so many months of a first failure one retake is free; 0 for none."
    )
    invigilated = models.BooleanField(default=False)
    takeover = models.CharField(max_length=10, choices=Takeover, default=Takeover.FREE)
    credit_seconds_alone = models.PositiveIntegerField(
        default=600, help_text="Seconds that one invigilator may credit; more takes a second person."
    )
    appeal_days = models.PositiveSmallIntegerField(
        default=30, help_text="For so many days after a result was told one may appeal; 0 for never."
    )
    appeal_panel = models.PositiveSmallIntegerField(
        default=2, help_text="So many members of the panel must agree on an appeal."
    )
    release = models.CharField(max_length=10, choices=Release, default=Release.IN_BATCHES)
    open_book = models.BooleanField(default=False, help_text="The course's lessons lie beside the paper.")
    safe_browser = models.BooleanField(default=False, help_text="Safe Exam Browser only.")
    safe_browser_keys = models.JSONField(default=list, help_text="Browser exam keys that are allowed.")
    languages = models.JSONField(
        default=list, help_text="Other languages that it is offered in, as de; empty for none."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="exams_exam_has_time"),
            models.CheckConstraint(
                condition=Q(cut_denominator__gte=1, cut_numerator__lte=F("cut_denominator")),
                name="exams_exam_cut_is_a_share",
            ),
            models.CheckConstraint(condition=Q(appeal_panel__gte=2), name="exams_exam_panel_of_two"),
            models.CheckConstraint(
                condition=Q(release=Release.IN_BATCHES) | Q(scheme_key=""),
                name="exams_exam_certifies_in_batches",
            ),
            models.CheckConstraint(
                condition=Q(scale_lowest__isnull=True, scale_anchor__isnull=True, scale_highest__isnull=True)
                | Q(
                    scale_lowest__isnull=False,
                    scale_anchor__isnull=False,
                    scale_highest__isnull=False,
                    scale_anchor__gt=F("scale_lowest"),
                    scale_highest__gte=F("scale_anchor"),
                ),
                name="exams_exam_scale_rises",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def cut(self) -> Fraction:
        return Fraction(self.cut_numerator, self.cut_denominator)

    @property
    def least(self) -> dict[int, Fraction]:
        """The minimum of each domain that has one, as a share of the domain's points."""
        return {least["domain"]: Fraction(least["percent"], 100) for least in self.minima}

    @property
    def waits(self) -> tuple[Wait, ...]:
        return tuple(
            Wait(days=wait.get("days", 0), months=wait.get("months", 0)) for wait in self.retake_waits
        )

    @property
    def scale(self) -> Scale | None:
        if self.scale_lowest is None or self.scale_anchor is None or self.scale_highest is None:
            return None
        return Scale(self.scale_lowest, self.scale_anchor, self.scale_highest)

    @property
    def is_practice(self) -> bool:
        return self.kind == ExamKind.PRACTICE

    @property
    def in_batches(self) -> bool:
        return self.release == Release.IN_BATCHES


class Window(models.Model):
    """A span of time in which an exam may be sat. Made and closed by exams.actions.windows.

    Closed, it takes no more entries; whoever is entered keeps the time that they chose.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="windows")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    ends_sittings = models.BooleanField(
        default=False, help_text="Its end also ends the sittings that are running then."
    )
    places = models.PositiveIntegerField(null=True, help_text="How many may enter; empty for any number.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="Since when it takes no more entries.")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["opens_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="exams_window_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="exams_window_opens_before_it_closes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} {self.opens_at:%Y-%m-%d}"


class Form(models.Model):
    """A frozen, digested set of item versions. State moves only in exams.actions.assembly.

    `package` is what a candidate may see and holds no key; `shapes` is the least that a save must
    know of it; `keys` never leaves the server.
    """

    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="forms")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=FormState, default=FormState.ASSEMBLED)
    package = models.JSONField()
    shapes = models.JSONField()
    keys = models.JSONField()
    length = models.PositiveSmallIntegerField()
    pilots = models.JSONField(
        default=list, help_text="The positions of items that are tried out, as the package says them."
    )
    points_numerator = models.PositiveBigIntegerField(
        null=True, help_text="The most points; empty for a form from before this was kept."
    )
    points_denominator = models.PositiveBigIntegerField(null=True)
    digest = models.CharField(max_length=64, unique=True)
    seed = models.CharField(max_length=80)
    proof = models.JSONField(
        default=dict, help_text="Model, solver and cells; empty for a form from before there was a model."
    )
    assembled_at = models.DateTimeField()
    assembled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["exam", "number"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "number"], name="exams_form_number_once"),
            models.CheckConstraint(condition=Q(state__in=FormState.values), name="exams_form_state_known"),
            models.CheckConstraint(
                condition=Q(points_numerator__isnull=True, points_denominator__isnull=True)
                | Q(points_numerator__isnull=False, points_denominator__gte=1),
                name="exams_form_points_are_a_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id} form {self.number}"

    @property
    def scored(self) -> tuple[int, ...]:
        """The positions that count."""
        return tuple(one for one in range(1, self.length + 1) if one not in self.pilots)

    @property
    def points(self) -> Fraction:
        """The most that the form gives by the key that it was assembled with."""
        if self.points_numerator is None or self.points_denominator is None:
            return Fraction(len(self.scored))
        return Fraction(self.points_numerator, self.points_denominator)


class FormItem(models.Model):
    """Which version of which item, with which key, stands where in a form."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="placements")
    key = models.ForeignKey(ItemKey, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["form", "position"]
        constraints = [models.UniqueConstraint(fields=["form", "position"], name="exams_form_position_once")]

    def __str__(self) -> str:
        return f"form {self.form_id} position {self.position}"


class FormLanguage(models.Model):
    """Frozen: the package of a form in another language. Made by exams.actions.languages; keys and shapes are the form's."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="languages")
    language = models.CharField(max_length=8)
    package = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["form", "language"]
        constraints = [models.UniqueConstraint(fields=["form", "language"], name="exams_form_language_once")]

    def __str__(self) -> str:
        return f"form {self.form_id} in {self.language}"


class FormChange(models.Model):
    """Who moved a form, from what to what, when."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.form_id}: {self.event}"
