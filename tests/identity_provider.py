"""A house elsewhere that keeps accounts: a real HTTP server that speaks OpenID Connect and SAML, and can be made to lie."""

import base64
import html
import json
import secrets
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

CLIENT, SECRET = "auditorium", "a secret between houses"


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _certificate(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Northmoor accounts")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1))
    signed = made.not_valid_after(now + timedelta(days=30)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class Provider:
    """Says that `email` has signed in. With `lies` it signs with a key that nobody was told of."""

    url: str = ""
    email: str = "nora@northmoor.example"
    name: str = "Nora Moor"
    lies: bool = False
    audience: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=_key)
    other: rsa.RSAPrivateKey = field(default_factory=_key)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.certificate = _certificate(self.key)

    def _signer(self) -> rsa.RSAPrivateKey:
        return self.other if self.lies else self.key

    # OpenID Connect

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        told = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [told | {"kid": "one", "alg": "RS256", "use": "sig"}]}

    def authorise(self, asked: dict[str, str]) -> str:
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})

    def token(self, asked: dict[str, str]) -> dict[str, Any]:
        known = self.codes.pop(asked["code"])
        assert (asked["client_id"], asked["client_secret"]) == (CLIENT, SECRET)
        now = int(time.time())
        says = {
            "iss": self.url,
            "aud": self.audience or CLIENT,
            "sub": f"person-{self.email}",
            "email": self.email,
            "name": self.name,
            "iat": now,
            "exp": now + 300,
        }
        if "nonce" in known:
            says["nonce"] = known["nonce"]
        signed = jwt.encode(says, self._signer(), algorithm="RS256", headers={"kid": "one"})
        return {
            "access_token": secrets.token_hex(8),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": signed,
        }

    # SAML

    def form(self, request: str) -> str:
        """The page that brings the answer back: to the address that the request names."""
        asked = ElementTree.fromstring(zlib.decompress(base64.b64decode(request), -15))
        answer = self.response(
            to=asked.attrib["AssertionConsumerServiceURL"],
            about=asked.attrib["ID"],
            audience=asked.findtext("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer") or "",
        )
        return (
            "<!doctype html><title>Northmoor accounts</title>"
            f'<form method="post" action="{html.escape(asked.attrib["AssertionConsumerServiceURL"])}">'
            f'<input type="hidden" name="SAMLResponse" value="{answer}"><button>Go back</button></form>'
        )

    def response(self, *, to: str, about: str, audience: str) -> str:
        now = datetime.now(UTC)
        stamp, until = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (now, now + timedelta(minutes=5)))
        assertion = (
            f'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_{secrets.token_hex(16)}" Version="2.0" IssueInstant="{stamp}">'
            f"<saml:Issuer>{self.url}/saml</saml:Issuer>"
            f'<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{html.escape(self.email)}</saml:NameID>'
            f'<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{to}" InResponseTo="{about}"/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{stamp}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{self.audience or audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>'
            f'<saml:AuthnStatement AuthnInstant="{stamp}" SessionIndex="_1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>'
            "</saml:Assertion>"
        )
        signer = self._signer()
        signed = OneLogin_Saml2_Utils.add_sign(
            assertion,
            _pem(signer),
            _certificate(signer),
            sign_algorithm=Constants.RSA_SHA256,
            digest_algorithm=Constants.SHA256,
        )
        inner = signed.decode() if isinstance(signed, bytes) else signed
        inner = inner.partition("?>")[2] if inner.startswith("<?xml") else inner
        whole = (
            f'<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_{secrets.token_hex(16)}" Version="2.0" IssueInstant="{stamp}" Destination="{to}" InResponseTo="{about}">'
            f'<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">{self.url}/saml</saml:Issuer>'
            '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
            f"{inner}</samlp:Response>"
        )
        return base64.b64encode(whole.encode()).decode()


@contextmanager
def serving() -> Iterator[Provider]:
    """The provider, served on this machine until the block ends."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(address.query).items()}
            if address.path == "/.well-known/openid-configuration":
                self._answer(json.dumps(provider.configuration()))
            elif address.path == "/keys":
                self._answer(json.dumps(provider.keys()))
            elif address.path == "/saml":
                self._answer(provider.form(asked["SAMLRequest"]), "text/html")
            else:
                self.send_response(302)
                self.send_header("Location", provider.authorise(asked))
                self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(json.dumps(provider.token({k: v[0] for k, v in parse_qs(body).items()})))

        def _answer(self, body: str, kind: str = "application/json") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
