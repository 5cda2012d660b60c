"""The JavaScript verifiers fetch a credential, its keys and its lists over https, and answer as we do.

They are installed by `make conformance` into `.local/conformance`; without them these tests fail.
"""

import datetime
import ipaddress
import json
import os
import shutil
import ssl
import subprocess
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.wsgi import get_wsgi_application
from django.db import connections

from certificates.actions import badges, register
from tests.factories import certificates as make
from tests.mode import ROOT

INSTALLED = ROOT / ".local" / "conformance"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(autouse=True)
def installed() -> None:
    """A judge that is missing has not said yes."""
    if not (INSTALLED / "node_modules").is_dir() or not shutil.which("node"):
        pytest.fail("Install node and npm, and type: make conformance")


class Quiet(WSGIRequestHandler):
    def log_message(self, *_) -> None:
        pass


def certificate(folder: Path) -> Path:
    """A certificate for localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@pytest.fixture
def institution(tmp_path, settings):
    """The address of this institution over https, and the certificate by which it is known."""
    known_by = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(known_by)
    server = WSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    server.socket = context.wrap_socket(server.socket, server_side=True)
    settings.PUBLIC_URL = f"https://localhost:{server.server_port}"

    def serve() -> None:
        server.serve_forever()
        connections.close_all()

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    yield settings.PUBLIC_URL, known_by
    server.shutdown()
    serving.join()
    server.server_close()


def asked(institution, edition, *change: str, query: str = "") -> dict:
    host, known_by = institution
    for name in ("verify.mjs", "package.json"):
        shutil.copy(Path(__file__).parent / name, INSTALLED)
    ran = subprocess.run(
        ["node", "verify.mjs", f"{host}/credentials/{edition.uuid}.json{query}", *change],
        check=False,
        cwd=INSTALLED,
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(known_by)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


def test_both_verifiers_find_it_valid_then_altered_then_suspended(institution, schemes, ada, kai) -> None:
    credential = make.certified(ada)
    edition = credential.editions.get()
    badges.make(edition_id=edition.pk)
    for query in ("", "?profile=ob30"):
        found = asked(institution, edition, query=query)
        assert (found["bazaar"]["verified"], set(found["bazaar"]["statuses"])) == (True, {False}), found
        log = found["core"]["log"]
        assert [log[name] for name in ("valid_signature", "expiration", "revocation_status")] == [True] * 3, (
            found
        )
    found = asked(institution, edition, "altered")
    assert (found["bazaar"]["verified"], found["core"]["log"].get("valid_signature", False)) == (False, False)
    register.suspend(
        number=credential.number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key="k"
    )
    # A status that is set is no fault to the one, which leaves it to whoever asks; to the other it is.
    taken_back = {"": ([False, True], "suspension_status"), "?profile=ob30": ([True], "revocation_status")}
    for query, (statuses, step) in taken_back.items():
        found = asked(institution, edition, query=query)
        assert (found["bazaar"]["statuses"], found["core"]["log"][step]) == (statuses, False), found
