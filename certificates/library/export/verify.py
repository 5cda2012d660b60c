#!/usr/bin/env python3
"""Checks a certificate against an export of the institution that issued it, without asking anybody.

    python verify.py CERTIFICATE [--from FOLDER] [--at 2031-05-17]
    python verify.py --log [--witnessed CHECKPOINT ...] [--from FOLDER]

CERTIFICATE is the credential as its holder has it: JSON (Open Badges 3.0, a W3C Verifiable Credential 2.0), a token
(JWT), or the PDF, PNG or SVG that carries it. Of those the credential within is checked, and not what is drawn or
printed: compare that with the answer. FOLDER is the export, a folder or the http(s) address of a copy; without it, the folder in which this file lies.
Python 3.11 or newer and the package `cryptography` are all that is needed.

The first word of the answer is one of these, and so is the exit code:

    valid      0   genuine, in force on the day asked about, not taken back, and in the log of the register
    revoked    1   genuine, and withdrawn, superseded by a corrected one, or suspended
    expired    1   genuine, and not valid on the day asked about
    altered    1   it names this institution, and its signature does not fit
    foreign    1   it was not issued by this institution
    unknown    2   something that is needed is missing, out of date or not signed: rely on nothing
    unreadable 3   it is no certificate that this program can read

What it stands on: the keys in the export. Whoever gave you the export could have made them up, so compare the
fingerprint at the end of the answer with what the institution has published elsewhere, or printed.
"""

import argparse
import base64
import gzip
import hashlib
import http.client
import json
import re
import sys
import urllib.request
import zlib
from datetime import UTC, datetime, time
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

CODES = {"valid": 0, "revoked": 1, "expired": 1, "altered": 1, "foreign": 1, "unknown": 2, "unreadable": 3}
ENTRIES = 131_072  # places in a status list

# The words that credentials are written in, as W3C and 1EdTech publish them; in the export under contexts/.
CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": (
        "open-badges-3.0.3.json",
        "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": (
        "open-badges-extensions.json",
        "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
    ),
}


class Stop(Exception):
    """The answer is found: a word of CODES and a sentence."""

    def __init__(self, word, sentence):
        super().__init__(sentence)
        self.word, self.sentence = word, sentence


def unknown(sentence):
    return Stop("unknown", sentence)


# --- 1. The export ------------------------------------------------------------------------------------------------


class Export:
    """The files of an export, in a folder or behind an address."""

    def __init__(self, place):
        self.place = str(place).rstrip("/")
        self.remote = self.place.startswith(("http://", "https://"))

    def read(self, name):
        """The bytes of a file; None where there is none."""
        try:
            if self.remote:
                with urllib.request.urlopen(f"{self.place}/{name}", timeout=20) as answer:
                    return answer.read(20_000_000)
            return Path(self.place, name).read_bytes()
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def json(self, name):
        found = self.read(name)
        if found is None:
            raise unknown(f"The export has no {name}.")
        return parsed(found, name)

    def context(self, address):
        name, digest = CONTEXTS.get(address, ("", ""))
        found = self.read(f"contexts/{name}") if name else None
        if found is None or hashlib.sha256(found).hexdigest() != digest:
            raise unknown(f"The words of {address} are not to be had as published.")
        return json.loads(found)["@context"]


class Keys:
    """The institution's keys by their addresses: `did:web:…#id` → (key, since when it is not to be trusted)."""

    def __init__(self, export):
        self.did = export.json(".well-known/did.json")["id"]
        self.of = {told["id"]: told for told in export.json("keys/history.json")["keys"]}

    def find(self, address, purpose):
        """The key of an address, if it was one for this purpose."""
        told = self.of.get(address)
        if told is None or told["purpose"] != purpose:
            return None
        if told.get("compromised_since"):
            raise unknown(f"The key {address} was given up as compromised: ask for a copy signed since.")
        return public_key(told["publicKeyJwk"])

    def log(self):
        """Every key that has signed checkpoints of the log, and was not given up as compromised."""
        logs = (told for told in self.of.values() if told["purpose"] == "log")
        return [public_key(told["publicKeyJwk"]) for told in logs if not told.get("compromised_since")]

    def fingerprint(self):
        """Of all keys together: what to compare with what the institution has published elsewhere."""
        every = sorted(json.dumps(told["publicKeyJwk"], sort_keys=True) for told in self.of.values())
        digest = hashlib.sha256("\n".join(every).encode()).hexdigest()
        return " ".join(digest[place : place + 4] for place in range(0, 32, 4))


def public_key(jwk):
    if jwk["kty"] == "OKP":
        return Ed25519PublicKey.from_public_bytes(unbase64url(jwk["x"]))
    if jwk["kty"] == "RSA":
        n, e = (int.from_bytes(unbase64url(jwk[name]), "big") for name in ("n", "e"))
        return RSAPublicNumbers(e, n).public_key()
    return None


# --- 2. Reading ---------------------------------------------------------------------------------------------------


def parsed(data, name):
    """JSON that says each thing once, in whole numbers and text: everything else could be read in two ways."""

    def once(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a name stands twice")
        return dict(pairs)

    def refused(text):
        raise ValueError(f"{text} is no whole number")

    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=once, parse_constant=refused, parse_float=refused
        )
    except (ValueError, RecursionError) as fault:
        raise Stop("unreadable", f"{name} can't be read: {fault}.") from None


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def unbase58(text):
    number = 0
    for letter in text:
        number = number * 58 + "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def carried(data):
    """The credential in a PNG, an SVG or a PDF, and whether there was anything around it. Raises Stop for none, or several."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        texts = texts_in_png(data)
    elif data.startswith(b"%PDF-"):
        texts = [text for text in streams_in_pdf(data) if b'"OpenBadgeCredential"' in text]
    elif data.lstrip().startswith(b"<"):
        texts = re.findall(
            rb"<openbadges:credential><!\[CDATA\[(.*?)\]\]></openbadges:credential>", data, re.DOTALL
        )
    else:
        return data, False
    if len(texts) != 1:
        raise Stop("unreadable", f"It carries {len(texts)} credentials, and one of ours carries one.")
    return texts[0], True


def texts_in_png(data):
    found, place = [], 8
    while place + 8 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        chunk = data[place + 8 : place + 8 + size]
        if kind == b"iTXt" and chunk.startswith(b"openbadgecredential\0\0\0"):
            found.append(chunk[22:].split(b"\0", 2)[-1])  # behind the names of language and keyword
        place += 12 + size
    return found


def streams_in_pdf(data):
    """What lies between `stream` and `endstream`, unpacked where it is packed as ours is."""
    for part in data.split(b"endstream")[:-1]:
        inside = part.rpartition(b"stream\r\n" if b"stream\r\n" in part else b"stream\n")[2]
        try:
            yield zlib.decompressobj().decompress(inside, 1_000_000)
        except zlib.error:
            yield inside


# --- 3. What is signed: the canonical RDF of a document (JSON-LD 1.1, RDFC-1.0), as far as our documents need it -----
#
# Whatever is not understood here is refused, never skipped: a signature must cover all that people read.


class Refused(Exception):
    """The document has something that this program has no canonical form for."""


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


def words_of(active, context, export):
    """The words that hold where a context was named: each with its id, type, container and own context."""
    if isinstance(context, list):
        for one in context:
            active = words_of(active, one, export)
        return active
    if isinstance(context, str):
        return words_of(active, export.context(context), export)
    if context is None:
        return {}
    words = dict(active)
    for word, told in context.items():
        if not word.startswith("@"):
            words[word] = {"@id": told} if isinstance(told, str) else told
    return words


def absolute(text, words, what):
    """The full name of a word or address. Raises Refused for what has none."""
    found = words[text].get("@id", text) if text in words else text
    if not isinstance(found, str) or not IRI.fullmatch(found):
        raise Refused(f"{what} {text!r} has no full name")
    return found


class Graph:
    """The statements of a document: subject, property, object, each as N-Quads writes it."""

    def __init__(self, export):
        self.export, self.statements, self.blank = export, set(), 0

    def node(self, told, outer):
        """Adds what is said about a thing; returns its name. `outer` are the words that hold where it stands."""
        inner = outer
        types = told.get("type", [])
        types = types if isinstance(types, list) else [types]
        for one in sorted(types):
            if "@context" in outer.get(one, {}):
                inner = words_of(inner, outer[one]["@context"], self.export)
        if "id" in told:
            name = f"<{absolute(told['id'], {}, 'the id')}>"
        else:
            self.blank += 1
            name = f"_:{self.blank}"
        for one in types:
            self.statements.add((name, f"<{RDF}type>", f"<{absolute(one, outer, 'the type')}>"))
        for word, value in told.items():
            if word not in ("id", "type", "@context"):
                self.say(name, word, value, outer, inner)
        return name

    def say(self, name, word, value, outer, inner):
        """Adds what a word says. What is inside a thing of its own does not inherit the words of this thing's type."""
        if word not in inner:
            raise Refused(f"{word!r} is not a word of its contexts")
        meaning = inner[word]
        if meaning.get("@container", "@set") != "@set" or meaning.get("@type") == "@json":
            raise Refused(f"{word!r} is of a kind that is not read here")
        own = meaning.get("@context", {})
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                if "@context" in one:
                    raise Refused("a part of it brings words of its own")
                said = self.node(one, words_of(outer, own, self.export))
            else:
                said = self.value(one, meaning, words_of(inner, own, self.export))
            self.statements.add((name, f"<{absolute(word, inner, 'the word')}>", said))

    def value(self, one, meaning, words):
        kind = meaning.get("@type")
        if isinstance(one, str) and kind in ("@id", "@vocab"):
            return f"<{absolute(one, words if kind == '@vocab' else {}, 'the address')}>"
        if isinstance(one, bool):
            text, usual = ("true" if one else "false"), XSD + "boolean"
        elif isinstance(one, int):
            text, usual = str(one), XSD + "integer"
        elif isinstance(one, str):
            text, usual = one, ""
        else:
            raise Refused("a value is empty, or a list in a list")
        if re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", text):
            raise Refused("a text has characters that do not belong in one")
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
            text = text.replace(plain, escaped)
        kind = usual if kind in (None, "@id", "@vocab") else kind
        return f'"{text}"' + (f"^^<{kind}>" if kind else "")


def canonical(document, export):
    """The document's statements in N-Quads, sorted, its nameless things numbered by what is said about them."""
    graph = Graph(export)
    graph.node(document, words_of({}, document["@context"], export))

    def first_digest(name):
        def seen(part):
            return ("_:a" if part == name else "_:z") if part.startswith("_:") else part

        lines = sorted(" ".join(map(seen, one)) + " .\n" for one in graph.statements if name in one)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    nameless = {part for one in graph.statements for part in one if part.startswith("_:")}
    digests = sorted((first_digest(name), name) for name in nameless)
    if len({digest for digest, _ in digests}) != len(digests):
        raise Refused("two of its parts can't be told apart")
    numbers = {name: f"_:c14n{place}" for place, (_, name) in enumerate(digests)}
    return "".join(
        sorted(" ".join(numbers.get(part, part) for part in one) + " .\n" for one in graph.statements)
    ).encode()


# --- 4. Signatures ------------------------------------------------------------------------------------------------


def check_proof(document, keys, purpose, export):
    """Data Integrity, eddsa-rdfc-2022: Ed25519 over SHA-256 of the proof without its value, and of the document without
    its proof. Raises Stop where it does not hold."""
    proof = document.get("proof")
    proof = proof[0] if isinstance(proof, list) and len(proof) == 1 else proof
    members = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
    if not isinstance(proof, dict) or set(proof) != members or proof["cryptosuite"] != "eddsa-rdfc-2022":
        raise Stop("altered", "It carries no proof of the kind with which this institution signs.")
    if (proof["type"], proof["proofPurpose"]) != ("DataIntegrityProof", "assertionMethod"):
        raise Stop("altered", "Its proof was made for something else.")
    key = keys.find(proof["verificationMethod"], purpose)
    if key is None:
        raise Stop(
            "altered", f"The key {proof['verificationMethod']} is none of this institution's for this."
        )
    # Words of its own could give what was signed another name, and put something else under the name that is looked at.
    if not isinstance(document["@context"], list) or not set(map(type, document["@context"])) <= {str}:
        raise Stop("altered", "It brings words of its own, as nothing from this institution does.")
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    config["@context"] = document["@context"]
    bare = {name: value for name, value in document.items() if name != "proof"}
    try:
        signed = b"".join(hashlib.sha256(canonical(part, export)).digest() for part in (config, bare))
        if not re.fullmatch(r"z\w{1,99}", proof["proofValue"]):
            raise ValueError("no signature")
        key.verify(unbase58(proof["proofValue"][1:]), signed)
    except Refused as fault:
        raise Stop("altered", f"What is signed can't be worked out: {fault}.") from None
    except (InvalidSignature, ValueError):
        raise Stop(
            "altered", "Its signature does not fit: something in it was changed after it was signed."
        ) from None


def opened_token(text, keys):
    """The claims of a JWT signed with RS256. Raises Stop where the signature does not hold."""
    head, payload, signature = text.split(".")
    header = parsed(unbase64url(head), "The token's header")
    if set(header) != {"alg", "typ", "kid"} or (header["alg"], header["typ"]) != ("RS256", "JWT"):
        raise Stop("altered", "The token says that it is signed in another way than this institution signs.")
    claims = parsed(unbase64url(payload), "The token")
    if claims.get("issuer", {}).get("id") != keys.did:
        raise Stop(
            "foreign", f"It names {claims.get('iss')} as its issuer, and this is the export of {keys.did}."
        )
    key = keys.find(header["kid"], "jwt")
    if key is None:
        raise Stop("altered", f"The key {header['kid']} is none of this institution's for tokens.")
    try:
        key.verify(unbase64url(signature), f"{head}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        raise Stop(
            "altered", "Its signature does not fit: something in it was changed after it was signed."
        ) from None
    return claims


# --- 5. Status lists: Bitstring Status List v1.0 ----------------------------------------------------------------------


def check_status(entry, keys, export, at):
    """Raises Stop where the bit of the entry is set, and where the list can't be relied upon."""
    address = entry["statusListCredential"]
    name = "status/" + address.rsplit("/status/", 1)[-1]
    listed = export.json(name)
    try:
        check_proof(listed, keys, "status", export)
    except Stop as stop:
        raise unknown(f"The status list {name} can't be relied upon. {stop.sentence}") from None
    said = listed["credentialSubject"]
    if (listed["id"], listed["issuer"], said["statusPurpose"]) != (address, keys.did, entry["statusPurpose"]):
        raise unknown(f"The status list {name} is another one.")
    begins, ends = moment(listed["validFrom"]), moment(listed["validUntil"])
    if not begins <= at <= ends:
        day = f"{begins:%Y-%m-%dT%H:%M:%SZ}"
        raise unknown(
            f"The status list {name} says how things stood from {day} to {ends:%Y-%m-%dT%H:%M:%SZ}, and not on "
            f"{at:%Y-%m-%d}. To ask about that time, add: --at {day}"
        )
    place = int(entry["statusListIndex"])
    bits = gzip.decompress(unbase64url(said["encodedList"].removeprefix("u")))
    if len(bits) * 8 != ENTRIES or not 0 <= place < ENTRIES:
        raise unknown(f"The status list {name} has another length.")
    if bits[place // 8] & (0x80 >> place % 8):
        word = "suspended" if said["statusPurpose"] == "suspension" else "withdrawn, superseded or suspended"
        raise Stop("revoked", f"It is {word}, by the status list of {begins:%Y-%m-%d}.")


def moment(text):
    return datetime.fromisoformat(text)


# --- 6. The log: RFC 6962, C2SP signed-note, tlog-checkpoint, tlog-tiles and tlog-proof ---------------------------------


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves):
    """The root of a whole tree: it splits at the largest power of two below its size."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:middle]), root_of(leaves[middle:]))


def root_by(path, index, size, found):
    """The root to which a path leads from a leaf; None for a path of another length."""
    last = size - 1
    for one in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            found = node(one, found)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, one)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


def opened_checkpoint(note, keys):
    """The size and root of a signed checkpoint. Raises Stop where no key of the log has signed it."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        _, name, signature = line.split(" ")
        raw = base64.b64decode(signature)
        for key in keys.log():
            named = hashlib.sha256(name.encode() + b"\n\x01" + key.public_bytes_raw()).digest()[:4]
            if raw[:4] == named:
                try:
                    key.verify(raw[4:], text.encode())
                except InvalidSignature:
                    continue
                _, size, root = text.split("\n")[:3]
                return int(size), base64.b64decode(root)
    raise unknown("The checkpoint of the log is not signed by a key of this institution.")


def check_log(document, keys, export):
    """Raises Stop unless the log of the register has an entry about this very certificate."""
    name = "credentials/" + document["id"].rsplit("/", 1)[-1] + ".tlog-proof"
    text = export.read(name)
    if text is None:
        raise unknown("The export has no proof that it stands in the log of the register.")
    try:
        head, _, note = text.decode().partition("\n\n")
        version, extra, index, *path = head.split("\n")
        told = json.loads(base64.b64decode(extra.removeprefix("extra ")))
        if version != "c2sp.org/tlog-proof@v1":
            raise ValueError(version)
        record, salt = told["record"], bytes.fromhex(told["salt"])
        # The entry: SHA-256 over the salt and the record, with sorted names and without spaces.
        plain = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        entry = hashlib.sha256(salt + plain).digest()
        size, root = opened_checkpoint(note, keys)
        found = root_by(
            [base64.b64decode(one) for one in path], int(index.removeprefix("index ")), size, leaf(entry)
        )
    except (ValueError, KeyError, TypeError):
        raise unknown(f"{name} can't be read.") from None
    if found != root:
        raise unknown("The proof that it stands in the log of the register does not hold.")
    said = record["edition"]
    of_document = (
        document["id"].rsplit("/", 1)[-1],
        document["credentialSubject"]["licenseNumber"],
        document["validFrom"][:10],
        document["validUntil"][:10],
    )
    if of_document != (said["uuid"], record["credential"], said["begins_on"], said["expires_on"]):
        raise Stop("altered", "The log of the register has other dates, or another number, for it.")
    return f"entered in the log as {record['kind']}, recorded {record['recorded_at'][:19]}Z"


def check_whole_log(keys, export, witnessed):
    """Works the whole log out from its entries, and compares the checkpoint, and those that witnesses have kept."""
    note = export.read("log/checkpoint")
    if note is None:
        raise unknown("The export has no checkpoint of the log.")
    size, root = opened_checkpoint(note.decode(), keys)
    leaves = []
    for number in range(-(-size // 256)):
        width = min(256, size - number * 256)
        groups = f"{number:03d}" if number < 1000 else f"x{number // 1000:03d}/{number % 1000:03d}"
        name = f"log/tile/entries/{groups}" + ("" if width == 256 else f".p/{width}")
        rest = export.read(name)
        if rest is None:
            raise unknown(f"The export has no {name}.")
        while rest:
            length = int.from_bytes(rest[:2], "big")
            leaves.append(leaf(rest[2 : 2 + length]))
            rest = rest[2 + length :]
    if len(leaves) != size or root_of(leaves) != root:
        raise Stop("altered", "The entries of the log are not those of its checkpoint.")
    for path in witnessed:
        # Out of a mail: with or without the end of the last line.
        kept, kept_root = opened_checkpoint(Path(path).read_text(encoding="utf-8").strip() + "\n", keys)
        if kept > size or root_of(leaves[:kept]) != kept_root:
            raise Stop(
                "altered",
                f"The log does not begin with the {kept} entries that {path} has: it was rewritten.",
            )
    return f"all {size} entries fit the checkpoint" + (
        f", and {len(witnessed)} kept by witnesses" if witnessed else ""
    )


# --- 7. The answer ------------------------------------------------------------------------------------------------


def check(data, keys, export, at):
    """What is to be said of a certificate: lines of what holds. Raises Stop where something does not."""
    data, around = carried(data)
    text = data.decode("utf-8", "replace").strip()
    if re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text):
        document = opened_token(text, keys)
    else:
        document = parsed(data, "It")
        if not isinstance(document, dict) or not isinstance(document.get("issuer"), dict):
            raise Stop("unreadable", "It is not a credential.")
        if document["issuer"].get("id") != keys.did:
            issuer = document["issuer"].get("id")
            raise Stop("foreign", f"It names {issuer} as its issuer, and this is the export of {keys.did}.")
        check_proof(document, keys, "credential", export)
    logged = check_log(document, keys, export)
    begins, ends = moment(document["validFrom"]), moment(document["validUntil"])
    if not begins <= at <= ends:
        raise Stop("expired", f"It is valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}.")
    statuses = document["credentialStatus"]
    statuses = statuses if isinstance(statuses, list) else [statuses]
    if not statuses:
        raise Stop("altered", "It names no status list, and each from this institution does.")
    for entry in statuses:
        check_status(entry, keys, export, at)
    subject = document["credentialSubject"]
    identity = subject["identifier"][0]
    return [
        f"{subject['licenseNumber']}: {subject['achievement']['name']}",
        f"holder: {identity['identityHash']}"
        + (f" (SHA-256 of name and {identity['salt']})" if identity["hashed"] else ""),
        f"valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}, asked about {at:%Y-%m-%d %H:%M} UTC",
        logged,
        *(
            ["this is what the credential within says: compare what is drawn or printed around it"]
            if around
            else []
        ),
    ]


def asked_moment(text):
    """A day, or a moment, in UTC. Of today it is now, of another day its last second."""
    now = datetime.now(UTC)
    if not text or text == f"{now:%Y-%m-%d}":
        return now
    if len(text) == 10:
        return datetime.combine(datetime.fromisoformat(text), time(23, 59, 59), UTC)
    return moment(text).astimezone(UTC)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("certificate", nargs="?", help="JSON, JWT, PDF, PNG or SVG")
    parser.add_argument("--from", dest="place", default=Path(__file__).resolve().parent, metavar="FOLDER")
    parser.add_argument("--at", type=asked_moment, default="", metavar="DAY", help="how it stood then")
    parser.add_argument("--log", action="store_true", help="check the whole log of the register")
    parser.add_argument("--witnessed", action="append", default=[], metavar="CHECKPOINT")
    given = parser.parse_args()
    if not (given.certificate or given.log or given.witnessed):
        parser.error("name a certificate, or say --log")
    export = Export(given.place)
    keys, word, lines = None, "valid", []
    try:
        keys = Keys(export)
        if given.log or given.witnessed:
            lines.append(check_whole_log(keys, export, given.witnessed))
        if given.certificate:
            lines += check(Path(given.certificate).read_bytes(), keys, export, given.at)
    except Stop as stop:
        word, lines = stop.word, [stop.sentence]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, OSError) as fault:
        word, lines = "unreadable", [f"It does not have the shape of a certificate from here ({fault!r})."]
    print("\n  ".join([f"{word}:", *lines]))
    if keys:
        print(f"  keys of {keys.did}: {keys.fingerprint()}")
    return CODES[word]


if __name__ == "__main__":
    sys.exit(main())
