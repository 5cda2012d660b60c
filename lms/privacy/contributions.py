"""What privacy answers to the registers on the ground."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.core.checks import register as register_check
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.kit import gather
from lms.kit.content import Problems
from lms.kit.gather import Holding
from lms.privacy.actions import archives, legal
from lms.privacy.rules import texts

KEY = "lms/privacy"
BY_LAW = "Shows that it was done as you asked, and when."
HOLDINGS = (
    Holding(
        "privacy.Acceptance", "person", "Texts that you accepted", "Shows on which terms a contract was made."
    ),
    Holding("privacy.Consent", "person", "Consents", "Shows what you had allowed, and until when."),
    Holding("privacy.Archive", "person", "Archives of your data", BY_LAW, ("file",)),
    Holding("privacy.Erasure", "person", "Your erasure", BY_LAW),
)


def forget_files(person_id: int) -> None:
    archives.forget_of(person_id=person_id)


def read(folders: Sequence[Path], problems: Problems) -> list[texts.Text]:
    return texts.read(folders, problems)


def complete(**_: Any) -> list[CheckMessage]:
    """In production: every text that the institution has not yet made its own."""
    if not settings.PRODUCTION:
        return []
    folders = [settings.BASE_DIR / KEY / "library"]
    folders += [settings.LIBRARY_DIR / KEY] if settings.LIBRARY_DIR else []
    found = texts.read([folder for folder in folders if folder.is_dir()], Problems())
    unfinished = sorted(text.path.name for text in found if text.to_fill)
    if not unfinished:
        return []
    # One line: it stands before whatever a command has to say.
    return [
        Warning(
            f"Legal texts that are still templates: {', '.join(unfinished)}. /legal/terms/ and its like mark what must be filled in.",
            hint=f"Put files of these names, of a higher version, into LIBRARY_DIR/{KEY}/ (docs/privacy.md).",
            id="privacy.W001",
        )
    ]


def links() -> Sequence[gather.NavigationLink]:
    return [gather.NavigationLink(_("Your data"), reverse("privacy:data"))]


def register() -> None:
    gather.ACCOUNT.add(gather.AccountPart("privacy", 50, links))
    gather.LIBRARY.add(gather.LibraryPart(KEY, 5, read, legal.publish))
    gather.PERSONAL.add(
        gather.PersonalPart("privacy", 90, "What you asked and allowed", HOLDINGS, erase=forget_files)
    )
    gather.RETENTION.add(
        gather.RetentionPart(
            "privacy.archives",
            10,
            "Archives of people's own data",
            "They are made anew at any time.",
            archives.forget,
        )
    )
    register_check(complete)
