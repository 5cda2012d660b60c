"""Files that learners hand in: what they are, by their content."""

import io
import re
import zipfile
from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 5
LONGEST_TEXT = 60_000
LONGEST_NAME = 120

# Types by which a browser does nothing of its own accord.
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain; charset=utf-8",
}
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_OPEN = {TYPES["odt"]: "odt", TYPES["ods"]: "ods"}


class Fault(StrEnum):
    EMPTY = "empty"
    LARGE = "large"
    MACROS = "macros"
    UNKNOWN = "unknown"


class Refused(ValueError):
    """A file that is not taken. Carries `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def kind_of(content: bytes) -> str:
    """The kind of a file, one of TYPES, whatever its name says. Raises Refused.

    Nothing is unpacked: of an archive the list of its parts alone is read.
    """
    if not content:
        raise Refused(Fault.EMPTY)
    if len(content) > MOST_BYTES:
        raise Refused(Fault.LARGE)
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"PK\x03\x04"):
        return _archive(content)
    return _text(content)


def tidy_name(said: str, kind: str) -> str:
    """A name under which a file may be kept and handed out: no folders, no control characters, the ending of its kind."""
    name = re.sub(r"[^\w .()-]", "_", said.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .") or "file"
    stem = name[: -len(kind) - 1] if name.casefold().endswith(f".{kind}") else name
    return f"{stem[: LONGEST_NAME - len(kind) - 1]}.{kind}"


def _archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.casefold().endswith("vbaproject.bin") or "/Basic/" in f"/{name}" for name in names):
                raise Refused(Fault.MACROS)
            first = archive.infolist()[0] if names else None
            if first and first.filename == "mimetype" and first.file_size < 100 and not first.compress_type:
                return _OPEN[archive.read(first).decode("ascii")]
            return next(kind for part, kind in _PARTS.items() if part in names)
    except (
        zipfile.BadZipFile,
        KeyError,
        StopIteration,
        UnicodeDecodeError,
        NotImplementedError,
        RuntimeError,
    ):
        raise Refused(Fault.UNKNOWN) from None


def _text(content: bytes) -> str:
    try:
        said = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(Fault.UNKNOWN) from None
    # A page or a drawing is text too, and one that acts; nobody hands those in as an answer.
    if re.match(r"\s*<(!doctype|html|svg|\?xml|script)", said.lstrip("\ufeff"), re.IGNORECASE):
        raise Refused(Fault.UNKNOWN)
    if any(ord(one) < 32 and one not in "\t\r\n\f" for one in said):
        raise Refused(Fault.UNKNOWN)
    return "txt"
