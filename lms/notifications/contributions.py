"""What notices answer to the registers on the ground."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import gather
from lms.kit.gather import Category, Holding
from lms.notifications import outbox

HOLDINGS = (
    Holding(
        "notifications.Notice",
        "person_id",
        "Notices",
        "Emptied of words and address: only that there was one.",
    ),
    Holding("notifications.Preference", "person", "How you are told"),
)


def empty(person_id: int) -> None:
    outbox.erase_of(person_id=person_id)


def forget(before: datetime) -> int:
    return outbox.erase_before(before)


def links() -> Sequence[gather.NavigationLink]:
    return [gather.NavigationLink(_("How you are told"), reverse("notifications:preferences"))]


def register() -> None:
    gather.ACCOUNT.add(gather.AccountPart("notifications", 40, links))
    gather.PERSONAL.add(gather.PersonalPart("notifications", 20, "Notices", HOLDINGS, erase=empty))
    gather.RETENTION.add(
        gather.RetentionPart(
            "notifications.notices", 10, "Notices", "What was told can be looked up for two years.", forget
        )
    )
    gather.NOTICE_KINDS.add(
        gather.NoticeKindsPart("notifications", 10, {"notifications.digest": Category.ACCOUNT})
    )
