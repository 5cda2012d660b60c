"""What kind of file something is, told by its content and by nothing else."""

from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 10 * 1024 * 1024
HEAD_BYTES: Final = 16
ENDINGS: Final = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
}


class Unfit(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN = "unknown"


class NoEvidence(ValueError):
    """A file that is not taken as evidence. Carries `why`."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(why.value)
        self.why = why


def media_type(head: bytes, size: int) -> str:
    """The media type of a PDF or a picture by its first HEAD_BYTES; raises NoEvidence for anything else."""
    if size == 0:
        raise NoEvidence(Unfit.EMPTY)
    if size > MOST_BYTES:
        raise NoEvidence(Unfit.TOO_LARGE)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    raise NoEvidence(Unfit.UNKNOWN)
