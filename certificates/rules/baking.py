"""A credential inside a picture, as Open Badges 3.0 has it (section 5.3): PNG and SVG.

Pure: bytes in, bytes out. A picture is taken apart as far as its chunks or elements, and never drawn.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

KEYWORD: Final = b"openbadgecredential"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
MOST: Final = 1_000_000
_HEAD: Final = b"\x89PNG\r\n\x1a\n"


class Unbaked(Exception):
    """The picture holds no credential, or is none. The text says which, in a few words."""


def png(picture: bytes, credential: str) -> bytes:
    """The picture with the credential in an iTXt chunk behind its header. Raises Unbaked for what is no PNG."""
    chunks = list(_chunks(picture))
    text = KEYWORD + b"\0\0\0\0\0" + credential.encode()
    return _HEAD + b"".join(_chunk(kind, data) for kind, data in [chunks[0], (b"iTXt", text), *chunks[1:]])


def from_png(picture: bytes) -> str:
    """The one credential in a PNG. Raises Unbaked."""
    found = [data for kind, data in _chunks(picture) if kind == b"iTXt" and data.startswith(KEYWORD + b"\0")]
    if len(found) != 1:
        raise Unbaked("it holds no credential" if not found else "it holds more than one credential")
    rest = found[0][len(KEYWORD) + 1 :]
    packed, method = rest[:1], rest[1:2]
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3 or packed not in (b"\0", b"\1") or method != b"\0":
        raise Unbaked("its text is not written as PNG has it")
    return _text(_unpacked(parts[2]) if packed == b"\1" else parts[2])


def svg(picture: str, credential: str) -> str:
    """The picture with the credential in an element of its own behind the opening tag. Raises Unbaked."""
    opened, end, rest = picture.partition(">")
    if not opened.lstrip().startswith("<svg") or not end or "]]>" in credential:
        raise Unbaked("it is no SVG of ours")
    return (
        f"{opened} xmlns:openbadges={quoteattr(NAMESPACE)}>"
        f"<openbadges:credential><![CDATA[{credential}]]></openbadges:credential>{rest}"
    )


def from_svg(picture: bytes) -> str:
    """The one credential in an SVG. Raises Unbaked, also for entities and document types."""
    if len(picture) > 5 * MOST:
        raise Unbaked("it is too large")
    try:
        root = fromstring(picture, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise Unbaked("it is no SVG that can be read") from None
    found = list(root.iter(f"{{{NAMESPACE}}}credential"))
    if len(found) != 1:
        raise Unbaked("it holds no credential" if not found else "it holds more than one credential")
    text = (found[0].text or found[0].get("verify") or "").strip()
    if not text:
        raise Unbaked("it holds no credential")
    return text


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not picture.startswith(_HEAD):
        raise Unbaked("it is no PNG")
    place = len(_HEAD)
    kind = b""
    while kind != b"IEND":
        head = picture[place : place + 8]
        if len(head) < 8:
            raise Unbaked("it breaks off")
        size, kind = struct.unpack(">I4s", head)
        data, check = picture[place + 8 : place + 8 + size], picture[place + 8 + size : place + 12 + size]
        if check != struct.pack(">I", zlib.crc32(kind + data)):
            raise Unbaked("it is damaged")
        if place == len(_HEAD) and kind != b"IHDR":
            raise Unbaked("it is no PNG")
        yield kind, data
        place += 12 + size


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MOST)
    except zlib.error:
        raise Unbaked("its text can't be unpacked") from None
    if unpacker.unconsumed_tail:
        raise Unbaked("its text is too large")
    return text


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unbaked("its text is not UTF-8") from None
