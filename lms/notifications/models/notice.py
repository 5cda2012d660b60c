"""The outbox: what is to be told to whom, how they want to be told, and which addresses take nothing."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.kit.gather import Category
from lms.notifications.rules.ways import CHOSEN, Way
from lms.notifications.states import NoticeState


class Notice(models.Model):
    """One message to one address, and its twin on the reader's page (`in_app`). Written by `outbox.put`, sent by
    `actions.delivery.deliver`, emptied by `outbox.erase`: the row stays, so that nothing is said twice."""

    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    category = models.CharField(max_length=10, default=Category.RECORD)
    person_id = models.BigIntegerField(null=True)
    to = models.EmailField(max_length=254)
    context = models.JSONField(default=dict)
    subject = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.WAITING)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # of the digest that takes it along
    in_app = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)  # grows when staff try again
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.SENT) | Q(sent_at__isnull=False), name="notice_sent_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.HELD) | Q(due_at__isnull=False), name="notice_held_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(state=NoticeState.FAILED) | ~Q(fault=""), name="notice_failed_says_why"
            ),
            models.CheckConstraint(
                condition=Q(in_app=False) | Q(person_id__isnull=False), name="notice_on_a_page_has_reader"
            ),
            models.CheckConstraint(
                condition=~Q(category=Category.ACCOUNT) | Q(in_app=False),
                name="notice_that_opens_doors_is_mailed",
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "created_at"], name="notices_of_person"),
            models.Index(
                fields=["person_id"], name="notices_unread", condition=Q(in_app=True, read_at__isnull=True)
            ),
            models.Index(
                fields=["state", "due_at"],
                name="notices_held_or_failed",
                condition=Q(state__in=["held", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id or 'an address'}"

    @property
    def said(self) -> str:
        """The words without what stands beneath every letter."""
        return self.text.partition("\n-- \n")[0].partition("\n--\n")[0].strip()


class Preference(models.Model):
    """How a person wants to be told of one category, where they chose. Written by `actions.inbox.prefer`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    category = models.CharField(max_length=10)
    way = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "category"], name="preference_once"),
            # What is binding can't be chosen at all.
            models.CheckConstraint(
                condition=Q(category__in=[one.value for one in CHOSEN]),
                name="preference_of_what_may_be_chosen",
            ),
            models.CheckConstraint(
                condition=Q(way__in=[way.value for way in Way]), name="preference_way_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.category}: {self.way}"


class Undeliverable(models.Model):
    """An address that takes no mail, in lower case. Written and removed by `actions.bounces`."""

    address = models.EmailField(max_length=254, unique=True)
    since = models.DateTimeField()
    diagnostic = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.address} since {self.since:%Y-%m-%d}"
