"""Words for organisations and their people's tasks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit.machine import Machine


class Role(models.TextChoices):
    """People by task, as ISO/IEC 17024 tells them apart."""

    OWNER = "owner", _("owner")
    AUTHOR = "author", _("author")
    SUBJECT_EXPERT = "subject_expert", _("subject expert")
    ACCESSIBILITY = "accessibility", _("accessibility reviewer")
    EDITOR = "editor", _("editor")
    ITEM_AUTHOR = "item_author", _("item author")
    REVIEWER = "reviewer", _("reviewer")
    TRAINER = "trainer", _("trainer")
    EXAMINER = "examiner", _("examiner")
    MARKER = "marker", _("marker")
    INVIGILATOR = "invigilator", _("invigilator")
    SCHEME_MANAGER = "scheme_manager", _("scheme manager")
    AWARDING_OFFICER = "awarding_officer", _("awarding officer")
    FINANCE = "finance", _("finance")
    SUPPORT = "support", _("support")
    MANAGER = "manager", _("manager")
    MEMBER = "member", _("member")


class InvitationState(models.TextChoices):
    OPEN = "open", _("open")  # whoever is invited acts next
    USED = "used", _("used up")  # nobody
    WITHDRAWN = "withdrawn", _("withdrawn")  # nobody


INVITATION = Machine(
    name="invitation",
    start=InvitationState.OPEN,
    moves={
        InvitationState.OPEN: {"use_up": InvitationState.USED, "withdraw": InvitationState.WITHDRAWN},
    },
)


class Protocol(models.TextChoices):
    OPENID = "openid_connect", "OpenID Connect"
    SAML = "saml", "SAML 2.0"
