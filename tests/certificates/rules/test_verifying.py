"""What is ours, whole and in force is valid; nothing else ever is, and nothing that anybody sends breaks it."""

import copy
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from certificates.rules import badges, verifying
from certificates.rules.badges import Profile, Purpose
from certificates.rules.proofs import integrity, tokens
from certificates.rules.verifying import Asked, Outcome, Result
from tests.certificates.rules import signing
from tests.certificates.rules.signing import AT, DID, FACTS, HOST, changed, ours, signed, verified

WHOLE = signed()
PLACE = FACTS.list_index


@pytest.mark.parametrize("presented", [WHOLE, signed(profile=Profile.OB30)], ids=["default", "ob30"])
def test_what_was_issued_is_valid_however_its_json_is_laid_out(presented) -> None:
    for text in (json.dumps(presented), json.dumps(presented, indent=4, sort_keys=True).encode()):
        report = verified(text)
        assert (report.result, report.outcome(Asked.INTEGRITY)) == (Result.VALID, Outcome.PASSED), (
            report.checks
        )


def test_a_token_is_valid_too() -> None:
    report = verified(signing.token())
    assert (report.result, report.profile) == (Result.VALID, Profile.JWT)


def altered(*path, to) -> dict:
    document = copy.deepcopy(WHOLE)
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return document


def without(*path) -> dict:
    document = copy.deepcopy(WHOLE)
    place = document
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return document


SUBJECT = ("credentialSubject",)
STRANGE = {"type": "BitstringStatusListEntry", "id": f"{HOST}/status/revocation-1#1", "statusPurpose": "revocation", "statusListIndex": "1", "statusListCredential": f"{HOST}/status/revocation-1"}  # fmt: skip
ALTERED = {
    "another name": altered(*SUBJECT, "identifier", 0, "identityHash", to="sha256$00"),
    "the name in plain": altered(*SUBJECT, "identifier", 0, to=badges.identity("Mallory", "", plain=True)),
    "another number": altered(*SUBJECT, "licenseNumber", to="AIMS-LA-0002"),
    "a higher level": altered(*SUBJECT, "achievement", "name", to="Senior Lead Implementer"),
    "another subject": altered(*SUBJECT, "id", to="urn:uuid:00000000-0000-0000-0000-000000000000"),
    "easier criteria": altered(*SUBJECT, "achievement", "criteria", "narrative", to="None"),
    "one more clause": altered(*SUBJECT, "achievement", "alignment", 0, "targetCode", to="10"),
    "a later end": altered("validUntil", to="2039-11-27T23:59:59Z"),
    "an earlier begin": altered("validFrom", to="2016-11-28T00:00:00Z"),
    "a day that is none": altered("validFrom", to="2026-13-45T00:00:00Z"),
    "no end": without("validUntil"),
    "another place in the list": altered("credentialStatus", 0, to=STRANGE),
    "another list": altered("credentialStatus", 0, "statusListCredential", to="https://x.example/status/1"),
    "no status": without("credentialStatus"),
    "one status less": altered("credentialStatus", to=WHOLE["credentialStatus"][:1]),
    "another issuer's name": altered("issuer", "name", to="Another body"),
    "another issuer": altered("issuer", "id", to="did:web:x.example"),
    "another address": altered("id", to=f"{HOST}/credentials/ffff"),
    "no proof": without("proof"),
    "an empty proof": altered("proof", to={}),
    "two proofs": altered("proof", to=[WHOLE["proof"], WHOLE["proof"]]),
    "another time of signing": altered("proof", "created", to="2020-01-01T00:00:00Z"),
    "another purpose of the proof": altered("proof", "proofPurpose", to="authentication"),
    "another suite": altered("proof", "cryptosuite", to=integrity.JCS),
    "a key of somebody else": altered("proof", "verificationMethod", to="did:web:x.example#k"),
    "a key for lists": altered("proof", "verificationMethod", to=f"{DID}#status"),
    "half a signature": altered("proof", "proofValue", to=WHOLE["proof"]["proofValue"][:40]),
    "a signature of another key": signed(key=signing.STRANGER),
    "a member that is not issued": WHOLE
    | {"evidence": [{"id": "https://x.example/e", "type": ["Evidence"]}]},
    "another spelling of the type": altered("type", to=["VerifiableCredential", "AchievementCredential"]),
    "a type less": altered("type", to=["VerifiableCredential"]),
    "an inline context": altered("@context", to=[*WHOLE["@context"], {"name": "https://x.example/n"}]),
    "contexts in another order": altered("@context", to=WHOLE["@context"][::-1]),
    "the issuer as text": altered("issuer", to=DID),
    "a status under another name": altered("credentialStatus", 0, "statusPurpose", to="message"),
}


@pytest.mark.parametrize("presented", ALTERED.values(), ids=ALTERED)
def test_no_altered_credential_is_ever_valid(presented) -> None:
    report = verified(presented)
    assert report.result is Result.NOT_VALID, report.checks
    assert {check.id for check in report.checks} == set(list(Asked)[:5])


def test_what_another_signed_in_the_name_of_ours_is_not_ours() -> None:
    for facts in (changed(FACTS, issuer=changed(FACTS.issuer, did="did:web:x.example")), changed(FACTS, address="https://x.example/credentials/1")):  # fmt: skip
        assert verified(signed(facts)).outcome(Asked.ISSUER) is Outcome.FAILED


@pytest.mark.parametrize("part", [0, 1, 2])
def test_no_altered_token_is_ever_valid(part) -> None:
    parts = signing.token().split(".")
    middle = len(parts[part]) // 2
    parts[part] = (
        parts[part][:middle] + ("A" if parts[part][middle] != "A" else "B") + parts[part][middle + 1 :]
    )
    assert verified(".".join(parts)).result is Result.NOT_VALID


def test_a_token_that_says_one_thing_twice_and_differently_is_refused() -> None:
    claims = badges.claims(badges.document(FACTS, Profile.JWT)) | {"exp": 4_000_000_000}
    told = tokens.token(claims, method=f"{DID}#jwt", sign=signing.sign_token)
    assert verified(told).result is Result.NOT_VALID


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        (datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC), Outcome.FAILED),
        (datetime(2026, 11, 28, tzinfo=UTC), Outcome.PASSED),
        (datetime(2029, 11, 27, 23, 59, 59, 999_999, tzinfo=UTC), Outcome.PASSED),
        (datetime(2029, 11, 28, tzinfo=UTC), Outcome.FAILED),
    ],
)
def test_first_and_last_day_belong_to_it(at, outcome) -> None:
    lists = [signing.status_list(purpose, at=at) for purpose in Purpose]
    report = verified(WHOLE, ours(*lists), at)
    assert report.outcome(Asked.VALIDITY_PERIOD) is outcome
    assert (report.result is Result.VALID) == (outcome is Outcome.PASSED)


@pytest.mark.parametrize(
    ("purpose", "profile", "asked"),
    [
        (Purpose.REVOCATION, Profile.DEFAULT, Asked.REVOCATION),
        (Purpose.SUSPENSION, Profile.DEFAULT, Asked.SUSPENSION),
        (Purpose.STANDING, Profile.OB30, Asked.REVOCATION),
    ],
)
def test_a_bit_that_is_set_takes_it_back(purpose, profile, asked) -> None:
    report = verified(signed(profile=profile), ours(signing.status_list(purpose, (PLACE,))))
    assert [check.id for check in report.checks if check.outcome is Outcome.FAILED] == [asked]
    beside = ours(signing.status_list(purpose, (PLACE - 1, PLACE + 1)))
    assert verified(signed(profile=profile), beside).result is Result.VALID


UNRELIABLE = {
    "from yesterday": signing.status_list(Purpose.REVOCATION, at=AT - timedelta(days=2)),
    "from tomorrow": signing.status_list(Purpose.REVOCATION, at=AT + timedelta(days=1)),
    "of another key": signing.status_list(Purpose.REVOCATION, key=signing.STRANGER),
    "unsigned": {k: v for k, v in signing.status_list(Purpose.REVOCATION).items() if k != "proof"},
    "of another purpose": signing.status_list(Purpose.SUSPENSION) | {"id": f"{HOST}/status/revocation-1"},
    "altered": signing.status_list(Purpose.REVOCATION) | {"validUntil": "2027-02-01T00:00:00Z"},
}


@pytest.mark.parametrize("listed", UNRELIABLE.values(), ids=UNRELIABLE)
def test_a_list_that_cannot_be_relied_upon_leaves_it_unknown_and_never_valid(listed) -> None:
    report = verified(WHOLE, ours(listed))
    assert (report.outcome(Asked.REVOCATION), report.result) == (Outcome.UNKNOWN, Result.UNKNOWN)


def test_without_a_list_it_is_unknown() -> None:
    known = ours()
    missing = verifying.Ours(known.issuer, known.addresses, known.keys, known.list_keys, {})
    assert verified(WHOLE, missing).result is Result.UNKNOWN


def test_what_a_compromised_key_signed_is_not_valid() -> None:
    report = verified(WHOLE, ours(compromised=True))
    assert (report.result, report.outcome(Asked.INTEGRITY)) == (Result.NOT_VALID, Outcome.FAILED)


def deep(open_: str, close: str, times: int) -> str:
    return open_ * times + "1" + close * times


NAMES = [f"_:b{number}" for number in range(12)]
HOSTILE = {
    "nothing": "",
    "no object": "[]",
    "deep lists": deep("[", "]", 200_000),
    "deep objects": deep('{"a":', "}", 200_000),
    "deep in a credential": json.dumps(WHOLE).replace('"Institution"', deep("[", "]", 500)),
    "a key twice": json.dumps(WHOLE).replace('"name"', '"id": "x", "name"', 1),
    "not a number": '{"a": NaN}',
    "infinity": '{"a": -Infinity}',
    "a fraction": '{"a": 1e400}',
    "a long number": '{"a": ' + "9" * 1_000_000 + "}",
    "half a surrogate pair": json.dumps(altered("name", to="x")).replace('"x"', '"\\ud800"'),
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "a null byte": '{"a": "\x00"}',
    "10 MB of text": '{"a": "' + "x" * 10_000_000 + '"}',
    "4 MB of brackets": "[" + "[]," * 1_400_000 + "[]]",
    "4 MB of members": json.dumps({f"k{number}": number for number in range(250_000)}),
    "10 MB of quotes": b'"' * 10_000_000,
    "a slow graph": json.dumps(altered("credentialSubject", to=[{"id": one, "identifier": [{"id": other} for other in NAMES]} for one in NAMES])),
    "a long list": json.dumps(altered(*SUBJECT, "achievement", "alignment", to=WHOLE["credentialSubject"]["achievement"]["alignment"] * 100_00)),
    "many of the same": json.dumps(altered(*SUBJECT, "achievement", "alignment", to=WHOLE["credentialSubject"]["achievement"]["alignment"][:1] * 200)),
    "a long signature": json.dumps(altered("proof", "proofValue", to="z" + "1" * 3_000_000)),
    "a token of dots": "." * 1_000_000,
    "a large token": "A" * 4_000_000 + ".B.C",
    "a byte order mark": b"\xef\xbb\xbf{}",
}  # fmt: skip


@pytest.mark.parametrize("presented", HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_is_answered_soon_and_in_a_sentence(presented) -> None:
    begun = time.process_time()
    report = verified(presented)
    assert time.process_time() - begun < 2
    assert report.result is Result.NOT_VALID
    assert report.checks[0].detail.endswith(".")
