"""Making PDF documents: the one file that knows WeasyPrint.

Every document is tagged PDF 1.7 that declares both PDF/A-3a (it can be kept) and PDF/UA-1 (it can be
read by everyone), and the same input gives the same bytes.

WeasyPrint is loaded by the first document, not by every start: it is a fifth of the modules of a
process, and of six processes one makes documents.
"""

import atexit
import base64
import functools
import hashlib
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final, override
from xml.etree import ElementTree

from lms.kit.scripts import Script

FONTS: Final = Path(__file__).parent / "static" / "web" / "fonts"
FACE: Final = "Auditorium Serif"
# Fonts, parsed sheets and the configuration are shared; WeasyPrint promises nothing about threads.
_ONE_AT_A_TIME = threading.Lock()


class Unmakeable(RuntimeError):
    """Something that the document names could not be fetched: a font, an image."""


@dataclass(frozen=True)
class Attachment:
    """A file that a document carries as the data that it shows (PDF/A-3 calls this an associated file)."""

    name: str
    """Its ending says what kind of file it is."""
    content: bytes
    description: str


def make(
    html: str,
    *,
    base_url: str | None,
    language: str,
    title: str,
    stylesheets: Sequence[str] = (),
    scripts: Sequence[Script] = (),
    attachments: Sequence[Attachment] = (),
    drawings: Sequence[str] = (),
    created_at: datetime | None = None,
) -> bytes:
    """The PDF of an HTML document; the same arguments give the same bytes.

    `stylesheets` are texts of CSS, which may use the face `Auditorium Serif`. What is written in
    `scripts` is set in their faces, wherever it stands. Only data addresses and our own faces are fetched, never
    the network, nor another file. `attachments` become associated files of the relationship Data. `drawings` are data
    addresses of backgrounds in SVG, without text or transparency, that many documents have: a process draws each once. Raises Unmakeable when
    one of them cannot be read.
    """
    with _ONE_AT_A_TIME:
        weasyprint = _weasyprint()
        try:
            document = weasyprint.HTML(string=html, base_url=base_url, url_fetcher=_fetcher()).render(
                font_config=_fonts(),
                stylesheets=[
                    _faces(),
                    *(_sheet(text) for text in stylesheets),
                    *(_face(script) for script in scripts),
                    _sheet(_families(scripts)),
                ],
                pdf_variant="pdf/a-3a",
                cache=_images(drawings),
            )
            document.metadata = _declared()(**vars(document.metadata))
            document.metadata.title, document.metadata.lang = title, language
            if created_at:
                stamp = created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
                document.metadata.created = document.metadata.modified = stamp
            return bytes(
                document.write_pdf(
                    pdf_variant="pdf/a-3a",
                    pdf_identifier=_identifier(html, title, [*stylesheets, *scripts]),
                    attachments=[_attached(one, created_at) for one in attachments],
                )
            )
        except weasyprint.urls.FatalURLFetchingError as fault:
            raise Unmakeable(str(fault)) from fault


def _weasyprint() -> Any:
    import weasyprint

    return weasyprint


@functools.cache
def _declared() -> Any:
    """The class of metadata that declares PDF/UA-1 beside PDF/A-3a."""
    from weasyprint.pdf.metadata import DocumentMetadata

    class Declared(DocumentMetadata):  # type: ignore[misc]  # WeasyPrint has no types
        """Metadata that declares PDF/UA-1 beside PDF/A-3a, with the extension schema that PDF/A asks for."""

        @override
        def include_in_pdf(
            self, pdf: Any, variant: str, version: int, conformance: str, compress: bool
        ) -> None:
            # WeasyPrint writes each attachment twice, once as a name that PDF/A does not allow there.
            if "AF" in pdf.catalog:
                files = [one.reference for one in pdf.objects if _is_file(one)]
                pdf.catalog["AF"][:] = files
            # Left uncompressed, so that any reader of plain bytes finds what the file claims to be.
            super().include_in_pdf(pdf, variant, version, conformance, compress=False)

        @override
        def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
            written: bytes = super().generate_rdf_metadata(variant, version, conformance)
            rdf = ElementTree.fromstring(written)  # noqa: S314  (written a line above)
            for part in ElementTree.fromstring(_UNIVERSAL_ACCESS):  # noqa: S314  (our own text)
                rdf.append(part)
            return bytes(ElementTree.tostring(rdf, encoding="utf-8"))

    return Declared


_UNIVERSAL_ACCESS: Final = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""

for _prefix, _address in {
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}.items():
    ElementTree.register_namespace(_prefix, _address)


def _is_file(part: Any) -> bool:
    return isinstance(part, dict) and part.get("Type") == "/Filespec"


def _attached(attachment: Attachment, at: datetime | None) -> Any:
    at = at or datetime.fromtimestamp(0, UTC)
    return _weasyprint().Attachment(
        file_obj=io.BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        created=at,
        modified=at,
        relationship="Data",
        url_fetcher=_fetcher(),
    )


@functools.cache
def _fetcher() -> Any:
    # One for all: each new one loads the system's certificates (14 to 23 ms). It is also the guard
    # against a document that asks our network, or our disk, for something.
    class Fetcher(_weasyprint().urls.URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Data that the document itself carries, and of the disk nothing but our faces."""

        @override
        def fetch(self, url: str, headers: Any = None) -> Any:
            # However it is written: in capitals, with a host or a query.
            if url[:5].lower() == "file:" and url not in _face_files():
                raise ValueError(f"a document may fetch no file: {url}")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols={"file", "data"}, allow_redirects=False, fail_on_errors=True)


@functools.cache
def _face_files() -> frozenset[str]:
    own = (FONTS / "AuditoriumSerif-Regular.ttf").as_uri()
    return frozenset({own, *(_face_file(script).as_uri() for script in _FOREIGN)})


@functools.cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    # At the end of the process WeasyPrint's modules would go first, and its clearing up fail.
    atexit.register(_fonts.cache_clear)
    return FontConfiguration()


@functools.cache
def _faces() -> Any:
    face = (FONTS / "AuditoriumSerif-Regular.ttf").as_uri()
    # PDF/A forbids pictures that the reader's program would smooth.
    return _parsed(
        f'@font-face {{ font-family: "{FACE}"; src: url("{face}"); }} img {{ image-rendering: crisp-edges; }}'
    )


# docs/decisions/0014-faces-for-names.md says why these. Each is read when the first name needs it.
_FOREIGN: Final = {
    Script.ARABIC: ("Amiri", "fontpkg_amiri", "files/Amiri-Regular.ttf"),
    Script.HEBREW: ("Frank Ruhl Libre", "fontpkg_frank_ruhl_libre", "files/FrankRuhlLibre[wght].ttf"),
    Script.JAPANESE: ("Noto Serif JP", "pylopdf_fonts_jp", "NotoSerifJP-Regular.otf"),
    Script.KOREAN: ("Noto Serif KR", "pylopdf_fonts_ko", "NotoSerifKR-Regular.otf"),
    Script.CHINESE: ("Noto Serif SC", "pylopdf_fonts_zh_cn", "NotoSerifSC-Regular.otf"),
}


@functools.cache
def _face(script: Script) -> Any:
    family, _, _ = _FOREIGN[script]
    return _parsed(f'@font-face {{ font-family: "{family}"; src: url("{_face_file(script).as_uri()}"); }}')


def _face_file(script: Script) -> Path:
    _, package, name = _FOREIGN[script]
    return Path(str(resources.files(package))) / name


def _families(scripts: Sequence[Script]) -> str:
    families = ", ".join(f'"{family}"' for family in (FACE, *(_FOREIGN[script][0] for script in scripts)))
    return f"html {{ font-family: {families}; }}"


@functools.lru_cache(maxsize=32)
def _sheet(text: str) -> Any:
    return _parsed(text)


def _parsed(text: str) -> Any:
    return _weasyprint().CSS(string=text, font_config=_fonts(), url_fetcher=_fetcher())


def _images(drawings: Sequence[str]) -> dict[str, Any]:
    # A new cache for each document: kept longer it would grow with every QR code ever drawn.
    return {address: _drawing(address) for address in drawings}


@functools.lru_cache(maxsize=8)
def _drawing(address: str) -> Any:
    head, _, data = address.partition(",")
    if head != "data:image/svg+xml;base64":
        raise ValueError("a drawing that is kept is an SVG in base64")
    return _drawn_once()(ElementTree.fromstring(base64.b64decode(data)), None, _fetcher(), None)  # noqa: S314  (our own)


@functools.cache
def _drawn_once() -> Any:
    """The class of pictures that put down again what they drew the first time."""
    from weasyprint.images import SVGImage

    class Drawn(SVGImage):  # type: ignore[misc]  # WeasyPrint has no types
        """A background has a form of its own in the document, so that its strokes depend on nothing but its size."""

        def __init__(self, *told: Any) -> None:
            super().__init__(*told)
            self.strokes: dict[tuple[float, float], tuple[list[bytes], dict[str, Any]]] = {}

        @override
        def draw(self, stream: Any, concrete_width: float, concrete_height: float, _style: Any) -> None:
            size, states = (concrete_width, concrete_height), stream._resources["ExtGState"]
            if size not in self.strokes:
                begin = len(stream.stream)
                self._svg.draw(stream, *size, self._base_url, self._context)
                if any(stream._resources[kind] for kind in ("XObject", "Pattern", "Shading")):
                    raise ValueError("a drawing that is kept consists of strokes and fills alone")
                self.strokes[size] = stream.stream[begin:], dict(states)
            else:
                strokes, known = self.strokes[size]
                stream.stream.extend(strokes)
                states.update(known)

    return Drawn


def _identifier(html: str, title: str, stylesheets: Sequence[str]) -> bytes:
    heart = hashlib.sha256("\0".join([title, html, *stylesheets]).encode())
    return heart.hexdigest()[:32].encode()
