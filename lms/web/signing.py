"""Our own kinds of pyHanko's parts, for `sealing`; importing this loads pyHanko."""

from datetime import datetime
from typing import Any, override

from asn1crypto import algos, tsp
from asn1crypto import x509 as plain
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers, timestamps
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.web import timestamping


class Appending(IncrementalPdfFileWriter):  # type: ignore[misc]
    """Adds a revision, and leaves the declarations of the document alone: PDF 1.7, and its metadata as written."""

    @override
    def _update_meta(self) -> None:
        pass

    @override
    def ensure_output_version(self, version: Any) -> None:
        pass

    @override
    def register_extension(self, ext: Any) -> None:
        # Those of ISO 32000-2 would say that a PDF 1.7 needs a reader of PDF 2.0.
        if ext.prefix_name == "/ESIC":
            super().register_extension(ext)


class Hand(signers.Signer):  # type: ignore[misc]
    """Signs with a key of ours (`sealing.Key`), wherever it is kept."""

    def __init__(self, key: Any) -> None:
        own, *issuers = (read(one) for one in key.certificate_chain)
        store = SimpleCertificateStore()
        store.register_multiple(issuers)
        how = "sha256_ecdsa" if own.public_key.algorithm == "ec" else "sha256_rsa"
        super().__init__(
            signing_cert=own,
            cert_registry=store,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": how}),
        )
        self._key = key

    @override
    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        signature: bytes = self._key.sign(data)
        return signature


class Signer(signers.PdfSigner):  # type: ignore[misc]
    """Signs at the time that it is given."""

    def __init__(self, details: Any, hand: Hand, at: datetime, stamper: "Stamper | None") -> None:
        super().__init__(details, hand, timestamper=stamper)
        self._at = at

    @override
    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class Stamper(timestamps.TimeStamper):  # type: ignore[misc]
    """Asks our authority."""

    def __init__(self, authority: timestamping.Authority) -> None:
        super().__init__()
        self._authority = authority

    @override
    async def async_request_tsa_response(self, req: Any) -> Any:
        return tsp.TimeStampResp.load(timestamping.answer(self._authority, req.dump()), strict=True)


def read(certificate: x509.Certificate) -> plain.Certificate:
    """The certificate as pyHanko wants it."""
    return plain.Certificate.load(certificate.public_bytes(Encoding.DER))
