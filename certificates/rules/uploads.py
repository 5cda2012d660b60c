"""Files that somebody shows to have them verified: which kind they are, and what is told of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 5_000_000
_HEAD: Final = 1024
_COMPACT: Final = re.compile(rb"\s*[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\s*")


class Kind(StrEnum):
    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    JSON = "json"
    JWT = "jwt"


def kind(content: bytes) -> Kind | None:
    """The kind by the content alone; None for what is not taken."""
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"%PDF-" in content[:_HEAD]:
        return Kind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith(b"{"):
        return Kind.JSON
    if head.startswith(b"<") and b"<svg" in content[: 8 * _HEAD]:
        return Kind.SVG
    return Kind.JWT if _COMPACT.fullmatch(content) else None


@dataclass(frozen=True)
class Seal:
    """A signature in a PDF: whose, whether it fits what it covers, and how many bytes from the beginning those are."""

    certificate: str
    intact: bool
    covers: int


@dataclass(frozen=True)
class Read:
    """What was read in a file, none of which is to be believed yet.

    `carries` says whether there is a text in it that may be a credential.
    """

    kind: Kind
    size: int
    carries: bool = False
    title: str = ""
    links: tuple[str, ...] = ()
    seals: tuple[Seal, ...] = ()
    pages: int = 1


class Difference(StrEnum):
    """In what a copy differs from what was issued. The words for each stand in templates."""

    SEAL_GONE = "seal_gone"
    SEAL_BROKEN = "seal_broken"
    SEAL_OF_OTHERS = "seal_of_others"
    ADDED_TO = "added_to"
    LINK_ELSEWHERE = "link_elsewhere"
    PAGES = "pages"
    CREDENTIAL_GONE = "credential_gone"
    CREDENTIAL_BROKEN = "credential_broken"
    NUMBER = "number"
    NAME = "name"
    BEGIN = "begin"
    END = "end"
    BYTES = "bytes"


@dataclass(frozen=True)
class Differs:
    """`shown` is what the file has, `register` what the register has, where both can be said."""

    what: Difference
    shown: str = ""
    register: str = ""


@dataclass(frozen=True)
class Said:
    """What a certificate says by a credential, or by the register. Days are ISO dates; `name` is empty where it is
    not told."""

    number: str
    begins_on: str
    expires_on: str
    name: str = ""


def differences(
    read: Read,
    said: Said | None,
    register: Said,
    *,
    proven: bool,
    certificates: frozenset[str],
    links: Sequence[str],
) -> tuple[Differs, ...]:
    """In what a file, which is not one that was issued, differs from the register. Never empty.

    `said` is what the credential in it says, and `proven` whether its proof holds; `certificates` are the digests of the certificates that ever sealed
    for us, `links` the beginnings of the addresses that may stand on a certificate of this number.
    """
    found = [*(_facts(said, register) if said else ())]
    if read.kind is Kind.PDF:
        found += [*_seals(read, certificates), *_links(read, links)]
        if read.pages != 1:
            found.append(Differs(Difference.PAGES, str(read.pages), "1"))
        if not read.carries:
            found.append(Differs(Difference.CREDENTIAL_GONE))
    if read.carries and not proven:
        found.append(Differs(Difference.CREDENTIAL_BROKEN))
    # What nothing else tells apart was saved again by some program, or drawn over.
    return tuple(found) or (Differs(Difference.BYTES),)


def _facts(said: Said, register: Said) -> list[Differs]:
    pairs = [
        (Difference.NUMBER, said.number, register.number),
        (Difference.BEGIN, said.begins_on, register.begins_on),
        (Difference.END, said.expires_on, register.expires_on),
    ]
    if said.name and register.name:
        pairs.append((Difference.NAME, said.name, register.name))
    return [Differs(what, shown, known) for what, shown, known in pairs if shown != known]


def _seals(read: Read, certificates: frozenset[str]) -> list[Differs]:
    ours = [seal for seal in read.seals if seal.certificate in certificates]
    if not ours:
        return [Differs(Difference.SEAL_OF_OTHERS if read.seals else Difference.SEAL_GONE)]
    if not all(seal.intact for seal in ours):
        return [Differs(Difference.SEAL_BROKEN)]
    added = read.size - max(seal.covers for seal in ours)
    return [Differs(Difference.ADDED_TO, str(added))] if added else []


def _links(read: Read, links: Sequence[str]) -> list[Differs]:
    return [
        Differs(Difference.LINK_ELSEWHERE, link) for link in read.links if not link.startswith(tuple(links))
    ]
