"""Whether a credential presented by anybody is one of ours, whole, in force and not taken back.

Pure, and it never raises: whatever is presented gets a report. docs/algorithms/proofs.md tells the order.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from certificates.rules import badges, shapes
from certificates.rules.badges import Profile
from certificates.rules.keys import PublicKey
from certificates.rules.proofs import bitstring, integrity, reading, tokens
from certificates.rules.proofs.canonical import Refused

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Asked(StrEnum):
    """What is asked about a credential."""

    INTEGRITY = "integrity"
    ISSUER = "issuer"
    VALIDITY_PERIOD = "validity_period"
    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    LATEST_DOCUMENT = "latest_document"
    LOG_INCLUSION = "log_inclusion"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Result(StrEnum):
    VALID = "valid"
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    id: Asked
    outcome: Outcome
    detail: str


@dataclass(frozen=True)
class Report:
    """What came out. `document` is what was read, without its proof: None where nothing could be read, and
    not to be believed where integrity or issuer failed. `profile` says which signed form it is."""

    result: Result
    checks: tuple[Check, ...]
    document: Mapping[str, Any] | None = None
    profile: Profile | None = None

    def outcome(self, asked: Asked) -> Outcome:
        return next((check.outcome for check in self.checks if check.id is asked), Outcome.UNKNOWN)

    def also(self, *checks: Check) -> "Report":
        """The same with further answers, and the result that follows from all of them."""
        both = (*self.checks, *checks)
        return Report(conclude(both), both, self.document, self.profile)

    def without(self, *asked: Asked) -> "Report":
        """The same without the answers to these, and the result that follows from the rest."""
        rest = tuple(check for check in self.checks if check.id not in asked)
        return Report(conclude(rest), rest, self.document, self.profile)


@dataclass(frozen=True)
class Key:
    public_key: PublicKey
    compromised: bool = False


@dataclass(frozen=True)
class Ours:
    """What is ours: the issuer's DID, the start of every credential's address, the keys by their addresses for
    credentials and tokens (`keys`) and for status lists (`list_keys`), and the signed status lists by theirs."""

    issuer: str
    addresses: str
    keys: Mapping[str, Key]
    list_keys: Mapping[str, Key]
    lists: Mapping[str, Mapping[str, Any]]


def verify(presented: bytes | str, ours: Ours, *, at: datetime) -> Report:
    """Reads a credential (JSON, or a token) and answers for integrity, issuer, validity period, revocation and
    suspension at a moment. Never raises."""
    try:
        document, profile, signed = _read(presented)
    except (Refused, reading.Unreadable) as fault:
        return _stopped(Check(Asked.INTEGRITY, Outcome.FAILED, f"It can't be read as a credential: {fault}."))
    bare = {key: value for key, value in document.items() if key != "proof"}
    issuer = _issuer(document, signed.method, ours)
    if issuer.outcome is Outcome.FAILED:
        # Nobody else's documents are looked into: nothing would be gained by it.
        unknown = Check(Asked.INTEGRITY, Outcome.UNKNOWN, "Only what was issued here is verified here.")
        return _stopped(unknown, issuer, document=bare, profile=profile)
    whole = _integrity(signed, ours)
    if whole.outcome is not Outcome.PASSED:
        return _stopped(whole, issuer, document=bare, profile=profile)
    period = _period(document, at)
    statuses = [_status(document, asked, ours, at) for asked in (Asked.REVOCATION, Asked.SUSPENSION)]
    checks = (whole, issuer, period, *statuses)
    return Report(conclude(checks), checks, bare, profile)


def conclude(checks: Iterable[Check]) -> Result:
    """Valid where everything that applies has passed; what failed outweighs what is unknown."""
    outcomes = {check.outcome for check in checks}
    if Outcome.FAILED in outcomes:
        return Result.NOT_VALID
    return Result.UNKNOWN if Outcome.UNKNOWN in outcomes or not outcomes else Result.VALID


@dataclass(frozen=True)
class _Signed:
    """Something that can be held against a key, whose address is `method`."""

    method: str
    holds: Callable[[PublicKey], bool]


def _read(presented: bytes | str) -> tuple[dict[str, Any], Profile, _Signed]:
    text = presented.decode("utf-8", "replace") if isinstance(presented, bytes) else presented
    if len(text) <= reading.MOST_BYTES and _TOKEN.fullmatch(text.strip()):
        return _token(text.strip())
    document = reading.read(presented)
    profile = Profile.OB30 if isinstance(document.get("proof"), list) else Profile.DEFAULT
    shapes.check(document, profile)
    proof = document["proof"][0] if profile is Profile.OB30 else document["proof"]
    if proof["cryptosuite"] != integrity.RDFC:
        raise Refused("its proof is of a kind that nothing here was issued with")

    def holds(key: PublicKey) -> bool:
        return isinstance(key, Ed25519PublicKey) and integrity.holds(document, proof, key)

    return document, profile, _Signed(proof["verificationMethod"], holds)


def _token(text: str) -> tuple[dict[str, Any], Profile, _Signed]:
    method, claims = tokens.opened(text)
    document = {key: value for key, value in claims.items() if key not in shapes.REGISTERED}
    shapes.check(document, Profile.JWT)
    if badges.claims(document) != claims:
        raise Refused("what the token says twice differs")

    def holds(key: PublicKey) -> bool:
        return isinstance(key, RSAPublicKey) and tokens.holds(text, key)

    return document, Profile.JWT, _Signed(method, holds)


def _issuer(document: Mapping[str, Any], method: str, ours: Ours) -> Check:
    said = document["issuer"]["id"]
    if said != ours.issuer or not document["id"].startswith(ours.addresses):
        return Check(Asked.ISSUER, Outcome.FAILED, "It was not issued here.")
    if method.partition("#")[0] != ours.issuer:
        return Check(Asked.ISSUER, Outcome.FAILED, "It names this institution and is signed by another.")
    return Check(Asked.ISSUER, Outcome.PASSED, f"It names {ours.issuer}, and a key of its own.")


def _integrity(signed: _Signed, ours: Ours) -> Check:
    key = ours.keys.get(signed.method)
    if key is None:
        return Check(Asked.INTEGRITY, Outcome.FAILED, "The key that it names was never a key of ours.")
    try:
        holds = signed.holds(key.public_key)
    except Refused as fault:
        return Check(Asked.INTEGRITY, Outcome.FAILED, f"Its proof can't be verified: {fault}.")
    if not holds:
        return Check(Asked.INTEGRITY, Outcome.FAILED, "It was altered after it was signed.")
    if key.compromised:
        return Check(
            Asked.INTEGRITY,
            Outcome.FAILED,
            "Somebody else may have used the key that signed it: ask its holder for the copy that was issued since.",
        )
    return Check(Asked.INTEGRITY, Outcome.PASSED, "Its proof holds: nothing in it was altered.")


def _period(document: Mapping[str, Any], at: datetime) -> Check:
    begins, ends = (datetime.fromisoformat(document[name]) for name in ("validFrom", "validUntil"))
    if at < begins:
        return Check(Asked.VALIDITY_PERIOD, Outcome.FAILED, f"It is valid from {begins:%Y-%m-%d} on.")
    if int(at.timestamp()) > ends.timestamp():
        return Check(Asked.VALIDITY_PERIOD, Outcome.FAILED, f"It expired after {ends:%Y-%m-%d}.")
    return Check(Asked.VALIDITY_PERIOD, Outcome.PASSED, f"{begins:%Y-%m-%d} to {ends:%Y-%m-%d}")


def _status(document: Mapping[str, Any], asked: Asked, ours: Ours, at: datetime) -> Check:
    entries = document["credentialStatus"]
    if isinstance(entries, dict) and asked is Asked.SUSPENSION:
        return Check(asked, Outcome.NOT_APPLICABLE, "One status stands for both.")
    # In a profile with one status it is a revocation by name, and stands for either.
    single = isinstance(entries, dict)
    named = [one for one in ([entries] if single else entries) if one["statusPurpose"] == asked.value]
    if not named:
        return Check(asked, Outcome.UNKNOWN, "It names no status list for this.")
    try:
        taken_back = any(status(entry, ours, at=at) for entry in named)
    except Refused as fault:
        return Check(asked, Outcome.UNKNOWN, f"The status list can't be relied upon: {fault}.")
    if not taken_back:
        return Check(asked, Outcome.PASSED, "Its bit in the status list is not set.")
    if single:
        return Check(asked, Outcome.FAILED, "It is withdrawn, superseded or suspended.")
    words = "withdrawn or superseded" if asked is Asked.REVOCATION else "suspended"
    return Check(asked, Outcome.FAILED, f"It is {words}.")


def status(entry: Mapping[str, Any], ours: Ours, *, at: datetime) -> bool:
    """Whether the bit of a status entry is set in the signed list that it names. Raises Refused where the list is
    missing, not signed by a key of ours, out of date or of another purpose."""
    address = entry["statusListCredential"]
    listed = ours.lists.get(address)
    if listed is None:
        raise Refused("it is not to be had")
    document = dict(listed)
    shapes.check_list(document)
    proof, subject = document["proof"], document["credentialSubject"]
    key = ours.list_keys.get(proof["verificationMethod"])
    if document["id"] != address or document["issuer"] != ours.issuer or key is None or key.compromised:
        raise Refused("it is not ours")
    if not isinstance(key.public_key, Ed25519PublicKey) or not integrity.holds(
        document, proof, key.public_key
    ):
        raise Refused("its proof does not hold")
    if not document["validFrom"] <= integrity.moment(at) <= document["validUntil"]:
        raise Refused("it is out of date")
    if subject["statusPurpose"] != entry["statusPurpose"]:
        raise Refused("it has another purpose")
    return bitstring.is_set(subject["encodedList"], int(entry["statusListIndex"]))


def _stopped(
    *found: Check, document: Mapping[str, Any] | None = None, profile: Profile | None = None
) -> Report:
    """A report that ends early: what was not looked at is unknown."""
    answered = {check.id for check in found}
    asked = (Asked.INTEGRITY, Asked.ISSUER, Asked.VALIDITY_PERIOD, Asked.REVOCATION, Asked.SUSPENSION)
    rest = tuple(Check(one, Outcome.UNKNOWN, "Not looked at.") for one in asked if one not in answered)
    return Report(conclude(found), (*found, *rest), document, profile)
