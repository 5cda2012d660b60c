"""Taking files as evidence: looked at by their content, kept where no address leads."""

import contextlib
import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates.models import StoredFile
from certificates.rules import filetypes


def keep(file: IO[bytes], *, name: str, at: datetime) -> StoredFile:
    """Stores a PDF or a picture of at most filetypes.MOST_BYTES; raises filetypes.NoEvidence.

    The name under which it is stored is ours; the sender's is kept beside it for the list.
    """
    content = file.read(filetypes.MOST_BYTES + 1)
    media_type = filetypes.media_type(content[: filetypes.HEAD_BYTES], len(content))
    ending = filetypes.ENDINGS[media_type]
    row = StoredFile(
        uuid=uuid.uuid4(),
        name=f"{PurePath(name.replace(chr(92), '/')).stem[:100] or 'evidence'}.{ending}",
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        sent_at=at,
    )
    row.file.name = default_storage.save(f"evidence/{row.uuid}.{ending}", ContentFile(content))
    row.save(force_insert=True)
    return row


def remove(*, names: Iterable[str], folders: Iterable[str] = ()) -> None:
    """Deletes stored files, and everything that lies in the folders, whoever left it there; what is gone already is no
    fault, so that it may be called again."""
    for name in names:
        default_storage.delete(name)
    for folder in folders:
        with contextlib.suppress(FileNotFoundError):  # where folders are, they may be gone
            for name in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{name}")
            default_storage.delete(folder)
