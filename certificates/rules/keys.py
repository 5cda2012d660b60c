"""How keys are named and written down: fingerprints, Multikey, JWK."""

import base64
import hashlib
from typing import Any, Final, assert_never

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

Ed25519PublicKey = ed25519.Ed25519PublicKey
PublicKey = ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey

# Multicodec "ed25519-pub", as a varint.
_ED25519: Final = b"\xed\x01"


def load(pem: str) -> PublicKey:
    """A public key from PEM. Raises ValueError for kinds of key that nothing here signs with."""
    key = load_pem_public_key(pem.encode())
    if isinstance(key, ed25519.Ed25519PublicKey | rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return key
    raise ValueError(f"no use for a {type(key).__name__}")


def pem(key: PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def holds(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether a signature over `data` is by this key: Ed25519, PKCS #1 v1.5 or ECDSA in DER, the latter two over SHA-256."""
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, data)
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def key_id(purpose: str, key: PublicKey) -> str:
    """Purpose and the first 16 hexadecimal digits of SHA-256 over the key's SubjectPublicKeyInfo (DER)."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"{purpose}-{hashlib.sha256(der).hexdigest()[:16]}"


def multikey(key: ed25519.Ed25519PublicKey) -> str:
    """`publicKeyMultibase` of Controlled Identifiers 1.0, section 2.2.2: base58btc of the tagged key."""
    return "z" + base58.b58encode(_ED25519 + raw(key)).decode()


def from_multikey(text: str) -> ed25519.Ed25519PublicKey:
    """The key that `multikey` has written. Raises ValueError for anything else."""
    decoded = base58.b58decode(text[1:]) if text[:1] == "z" else b""
    if decoded[:2] != _ED25519 or len(decoded) != 34:
        raise ValueError("not an Ed25519 Multikey")
    return ed25519.Ed25519PublicKey.from_public_bytes(decoded[2:])


def raw(key: ed25519.Ed25519PublicKey) -> bytes:
    """The 32 bytes of RFC 8032."""
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def jwk(key: PublicKey) -> dict[str, Any]:
    """The key as JWK (RFC 7517, 7518 and 8037), without `kid`, `use` and `alg`."""
    match key:
        case ed25519.Ed25519PublicKey():
            return {"kty": "OKP", "crv": "Ed25519", "x": base64url(raw(key))}
        case rsa.RSAPublicKey():
            numbers = key.public_numbers()
            return {"kty": "RSA", "n": _whole(numbers.n), "e": _whole(numbers.e)}
        case ec.EllipticCurvePublicKey():
            point = key.public_numbers()
            return {"kty": "EC", "crv": "P-256", "x": _whole(point.x, 32), "y": _whole(point.y, 32)}
        case _:
            assert_never(key)


def base64url(data: bytes) -> str:
    """Base64 for addresses, without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _whole(number: int, size: int = 0) -> str:
    return base64url(number.to_bytes(size or (number.bit_length() + 7) // 8))
