"""Where private keys lie. A vault makes a key and signs with it; the key itself never comes out of this folder.

A key-management service of a cloud is one more file here with these two functions, and a line in `vault`.
"""

from typing import Protocol

from django.conf import settings

from certificates.documents.vaults import device, files
from certificates.rules.keys import PublicKey


class Vault(Protocol):
    def make(self, reference: str, algorithm: str) -> PublicKey:
        """The public half of the key of that name: of the one that lies there, else of a new one.
        Raises Unusable."""

    def reach(self, reference: str) -> None:
        """Makes sure that the key of that name lies there and opens. Raises Unusable."""

    def sign(self, reference: str, algorithm: str, data: bytes) -> bytes:
        """A signature over `data`: 64 bytes for Ed25519, PKCS #1 v1.5 for RS256, DER for ES256.
        Raises Unusable."""


Unusable = files.Unusable


def chosen() -> str:
    """The name of the vault in which new keys are made, as it is set."""
    return str(settings.KEY_VAULT)


def vault(name: str) -> Vault:
    """The vault of that name. Raises Unusable where it is not set up."""
    if name == "file":
        return files.Files(settings.KEY_DIR, settings.KEY_PASSPHRASE)
    if name == "pkcs11":
        return device.Device(settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN)
    raise Unusable(f"There is no place for keys by the name of '{name}'.")
