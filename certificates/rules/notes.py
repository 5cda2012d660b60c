"""Signed notes, checkpoints and proofs as text: C2SP signed-note, tlog-checkpoint and tlog-proof (docs/algorithms/log.md)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.rules import merkle

ED25519: Final = b"\x01"
PROOF: Final = "c2sp.org/tlog-proof@v1"
MOST: Final = 20_000
"""Characters that are read of what somebody hands in; the longest proof of ours has under 5,000."""
_SIGNATURE: Final = re.compile(r"^— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})$")
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class NotGenuine(Exception):
    """A text is not a note signed by a key that is known, or not one at all."""


@dataclass(frozen=True)
class Checkpoint:
    """What a log commits itself to: so many entries, with this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class Proof:
    """An entry's place in the log: what it was made of (`extra`), the path to the root, and the signed checkpoint."""

    extra: bytes
    index: int
    path: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        lines = [PROOF, f"extra {base64.b64encode(self.extra).decode()}", f"index {self.index}"]
        lines += [base64.b64encode(one).decode() for one in self.path]
        return "\n".join(lines) + "\n\n" + self.note


def key_id(name: str, public_key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a note names the key of this name."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key.public_bytes_raw()).digest()[:4]


def verifier_key(name: str, public_key: Ed25519PublicKey) -> str:
    """Name, id and key in one line, as programs of others read it."""
    raw = base64.b64encode(ED25519 + public_key.public_bytes_raw()).decode()
    return f"{name}+{key_id(name, public_key).hex()}+{raw}"


def signed(text: str, *, name: str, public_key: Ed25519PublicKey, sign: Callable[[bytes], bytes]) -> str:
    """The note: text, an empty line, and the signature under the name. Text ends with a newline."""
    signature = key_id(name, public_key) + sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(signature).decode()}\n"


def opened(note: str, keys: Sequence[Ed25519PublicKey]) -> str:
    """The text of a note that one of the keys has signed, under whatever name it gives itself.

    Signatures by others are passed over, as the specification has it. Raises NotGenuine.
    """
    text, split, signatures = note.rpartition("\n\n")
    if not split or not signatures.endswith("\n") or len(note) > MOST:
        raise NotGenuine("this is not a signed note")
    text += "\n"
    known = 0
    for line in signatures.splitlines():
        told = _SIGNATURE.match(line)
        if told is None:
            raise NotGenuine("this is not a signed note")
        raw = _unbased(told["signature"])
        for key in keys:
            if raw[:4] != key_id(told["name"], key):
                continue
            try:
                key.verify(raw[4:], text.encode())
            except InvalidSignature:
                raise NotGenuine("the signature does not belong to this text") from None
            known += 1
    if not known:
        raise NotGenuine("none of the signatures is by a key of ours")
    return text


def checkpoint(note: str, keys: Sequence[Ed25519PublicKey]) -> Checkpoint:
    """The checkpoint in a note that one of the keys has signed. Raises NotGenuine."""
    lines = opened(note, keys).split("\n")
    if len(lines) < 4 or not lines[0] or not _WHOLE.fullmatch(lines[1]):
        raise NotGenuine("this is not a checkpoint")
    root = _unbased(lines[2])
    if len(root) != 32:
        raise NotGenuine("this is not a checkpoint")
    return Checkpoint(lines[0], int(lines[1]), root)


def proof(text: str) -> Proof:
    """A proof taken apart; nothing in it is checked yet. Raises NotGenuine for any other text."""
    head, split, note = text.partition("\n\n")
    lines = head.split("\n")
    extra = b""
    if len(text) > MOST or not split or lines.pop(0) != PROOF or not lines:
        raise NotGenuine("this is not a proof")
    if lines[0].startswith("extra "):
        extra = _unbased(lines.pop(0).removeprefix("extra "))
    told = lines.pop(0) if lines else ""
    index = told.removeprefix("index ")
    if not told.startswith("index ") or not _WHOLE.fullmatch(index):
        raise NotGenuine("this is not a proof")
    path = tuple(_unbased(line) for line in lines)
    if len(path) > 63 or any(len(one) != 32 for one in path):
        raise NotGenuine("this is not a proof")
    return Proof(extra, int(index), path, note)


def proven(text: str, entry: bytes, keys: Sequence[Ed25519PublicKey]) -> Checkpoint:
    """The checkpoint under which a proof shows `entry` to be in the log. Raises NotGenuine and merkle.Wrong."""
    shown = proof(text)
    head = checkpoint(shown.note, keys)
    merkle.check_inclusion(entry, shown.index, head.size, shown.path, head.root)
    return head


def _unbased(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotGenuine("this is not a signed note") from None
