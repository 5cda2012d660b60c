"""Uploaded files kept between a preview and its confirmation: by their content, for a day."""

import hashlib
from datetime import timedelta

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from lms.db import clock

FOLDER = "imports"
SALT = "courses.imports"
DAY = timedelta(days=1)


class Gone(LookupError):
    """The file is kept no longer, or was never this person's."""


def hold(*, content: bytes, name: str, person_id: int) -> str:
    """Keeps a file, and returns what this person gets it back by. Files of yesterday are let go."""
    _tidy()
    digest = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(f"{FOLDER}/{digest}"):
        default_storage.save(f"{FOLDER}/{digest}", ContentFile(content))
    return signing.dumps([digest, name[:255], person_id], salt=SALT)


def held(*, ticket: str, person_id: int) -> tuple[bytes, str]:
    """The file and its name. Raises Gone."""
    try:
        digest, name, owner = signing.loads(ticket, salt=SALT, max_age=DAY)
        if owner != person_id:
            raise Gone
        with default_storage.open(f"{FOLDER}/{digest}") as file:
            return file.read(), name
    except (signing.BadSignature, OSError, ValueError):
        raise Gone from None


def let_go(*, ticket: str) -> None:
    """A file that is imported is kept here no longer. Again, it changes nothing."""
    try:
        digest, _, _ = signing.loads(ticket, salt=SALT, max_age=DAY)
    except (signing.BadSignature, ValueError):
        return
    default_storage.delete(f"{FOLDER}/{digest}")


def _tidy() -> None:
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return
    for name in names:
        if clock.now() - default_storage.get_modified_time(f"{FOLDER}/{name}") > DAY:
            default_storage.delete(f"{FOLDER}/{name}")
