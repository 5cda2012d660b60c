"""The bank: items and scenarios, their frozen versions, keys and reviews."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.states import ItemState, Level, Pool, ReviewVerdict


class Bank(models.Model):
    """A store of items that one organisation keeps for one profile."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    profile_key = models.SlugField(max_length=80)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.title


class Scenario(models.Model):
    """A situation that several items hang on. Its text stands in its versions."""

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="scenarios")
    code = models.CharField(max_length=40)
    pool = models.CharField(max_length=10, choices=Pool)
    current = models.ForeignKey("ScenarioVersion", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank", "code"], name="exams_scenario_code_once")]

    def __str__(self) -> str:
        return self.code


class ScenarioVersion(models.Model):
    """Frozen: a change of the text is a new version."""

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="None where it came in a file.",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "number"], name="exams_scenario_version_once")
        ]

    def __str__(self) -> str:
        return f"scenario {self.scenario_id} version {self.number}"


class Item(models.Model):
    """A question's place in the bank. State moves only in exams.actions.items."""

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=40)
    pool = models.CharField(max_length=10, choices=Pool)
    kind = models.CharField(max_length=20)
    domain = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=12, choices=Level)
    clauses = models.JSONField(default=list)
    controls = models.JSONField(default=list)
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, null=True, related_name="items")
    place = models.PositiveSmallIntegerField(default=0, help_text="Its place within its scenario.")
    enemies = models.ManyToManyField("self", symmetrical=True, help_text="Never in the same form.")
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.DRAFT)
    to_pilot = models.BooleanField(
        default=False, help_text="Submitted to be tried out: once accepted it is a pilot and not live."
    )
    current = models.ForeignKey("ItemVersion", on_delete=models.PROTECT, null=True, related_name="+")
    library_digest = models.CharField(
        max_length=64, blank=True, help_text="What the file said when last loaded."
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["bank", "code"], name="exams_item_code_once"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="exams_item_state_known"),
            models.CheckConstraint(condition=Q(domain__gte=1), name="exams_item_domain_from_one"),
            models.UniqueConstraint(
                fields=["scenario", "place"],
                condition=Q(scenario__isnull=False),
                name="exams_item_place_once",
            ),
        ]
        indexes = [models.Index(fields=["bank", "pool", "state", "domain"], name="exams_item_find")]

    def __str__(self) -> str:
        return self.code


class ItemVersion(models.Model):
    """Frozen: what an item says. A change is a new version, and older forms keep theirs."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    rationales = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    source = models.CharField(
        max_length=300, blank=True, help_text="Where it was published before, or what it is drawn from."
    )
    edition = models.CharField(max_length=100, blank=True)
    aids = models.CharField(max_length=300, blank=True, help_text="With what aids it was written.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="exams_item_version_once")]

    def __str__(self) -> str:
        return f"{self.item_id} version {self.number}"

    @property
    def provenance(self) -> tuple[str, str, str]:
        return self.source, self.edition, self.aids


class Variant(models.Model):
    """Frozen but for its approval: an item version, or a scenario's, in another language. Made by exams.actions.languages.

    Its key, and the identifiers of its parts, are those of the version. The approved one with the highest number counts.
    """

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, null=True, related_name="variants")
    scenario = models.ForeignKey(
        ScenarioVersion, on_delete=models.PROTECT, null=True, related_name="variants"
    )
    language = models.CharField(max_length=8)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    rationales = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="None where it came in a file, and nobody here is known to have brought it.",
    )
    source = models.CharField(max_length=300, blank=True, help_text="How it was made, and with what aids.")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["language", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "language", "number"],
                condition=Q(version__isnull=False),
                name="exams_variant_of_item_once",
            ),
            models.UniqueConstraint(
                fields=["scenario", "language", "number"],
                condition=Q(scenario__isnull=False),
                name="exams_variant_of_scenario_once",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=False, scenario__isnull=True)
                | Q(version__isnull=True, scenario__isnull=False),
                name="exams_variant_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False) & ~Q(approved_by=F("author")),
                name="exams_variant_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.number}"


class Calibration(models.Model):
    """What the answers of many say of an item: P(right) = 1 / (1 + exp(−(slope · θ + easiness))), θ counted in standard
    deviations of those who answered. The latest one of a version holds."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="calibrations")
    model = models.CharField(max_length=10)
    slope = models.FloatField()
    easiness = models.FloatField()
    persons = models.PositiveIntegerField()
    responses_digest = models.CharField(max_length=64, help_text="SHA-256 of the file of responses.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(slope__gt=0), name="exams_calibration_rises"),
            models.CheckConstraint(condition=Q(persons__gte=1), name="exams_calibration_of_persons"),
        ]

    def __str__(self) -> str:
        return f"version {self.version_id}: {self.slope:.3f}, {self.easiness:.3f}"


class ItemKey(models.Model):
    """Frozen: which response is right and how it is scored. Keys have versions of their own."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="keys")
    number = models.PositiveIntegerField()
    key = models.JSONField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="exams_item_key_once")]

    def __str__(self) -> str:
        return f"key {self.number} of version {self.version_id}"


class Review(models.Model):
    """One reviewer's word on one version; the author can't be among them."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveIntegerField(
        help_text="The submission that it answers: an item may be submitted again."
    )
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=ReviewVerdict)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "round", "reviewer"], name="exams_review_once"),
            # The author stands here again so that the table itself can refuse a review of one's own item.
            models.CheckConstraint(condition=~Q(reviewer=F("author")), name="exams_review_by_another"),
            models.CheckConstraint(
                condition=~Q(verdict=ReviewVerdict.RETURN) | ~Q(note=""), name="exams_review_return_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} on version {self.version_id}: {self.verdict}"


class ItemChange(models.Model):
    """Who moved or changed an item, from what to what, when."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    described = models.JSONField(default=dict, help_text="How the item was described from then on.")
    at = models.DateTimeField()

    WORDS = {
        "load": "Loaded from the library",
        "import": "Imported from a file",
        "import-incomplete": "Imported from a file that says no domain or no level",
        "add": "Written",
        "edit": "Edited",
        "revise": "Revised",
        "submit": "Submitted for review",
        "accept": "Accepted",
        "return": "Returned to the author",
        "promote": "Promoted from pilot",
        "send-back": "Sent back from pilot",
        "retire": "Retired",
        "translate": "Written in another language",
        "approve-variant": "Approved in another language",
        "enemies": "Its enemies changed",
        "arrange": "Hung, moved or taken off a scenario",
    }

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.event}"

    @property
    def words(self) -> str:
        return self.WORDS[self.event]
