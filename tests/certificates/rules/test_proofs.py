"""Canonical forms and proofs: the published vectors, and what is refused before anything is signed."""

import hashlib
import json
import time
from datetime import UTC, datetime

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.rules import badges, keys
from certificates.rules.badges import Profile
from certificates.rules.proofs import canonical, contexts, integrity, reading, tokens
from certificates.rules.proofs.canonical import Refused
from tests.certificates.rules import signing

# Data Integrity EdDSA Cryptosuites v1.0 (W3C Recommendation), appendix of test vectors.
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
KNOWN = dict(contexts.kept()) | {
    EXAMPLES: {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
}
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
PRIVATE = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
ALUMNI = {
    "@context": [contexts.CREDENTIALS, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
VALUES = {
    integrity.RDFC: "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9",
    integrity.JCS: "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4",
}


@pytest.mark.parametrize("suite", VALUES)
def test_the_published_vectors_come_out_byte_for_byte(suite) -> None:
    key = Ed25519PrivateKey.from_private_bytes(base58.b58decode(PRIVATE[1:])[2:])
    assert keys.multikey(key.public_key()) == PUBLIC
    proof = integrity.proof(
        ALUMNI,
        method=f"https://vc.example/issuers/5678#{PUBLIC}",
        created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
        sign=key.sign,
        suite=suite,
        known=KNOWN,
    )
    assert proof["proofValue"] == VALUES[suite]
    assert integrity.holds(ALUMNI, proof, keys.from_multikey(PUBLIC), KNOWN)


def test_the_hashes_of_the_published_vector_are_those_of_proof_and_document_in_this_order() -> None:
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": f"https://vc.example/issuers/5678#{PUBLIC}",
        "proofPurpose": "assertionMethod",
    }
    assert integrity.hashed(ALUMNI, proof, KNOWN).hex() == (
        "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb"
        "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
    )


def test_the_context_of_credentials_is_the_one_that_w3c_published() -> None:
    """Verifiable Credentials Data Model v2.0, appendix B.1."""
    text = (contexts.FOLDER / contexts.FILES[contexts.CREDENTIALS]).read_bytes()
    assert hashlib.sha256(text).hexdigest() == (
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
    )


def test_the_worked_credential_is_signed_as_the_page_says() -> None:
    """docs/algorithms/proofs.md"""
    document = signing.signed()
    proof = document["proof"]
    assert integrity.hashed(document, proof).hex() == (
        "9f1479f4ed1cf1b03c3f5637edf83229fbbef1ccfcb024be1e97465d513aa3d8"
        "d3463d6f433f5fac9794a053358bddecdd029fb3f4521e7e2418a6215fca4ba2"
    )
    assert proof["proofValue"] == (
        "z5x1kBYU6rQv61sBMexZZpgmMiDjfr58aKCjdTprQzSK957qrMmueBbkkw5DvgoLaUmf1g7g7BDUD8uYHrFZmw3MC"
    )


DOCUMENT = badges.document(signing.FACTS, Profile.DEFAULT)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"shoeSize": "43"}, "do not define"),
        ({"type": ["VerifiableCredential", "Badge"]}, "not an absolute address"),
        ({"id": "credentials/1"}, "not an absolute address"),
        ({"id": "https://x.example/a b"}, "not an absolute address"),
        ({"@context": [*DOCUMENT["@context"], {"name": "https://x.example/name"}]}, "not known here"),
        ({"@context": [*DOCUMENT["@context"], "https://x.example/context"]}, "not known here"),
        ({"@context": []}, "names no context"),
        ({"issuer": {"id": "did:web:x", "@context": {"a": "https://x.example/"}}}, "no term"),
        ({"https://schema.org/name": "Mallory"}, "no term"),
        ({"@included": [{"id": "https://x.example/"}]}, "no term"),
        ({"credentialStatus": [[{"id": "https://x.example/"}]]}, "a list in a list|list stands in a list"),
        ({"name": None}, "empty"),
        ({"name": 1.5}, "no one way of writing"),
        ({"name": "\ud800"}, "surrogate"),
    ],
)  # fmt: skip
def test_what_a_signature_would_not_cover_is_refused_before_signing_and_before_verifying(change, why) -> None:
    with pytest.raises(Refused, match=why):
        canonical.nquads(DOCUMENT | change, contexts.shelf())


def test_a_graph_made_to_be_slow_is_given_up_after_so_many_steps() -> None:
    """Ten anonymous nodes that all know each other can be told apart in ten factorial ways."""
    names = [f"_:b{number}" for number in range(10)]
    nodes = [{"id": one, "type": ["Profile"], "otherIdentifier": [{"id": other} for other in names if other != one]} for one in names]  # fmt: skip
    begun = time.process_time()
    with pytest.raises(Refused):
        canonical.nquads(DOCUMENT | {"credentialSubject": nodes}, contexts.shelf())
    dataset = [
        {
            "subject": {"type": "blank node", "value": one},
            "predicate": {"type": "IRI", "value": "https://x.example/knows"},
            "object": {"type": "blank node", "value": other},
        }
        for one in names
        for other in names
        if one != other
    ]
    with pytest.raises(Refused, match="too long"):
        canonical._Bounded().main({"@default": dataset}, {"format": "application/n-quads"})
    assert time.process_time() - begun < 2


def test_text_is_signed_in_one_form_of_unicode() -> None:
    one = badges.document(signing.changed(signing.FACTS, name="Zoë", plain=True), Profile.DEFAULT)
    other = badges.document(signing.changed(signing.FACTS, name="Zoe\u0308", plain=True), Profile.DEFAULT)
    assert one == other
    assert one["credentialSubject"]["identifier"][0]["identityHash"] == "Zo\xeb"


def test_a_name_is_hashed_so_that_whoever_has_it_finds_the_same() -> None:
    """Worked in docs/algorithms/proofs.md."""
    assert badges.identity("Ada Lovelace", "AAECAwQFBgcICQoLDA0ODw", plain=False) == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$de553f284ad714285e266189837d2dd95c823eae0d794c91fea9b88bc916c6b9",
        "identityType": "name",
        "salt": "AAECAwQFBgcICQoLDA0ODw",
    }


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "typ": "JWT", "kid": "x"},
        {"alg": "HS256", "typ": "JWT", "kid": "x"},
        {"alg": "RS256", "typ": "JWT", "kid": "x", "jwk": {}},
        {"alg": "RS256", "typ": "JWT", "kid": "x", "crit": ["b64"]},
        {"alg": "RS256", "typ": "JWT"},
    ],
)
def test_a_token_does_not_say_with_what_it_is_verified(header) -> None:
    _, payload, signature = signing.token().split(".")
    forged = keys.base64url(json.dumps(header).encode())
    with pytest.raises(Refused):
        tokens.opened(f"{forged}.{payload}.{signature}")


def test_control_characters_are_made_spaces_before_anything_is_signed() -> None:
    """Software writes them differently into what is signed, and what one signs another calls altered."""
    said = {"name": "Lead\tImplementer\x7f", "text": "one line\nand another", "list": ["a\x00b"]}
    made = {"name": "Lead Implementer ", "text": "one line\nand another", "list": ["a b"]}
    assert reading.composed(said) == made
