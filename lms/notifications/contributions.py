"""What notices answer to the registers on the ground."""

from lms.kit import gather
from lms.kit.gather import Category


def register() -> None:
    gather.NOTICE_KINDS.add(
        gather.NoticeKindsPart("notifications", 10, {"notifications.digest": Category.ACCOUNT})
    )
