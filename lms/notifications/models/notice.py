"""The outbox: what is to be told to whom."""

from django.db import models

from lms.notifications.states import NoticeState


class Notice(models.Model):
    """One message to one address. Written by `outbox.put`, sent by `actions.delivery.deliver`, emptied by `outbox.erase`:
    the row stays, so that nothing is said twice."""

    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, unique=True)
    person_id = models.BigIntegerField(null=True)
    to = models.EmailField(max_length=254)
    context = models.JSONField(default=dict)
    subject = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.WAITING)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=NoticeState.values), name="notice_state_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NoticeState.SENT) | models.Q(sent_at__isnull=False),
                name="notice_sent_has_time",
            ),
        ]
        indexes = [models.Index(fields=["person_id", "created_at"], name="notices_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id or 'an address'}"
