"""X.509 certificates of the institution's own authority, and of the keys that sign documents."""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

AUTHORITY_YEARS: Final = 20
DOCUMENTS_YEARS: Final = 6
LIST_DAYS: Final = timedelta(days=90)
_DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_YEAR: Final = timedelta(days=365)
# Clocks of readers may be a little behind.
_SLACK: Final = timedelta(hours=1)

Sign = Callable[[bytes], bytes]


class _Lent(ec.EllipticCurvePrivateKey):
    """A private key on P-256 that can sign and nothing else, since it lies in a vault."""

    def __init__(self, public: ec.EllipticCurvePublicKey, sign: Sign) -> None:
        self._public, self._sign = public, sign

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return self._sign(bytes(data))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, *_: Any) -> NoReturn:
        raise TypeError("this key signs and does nothing else")

    def private_numbers(self) -> NoReturn:
        raise TypeError("this key does not leave its vault")

    def private_bytes(self, *_: Any) -> NoReturn:
        raise TypeError("this key does not leave its vault")

    def __copy__(self) -> "_Lent":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Lent":
        return self


def authority(public: ec.EllipticCurvePublicKey, sign: Sign, *, institution: str, at: datetime) -> str:
    """The authority's own certificate, in PEM: `sign` signs with the key whose public half is given."""
    name = _name(institution, f"{institution} document authority")
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = (
        _begun(public, name, name, at, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return _signed(builder, public, sign)


def of_documents(
    public: ec.EllipticCurvePublicKey,
    *,
    issuer: x509.Certificate,
    sign: Sign,
    institution: str,
    revoked: str,
    at: datetime,
) -> str:
    """The certificate of a key that signs documents, in PEM; `sign` signs with the issuer's key.

    Usages: documentSigning (RFC 9336) and emailProtection, which readers of PDF ask for. `revoked` is the
    address of the list of revoked certificates.
    """
    where = x509.DistributionPoint([x509.UniformResourceIdentifier(revoked)], None, None, None)
    issuing = issuer.public_key()
    assert isinstance(issuing, ec.EllipticCurvePublicKey)
    builder = (
        _begun(public, _name(institution, f"{institution} documents"), issuer.subject, at, DOCUMENTS_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing), critical=False)
        .add_extension(x509.CRLDistributionPoints([where]), critical=False)
    )
    return _signed(builder, issuing, sign)


def revocation_list(
    revoked: Iterable[tuple[x509.Certificate, datetime]],
    *,
    issuer: x509.Certificate,
    sign: Sign,
    at: datetime,
) -> bytes:
    """The list of certificates of an authority that were revoked, and since when, in DER (RFC 5280, section 5);
    `sign` signs with the issuer's key. Its number is the moment in seconds."""
    issuing = issuer.public_key()
    assert isinstance(issuing, ec.EllipticCurvePublicKey)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(at - _SLACK)
        .next_update(at + LIST_DAYS)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing), critical=False)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
    )
    for certificate, since in revoked:
        row = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(since)
        reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
        builder = builder.add_revoked_certificate(row.add_extension(reason, critical=False).build())
    return builder.sign(_Lent(issuing, sign), hashes.SHA256()).public_bytes(Encoding.DER)


def _begun(
    public: ec.EllipticCurvePublicKey, subject: x509.Name, issuer: x509.Name, at: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(uuid.uuid4().int >> 1)
        .not_valid_before(at - _SLACK)
        .not_valid_after(at + years * _YEAR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, public: ec.EllipticCurvePublicKey, sign: Sign) -> str:
    return builder.sign(_Lent(public, sign), hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def _name(institution: str, common: str) -> x509.Name:
    # X.520 ends organisation and common name at 64 characters.
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, institution[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})
