"""How what people ask about their data stands, and which legal texts there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit.machine import Machine


class LegalKind(models.TextChoices):
    TERMS = "terms", _("Terms")
    PRIVACY = "privacy", _("Privacy notice")
    IMPRINT = "imprint", _("Imprint")
    WITHDRAWAL = "withdrawal", _("Right of withdrawal")


class ArchiveState(models.TextChoices):
    ASKED = "asked"  # the worker makes it
    READY = "ready"  # its owner fetches it, until it expires
    GONE = "gone"  # nobody: the file is deleted


ARCHIVE = Machine(
    name="archive",
    start=ArchiveState.ASKED,
    moves={
        ArchiveState.ASKED: {"make": ArchiveState.READY, "forget": ArchiveState.GONE},
        ArchiveState.READY: {"forget": ArchiveState.GONE},
        ArchiveState.GONE: {},
    },
)


class ErasureState(models.TextChoices):
    ASKED = "asked"  # the worker erases; the account is closed already
    DONE = "done"  # nobody


ERASURE = Machine(
    name="erasure",
    start=ErasureState.ASKED,
    moves={ErasureState.ASKED: {"erase": ErasureState.DONE}, ErasureState.DONE: {}},
)
