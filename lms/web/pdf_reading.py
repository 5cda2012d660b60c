"""Reading PDFs that strangers send. To be called within lms.web.isolation only: it loads pyHanko, and trusts nothing.

Nothing is rendered and nothing is run: what is read are the files attached, the addresses of links, the title and the
signatures.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

_MOST_FILES: Final = 5
_MOST_FILE_BYTES: Final = 300_000
_MOST_LINKS: Final = 50
_MOST_PAGES: Final = 50
_MOST_SIGNATURES: Final = 20
# What pyHanko raises for files that are damaged, or written in ways that it does not read.
_FAULTS: Final = (
    misc.PdfError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    NotImplementedError,
    zlib.error,
)


def facts(content: bytes) -> dict[str, Any]:
    """What stands in a PDF, as plain JSON: `files` (name, text), `links`, `title`, `pages`, `seals` (certificate: SHA-256 of
    the signer's certificate in hexadecimal, intact, covers: how many bytes from the beginning) and `size`.

    Raises ValueError for what is no PDF that can be read, or is encrypted.
    """
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        if reader.encrypted:
            raise ValueError("encrypted")
        return {
            "size": len(content),
            "title": _title(reader),
            "files": list(_files(reader)),
            "links": list(_links(reader)),
            "pages": int(reader.root["/Pages"]["/Count"]),
            "seals": [_seal(one) for one in reader.embedded_regular_signatures[:_MOST_SIGNATURES]],
        }
    except _FAULTS as fault:
        raise ValueError(f"no PDF that can be read: {fault}") from fault


def _title(reader: PdfFileReader) -> str:
    title = _within(reader.trailer["/Info"], "/Title") if "/Info" in reader.trailer else None
    return str(title or "")[:300]


def _files(reader: PdfFileReader) -> Iterator[dict[str, str]]:
    names = _within(reader.root, "/Names", "/EmbeddedFiles", "/Names")
    found = [*_entries(_within(reader.root, "/AF")), *_entries(names)]
    seen: set[bytes] = set()
    for file in found[: 4 * _MOST_FILES]:
        stream = _within(file, "/EF", "/F")
        if not isinstance(stream, generic.StreamObject):
            continue  # the names between the files
        data = bytes(stream.data)[:_MOST_FILE_BYTES]
        digest = hashlib.sha256(data).digest()
        if digest not in seen and len(seen) < _MOST_FILES:
            seen.add(digest)
            yield {"name": str(_within(file, "/UF"))[:100], "text": data.decode("utf-8", "replace")}


def _links(reader: PdfFileReader) -> Iterator[str]:
    count = 0
    for number in range(min(int(reader.root["/Pages"]["/Count"]), _MOST_PAGES)):
        page = reader.find_page_for_modification(number)[0].get_object()
        for note in _entries(_within(page, "/Annots")):
            address = _within(note, "/A", "/URI")
            if address is not None and count < _MOST_LINKS:
                count += 1
                yield (address.decode("latin-1") if isinstance(address, bytes) else str(address))[:500]


def _within(part: Any, *path: str) -> Any:
    """What lies there, each reference followed; None where it does not."""
    for name in path:
        if not isinstance(part, generic.DictionaryObject) or name not in part:
            return None
        part = part[name]
    return part


def _entries(array: Any) -> Iterator[Any]:
    for one in array if isinstance(array, generic.ArrayObject) else ():
        yield one.get_object() if isinstance(one, generic.IndirectObject) else one


def _seal(signature: EmbeddedPdfSignature) -> dict[str, Any]:
    own = signature.signer_cert
    end = int(signature.byte_range[2]) + int(signature.byte_range[3])
    # Whose certificate it is, is asked by its digest; so no chain has to be built here, and nothing fetched.
    status = validate_pdf_signature(
        signature, ValidationContext(trust_roots=[own], allow_fetching=False), skip_diff=True
    )
    return {
        "certificate": own.sha256.hex(),
        "intact": bool(status.intact and status.valid),
        "covers": end,
        "entire": status.coverage is not None and status.coverage.name == "ENTIRE_FILE",
        "field": str(signature.field_name)[:60],
    }
