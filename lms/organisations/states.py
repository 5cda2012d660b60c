"""Words for organisations and their people's tasks."""

from django.db import models


class Role(models.TextChoices):
    """People by task, as ISO/IEC 17024 tells them apart."""

    OWNER = "owner"
    AUTHOR = "author"
    SUBJECT_EXPERT = "subject_expert", "subject expert"
    ACCESSIBILITY = "accessibility", "accessibility reviewer"
    EDITOR = "editor"
    ITEM_AUTHOR = "item_author", "item author"
    REVIEWER = "reviewer"
    TRAINER = "trainer"
    EXAMINER = "examiner"
    MARKER = "marker"
    INVIGILATOR = "invigilator"
    SCHEME_MANAGER = "scheme_manager", "scheme manager"
    AWARDING_OFFICER = "awarding_officer", "awarding officer"
    SUPPORT = "support"
    MANAGER = "manager"
    MEMBER = "member"
