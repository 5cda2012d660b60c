"""Keys in files: PKCS #8, encrypted under one passphrase, in a folder that only the server may read."""

import functools
import os
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from certificates.documents.vaults import pairs
from certificates.documents.vaults.pairs import PrivateKey
from certificates.rules.keys import PublicKey


class Unusable(Exception):
    """A key can't be reached. The text says so in a sentence for whoever operates the server."""


class Files:
    def __init__(self, folder: Path, passphrase: str) -> None:
        if not passphrase:
            raise Unusable("Set KEY_PASSPHRASE: the keys lie encrypted, and nothing is signed without it.")
        self.folder = folder
        self.passphrase = passphrase.encode()

    def make(self, reference: str, algorithm: str) -> PublicKey:
        path = self._path(reference)
        if not path.exists():
            self._refuse_another_passphrase()
            self._write(path, pairs.generate(algorithm))
        return self._read(reference).public_key()

    def reach(self, reference: str) -> None:
        self._read(reference)

    def sign(self, reference: str, algorithm: str, data: bytes) -> bytes:
        return pairs.signature(self._read(reference), data)

    def stored(self, reference: str) -> bytes:
        """The file as it lies there, still encrypted. Raises Unusable."""
        try:
            return self._path(reference).read_bytes()
        except OSError as fault:
            raise Unusable(f"The key '{reference}' can't be read: {fault.strerror}.") from None

    def _path(self, reference: str) -> Path:
        return self.folder / f"{reference}.pem"

    def _read(self, reference: str) -> PrivateKey:
        return _loaded(self.stored(reference), self.passphrase, reference)

    def _refuse_another_passphrase(self) -> None:
        """Keys under two passphrases could not all be opened any more, whichever is set."""
        shut = 0
        for path in sorted(self.folder.glob("*.pem")):
            try:
                self._read(path.stem)
                return
            except Unusable:
                shut += 1
        if shut:
            raise Unusable(
                "None of the keys that lie in KEY_DIR can be opened with KEY_PASSPHRASE: set the passphrase that they lie under."
            )

    def _write(self, path: Path, key: PrivateKey) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        encryption = BestAvailableEncryption(self.passphrase)
        part.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        try:
            # A link refuses to replace: of two processes at once one key wins, and no key is ever overwritten.
            os.link(part, path)
        except FileExistsError:
            pass
        part.unlink()


# Opening is slow on purpose, and the same few keys sign everything.
@functools.lru_cache(maxsize=32)
def _loaded(stored: bytes, passphrase: bytes, reference: str) -> PrivateKey:
    try:
        key = load_pem_private_key(stored, passphrase)
    except (ValueError, TypeError):
        raise Unusable(
            f"The key '{reference}' can't be opened: KEY_PASSPHRASE is not its passphrase."
        ) from None
    if not isinstance(key, PrivateKey):
        raise Unusable(f"The key '{reference}' is of a kind that nothing here signs with.")
    return key
