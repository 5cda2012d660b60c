"""Keys with certificates, and a time-stamp authority that answers over HTTP, for tests: every part of them is real."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys as plain_keys
from asn1crypto import tsp
from asn1crypto import x509 as plain_x509
from certomancer import services
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
FROM = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    """A key and its certificates, its own first."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    certificate_chain: tuple[x509.Certificate, ...]
    key_id: str = "made-for-tests"

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))


def root(name: str = "Test Root") -> Made:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    built = _builder(name, name, key.public_key()).add_extension(x509.BasicConstraints(True, 0), True)
    return Made(key, (built.add_extension(usage, True).sign(key, hashes.SHA256()),))


def sealing_key(issuer: Made | None = None) -> Made:
    """A key for documents: for the signing of documents and the protection of mail."""
    return issued(issuer or root(), "Test Seal", [DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])


def bought_seal() -> Made:
    """As authorities sell them: an RSA key under an issuer of 4,096 bits under a root of 4,096 bits."""
    keys = [rsa.generate_private_key(65537, bits) for bits in (4096, 4096, 2048)]
    names = ["Root of an Authority", "Issuer of an Authority", "A Seal That Was Bought"]
    chain: list[x509.Certificate] = []
    for place, (key, name) in enumerate(zip(keys, names, strict=True)):
        above = max(place - 1, 0)
        built = _builder(name, names[above], key.public_key())
        usage = x509.KeyUsage(place == 2, place == 2, False, False, False, place < 2, place < 2, False, False)
        built = built.add_extension(x509.BasicConstraints(place < 2, None), True).add_extension(usage, True)
        if place == 2:
            wanted = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
            built = built.add_extension(wanted, False)
        chain.insert(0, built.sign(keys[above], hashes.SHA256()))
    return Made(keys[2], tuple(chain))


def issued(
    issuer: Made, name: str, usages: list[x509.ObjectIdentifier], *, critical: bool = False, crl: str = ""
) -> Made:
    key = ec.generate_private_key(ec.SECP256R1())
    named = issuer.certificate_chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    usage = x509.KeyUsage(True, not critical, False, False, False, False, False, False, False)
    built = (
        _builder(name, str(named), key.public_key())
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(usage, True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.private.public_key()), False)
    )
    if crl:
        where = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
        built = built.add_extension(x509.CRLDistributionPoints([where]), False)
    return Made(key, (built.sign(issuer.private, hashes.SHA256()), *issuer.certificate_chain))


def _builder(
    name: str, issuer: str, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    return (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(FROM + timedelta(days=3650))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), False)
    )


@dataclass(frozen=True)
class Serving:
    """A time-stamp authority that listens."""

    url: str
    root: x509.Certificate
    asked: list[bytes]
    """The requests that came."""
    mute: threading.Event
    """While it is set, there are nothing but faults."""

    def roots_in(self, folder: Path) -> str:
        """The path of a PEM file with its root."""
        path = folder / "time-roots.pem"
        path.write_bytes(self.root.public_bytes(serialization.Encoding.PEM))
        return str(path)


@contextlib.contextmanager
def time_stamping(*, mute: bool = False) -> Iterator[Serving]:
    """Answers with time stamps of this moment, and publishes the list of revoked certificates of its root; `mute`, with
    nothing but faults."""
    top, asked, silence = root("Test Time Root"), [], threading.Event()
    if mute:
        silence.set()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(sent)
            if silence.is_set():
                self.send_error(503)
                return
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(sent)).dump()
            self._send("application/timestamp-reply", answer)

        def do_GET(self) -> None:
            self._send("application/pkix-crl", revoked)

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    at = f"http://127.0.0.1:{server.server_port}"
    own = issued(top, "Test Time", [ExtendedKeyUsageOID.TIME_STAMPING], critical=True, crl=f"{at}/root.crl")
    certificates = [plain(one) for one in own.certificate_chain]
    stamper = services.TimeStamper(certificates[0], _private(own), certs_to_embed=certificates[1:])
    revoked = nothing_revoked(top)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Serving(f"{at}/stamp", top.certificate_chain[0], asked, silence)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nothing_revoked(top: Made) -> bytes:
    certificate, now = top.certificate_chain[0], datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(certificate.subject)
    builder = builder.last_update(now - timedelta(days=1)).next_update(now + timedelta(days=30))
    return builder.sign(top.private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def plain(certificate: x509.Certificate) -> plain_x509.Certificate:
    return plain_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _private(key: Made) -> plain_keys.PrivateKeyInfo:
    return plain_keys.PrivateKeyInfo.load(
        key.private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
