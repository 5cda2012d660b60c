"""Signing PDF documents.

What is sealed stays what lms.web.pdf declares it to be (PDF/A-3a and PDF/UA-1), and its seal is a PAdES signature that allows no
change. Without a time-stamp authority it is of the level B-B; with one it has a signature time stamp, validation data and an
archive time stamp (B-LTA), which `stamp` renews before it grows too old to be checked.

pyHanko, which writes the signatures, is loaded by the first document, as WeasyPrint is.
"""

import asyncio
import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lms.web import timestamping

FIELD: Final = "Seal"
_WORDS: Final = "Seal of the institution: its electronic signature over this document"
# Hexadecimal digits kept free for a signature beside its certificates, when it carries no time stamp.
_ROOM: Final = 8192


class Key(Protocol):
    """A key that signs, and its certificates: its own first, then those of its issuers."""

    @property
    def certificate_chain(self) -> Sequence[x509.Certificate]: ...

    def sign(self, data: bytes, /) -> bytes:
        """The signature over the SHA-256 of `data`: DER for an elliptic curve, PKCS #1 v1.5 for RSA."""


def seal(
    pdf: bytes,
    *,
    key: Key,
    at: datetime,
    authority: timestamping.Authority | None = None,
    revoked: Sequence[bytes] = (),
) -> bytes:
    """The document with its seal, appended as one revision; with an authority, the archive time stamp as a second.

    `at` is the time that the signature itself claims. `revoked` are lists of revoked certificates (CRL, DER) that are kept
    with it beside those that the certificates say where to fetch. Raises timestamping.NoTimeStamp when the authority does not
    answer as it should: nothing is sealed by halves.
    """
    from pyhanko.sign import fields, signers

    from lms.web import signing as parts

    writer = parts.Appending(io.BytesIO(pdf))
    # A field of no size would be a fault by PDF/UA, and a visible one is what a forger would draw: it stands beside the page.
    fields.append_signature_field(
        writer,
        fields.SigFieldSpec(
            FIELD,
            invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
            readable_field_name=_WORDS,
        ),
    )
    details = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        embed_validation_info=authority is not None,
        validation_context=_context(authority, key, revoked) if authority else None,
        dss_settings=_together(),
    )
    signer = parts.Signer(details, parts.Hand(key), at, parts.Stamper(authority) if authority else None)
    out = io.BytesIO()
    with _stamped():
        signer.sign_pdf(
            writer, existing_fields_only=True, bytes_reserved=None if authority else _room(key), output=out
        )
    sealed = out.getvalue()
    return stamp(sealed, authority=authority) if authority else sealed


def _room(key: Key) -> int:
    """Hexadecimal digits kept free for a signature: it carries every certificate of the chain."""
    chain = sum(len(one.public_bytes(Encoding.DER)) for one in key.certificate_chain)
    return _ROOM + 2 * chain


def stamp(pdf: bytes, *, authority: timestamping.Authority) -> bytes:
    """The document with one more archive time stamp over all of it, and with the data to check it by.

    Everything before stays as it was, byte for byte. Raises timestamping.NoTimeStamp.
    """
    from pyhanko.sign import fields, signers

    from lms.web import signing as parts

    writer = parts.Appending(io.BytesIO(pdf))
    place = len(writer.prev.embedded_timestamp_signatures) + 1
    stamper = signers.PdfTimeStamper(
        parts.Stamper(authority),
        field_name=f"Archive-{place}",
        invis_settings=fields.InvisSigSettings(box_out_of_bounds=True),
        readable_field_name=f"Archive time stamp {place}",
    )
    out = io.BytesIO()
    before = signers.pdf_signer.TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
    with _stamped():
        stamper.timestamp_pdf(
            writer,
            md_algorithm="sha256",
            validation_context=_context(authority),
            output=out,
            dss_settings=before,
        )
    return out.getvalue()


def is_whole(pdf: bytes) -> bool:
    """Whether a document that was sealed here is there to its end, and its last signature covers all of it."""
    from pyhanko.pdf_utils import misc, reader

    try:
        last = reader.PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
        return bool(last.evaluate_signature_coverage().name == "ENTIRE_FILE")
    except (misc.PdfError, ValueError, IndexError):
        return False


def stamp_ends_at(pdf: bytes) -> datetime | None:
    """Until when the newest archive time stamp of a document that was sealed here can be checked; None without one."""
    if b"/ETSI.RFC3161" not in pdf:
        return None  # found without taking the document apart
    from pyhanko.pdf_utils import reader

    stamps = reader.PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
    if not stamps:
        return None
    ends: datetime = stamps[-1].signer_cert.not_valid_after
    return ends


def time_stamp(data: bytes, *, authority: timestamping.Authority) -> bytes:
    """An RFC 3161 token (DER) by which the authority says that it has seen this data. Raises timestamping.NoTimeStamp, also
    for one that does not hold."""
    from lms.web import signing as parts

    digest = hashlib.sha256(data).digest()
    with _stamped():
        told = asyncio.run(parts.Stamper(authority).async_timestamp(digest, "sha256"))
    token: bytes = told.dump()
    time_stamped_at(token, data, authority=authority)
    return token


def time_stamped_at(token: bytes, data: bytes, *, authority: timestamping.Authority) -> datetime:
    """When the authority has seen this data, by its token; nobody is asked. Raises timestamping.NoTimeStamp where the token is
    about something else, or not by the authority."""
    from asn1crypto import cms
    from pyhanko.sign.validation import generic_cms
    from pyhanko_certvalidator import ValidationContext

    from lms.web import signing as parts

    with _stamped():
        try:
            signed = cms.ContentInfo.load(token)["content"]
            at: datetime = signed["encap_content_info"]["content"].parsed["gen_time"].native
            roots = [parts.read(root) for root in authority.roots]
            # As of then: the authority's own certificate ends, and what it had stamped by that time stays stamped.
            trusted = ValidationContext(trust_roots=roots, moment=at, revocation_mode="soft-fail")
            found = asyncio.run(
                generic_cms.validate_tst_signed_data(
                    signed, trusted, lambda how: hashlib.new(how, data).digest()
                )
            )
        except (ValueError, KeyError, AttributeError, TypeError) as fault:
            raise timestamping.NoTimeStamp("It is no time stamp.") from fault
    if not (found["intact"] and found["valid"] and found["trust_problem_indic"] is None):
        raise timestamping.NoTimeStamp("The time stamp is about something else, or by somebody else.")
    return at


@contextlib.contextmanager
def _stamped() -> Iterator[None]:
    from pyhanko.sign import general, timestamps
    from pyhanko_certvalidator import errors

    try:
        yield
    except (
        timestamps.TimestampRequestError,
        general.SigningError,
        errors.ValidationError,
        errors.PathError,
    ) as fault:
        raise timestamping.NoTimeStamp(f"The time stamp can't be used: {fault}") from fault


def _together() -> Any:
    """Validation data in the revision of the signature: another one would have to be allowed by every reader."""
    from pyhanko.sign.signers import pdf_signer

    return pdf_signer.DSSContentSettings(
        include_vri=False, placement=pdf_signer.SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
    )


def _context(authority: timestamping.Authority, key: Key | None = None, revoked: Sequence[bytes] = ()) -> Any:
    """Whom to trust when validation data is gathered: the authority's roots, and the end of the key's own chain."""
    from asn1crypto import crl
    from pyhanko_certvalidator import ValidationContext

    from lms.web import signing as parts

    roots = [*authority.roots, *(key.certificate_chain[-1:] if key else ())]
    return ValidationContext(
        trust_roots=[parts.read(root) for root in roots],
        other_certs=[parts.read(one) for one in (key.certificate_chain if key else ())],
        crls=[crl.CertificateList.load(one) for one in revoked],
        allow_fetching=True,
        revocation_mode="soft-fail",
    )
