"""Keys in a device (HSM, smart card) or its emulation in software, spoken to by PKCS #11."""

import functools
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.documents.vaults.files import Unusable
from certificates.documents.vaults.pairs import RSA_BITS
from certificates.rules.keys import PublicKey

# CKA_EC_PARAMS in DER: the name of the curve of RFC 8032, and the object identifier of P-256.
_EDWARDS25519: Final = b"\x13\x0cedwards25519"
_P256: Final = bytes.fromhex("06082a8648ce3d030107")


class Device:
    def __init__(self, module: str, token: str, pin: str) -> None:
        if not (module and token and pin):
            raise Unusable("Set PKCS11_MODULE, PKCS11_TOKEN and PKCS11_PIN: the keys lie in a device.")
        self.module, self.token, self.pin = module, token, pin

    def make(self, reference: str, algorithm: str) -> PublicKey:
        with self._session(rw=True) as session:
            found = list(
                session.get_objects(
                    {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY, pkcs11.Attribute.LABEL: reference}
                )
            )
            public = found[0] if found else _generate(session, reference, algorithm)
            return _public(public, algorithm)

    def reach(self, reference: str) -> None:
        with self._session() as session:
            _private(session, reference)

    def sign(self, reference: str, algorithm: str, data: bytes) -> bytes:
        with self._session() as session:
            key = _private(session, reference)
            if algorithm == "Ed25519":
                return bytes(key.sign(data, mechanism=pkcs11.Mechanism.EDDSA))
            if algorithm == "RS256":
                return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            made = bytes(key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA))
            half = len(made) // 2
            return encode_dss_signature(int.from_bytes(made[:half]), int.from_bytes(made[half:]))

    @contextmanager
    def _session(self, *, rw: bool = False) -> Iterator[Any]:
        try:
            token = _library(self.module).get_token(token_label=self.token)
            session = token.open(user_pin=self.pin, rw=rw)
        except (pkcs11.PKCS11Error, RuntimeError) as fault:
            said = type(fault).__name__
            raise Unusable(f"The device with the keys does not answer as '{self.token}' ({said}).") from None
        with session:
            yield session


@functools.lru_cache(maxsize=2)
def _library(module: str) -> Any:
    return pkcs11.lib(module)


def _private(session: Any, reference: str) -> Any:
    try:
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=reference)
    except pkcs11.NoSuchKey:
        raise Unusable(f"The device has no key by the name of '{reference}'.") from None


def _generate(session: Any, reference: str, algorithm: str) -> Any:
    if algorithm == "RS256":
        public, _ = session.generate_keypair(pkcs11.KeyType.RSA, RSA_BITS, store=True, label=reference)
        return public
    edwards = algorithm == "Ed25519"
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC_EDWARDS if edwards else pkcs11.KeyType.EC,
        {pkcs11.Attribute.EC_PARAMS: _EDWARDS25519 if edwards else _P256},
        local=True,
    )
    mechanism = pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN if edwards else None
    public, _ = parameters.generate_keypair(mechanism=mechanism, store=True, label=reference)
    return public


def _public(key: Any, algorithm: str) -> PublicKey:
    if algorithm == "RS256":
        modulus = int.from_bytes(key[pkcs11.Attribute.MODULUS])
        exponent = int.from_bytes(key[pkcs11.Attribute.PUBLIC_EXPONENT])
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    # The point stands in an octet string, or bare: devices differ.
    point = key[pkcs11.Attribute.EC_POINT]
    if algorithm == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(point[-32:])
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point[-65:])
