"""Keys are made once, replaced, retired, given up; and the private half never leaves its vault."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.management import CommandError, call_command

from certificates.actions import keys
from certificates.contributions import keys as readiness
from certificates.documents import vaults
from certificates.models import Key, KeyChange
from certificates.states import KeyPurpose
from lms.audit import queries as audit
from lms.db import clock
from lms.kit.machine import IllegalMove
from tests import authorities

pytestmark = pytest.mark.django_db
SOFTHSM = [path for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so",)) if path.exists()]


def signs(signer: keys.Signer) -> None:
    signature = signer.sign(b"said")
    if signer.algorithm == "RS256":
        signer.public_key.verify(signature, b"said", padding.PKCS1v15(), hashes.SHA256())
    elif signer.algorithm == "ES256":
        signer.public_key.verify(signature, b"said", ec.ECDSA(hashes.SHA256()))
    else:
        signer.public_key.verify(signature, b"said")


@pytest.mark.once
def test_outside_production_every_purpose_has_a_key_of_its_own_at_first_use(settings) -> None:
    at = clock.now()
    found = {purpose: keys.signer(purpose=purpose, at=at) for purpose in KeyPurpose}
    for signer in found.values():
        signs(signer)
    assert len({signer.key_id for signer in found.values()}) == 6
    assert keys.ensure(at=at) == []
    assert Key.objects.count() == KeyChange.objects.count() == 6
    for file in settings.KEY_DIR.glob("*.pem"):
        assert file.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY")
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.once
def test_a_production_signs_with_nothing_that_nobody_made(settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(keys.NoKey, match=r"run manage\.py keys create credential"):
        keys.signer(purpose=KeyPurpose.CREDENTIAL, at=clock.now())


@pytest.mark.once
def test_the_key_for_documents_is_vouched_for_by_our_own_authority() -> None:
    own, authority = keys.signer(purpose=KeyPurpose.PDF, at=clock.now()).certificate_chain
    own.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    usages = {
        usage.dotted_string for usage in own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    }
    assert usages == {"1.3.6.1.5.5.7.3.36", ExtendedKeyUsageOID.EMAIL_PROTECTION.dotted_string}


def test_a_rotated_key_is_retired_and_the_next_one_signs(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    first = keys.create(purpose=KeyPurpose.LOG, at=at)
    with pytest.raises(keys.AlreadyThere):
        keys.create(purpose=KeyPurpose.LOG, at=at)
    second = keys.rotate(purpose=KeyPurpose.LOG, at=at, reason="yearly")
    assert keys.signer(purpose=KeyPurpose.LOG, at=at).key_id == second.key_id != first.key_id
    first.refresh_from_db()
    assert (first.state, first.retired_at) == ("retired", at)
    assert [entry.verb for entry in audit.entries_of(f"certificates.key:{first.pk}")] == [
        "certificates.key.created", "certificates.key.retired",
    ]  # fmt: skip


def test_a_new_authority_vouches_for_a_new_key_for_documents(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    before = keys.signer(purpose=KeyPurpose.PDF, at=at)
    authority = keys.rotate(purpose=KeyPurpose.CA, at=at, reason="yearly")
    after = keys.signer(purpose=KeyPurpose.PDF, at=at)
    assert after.key_id != before.key_id
    assert after.certificate_chain[1] == x509.load_pem_x509_certificate(authority.certificates.encode())


def test_a_compromised_key_is_replaced_at_once_and_never_stands_again(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    key = keys.create(purpose=KeyPurpose.STATUS, at=at)
    for _ in range(2):
        keys.compromise(key_id=key.key_id, since=at - timedelta(days=2), at=at, reason="a laptop was lost")
    key.refresh_from_db()
    assert (key.state, key.compromised_since) == ("compromised", at - timedelta(days=2))
    assert Key.objects.filter(purpose=KeyPurpose.STATUS).count() == 2
    assert keys.signer(purpose=KeyPurpose.STATUS, at=at).key_id != key.key_id
    with pytest.raises(IllegalMove):
        keys.retire(key_id=key.key_id, at=at)


def test_a_wrong_passphrase_and_a_missing_file_are_said_in_a_sentence(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    key = keys.create(purpose=KeyPurpose.LOG, at=at)
    settings.KEY_PASSPHRASE = "another"
    with pytest.raises(vaults.Unusable, match="KEY_PASSPHRASE is not its passphrase"):
        keys.signer(purpose=KeyPurpose.LOG, at=at).sign(b"said")
    assert "KEY_PASSPHRASE is not its passphrase. This machine signs nothing with it" in readiness.check()
    (tmp_path / f"{key.reference}.pem").unlink()
    with pytest.raises(vaults.Unusable, match="can't be read"):
        keys.signer(purpose=KeyPurpose.LOG, at=at).sign(b"said")
    assert "can't be read: No such file or directory. This machine signs nothing with it" in readiness.check()
    assert keys.rotate(purpose=KeyPurpose.LOG, at=at, reason="Lost.").key_id != key.key_id
    assert readiness.check() == ""


def test_no_key_is_made_under_another_passphrase_than_the_keys_that_lie_there(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    keys.create(purpose=KeyPurpose.LOG, at=at)
    lay = sorted(tmp_path.iterdir())
    settings.KEY_PASSPHRASE = "another"
    with pytest.raises(vaults.Unusable, match="None of the keys that lie in KEY_DIR can be opened"):
        keys.rotate(purpose=KeyPurpose.LOG, at=at, reason="Yearly.")
    assert sorted(tmp_path.iterdir()) == lay


@pytest.mark.once
def test_the_command_makes_rotates_exports_and_lists(tmp_path, settings) -> None:
    settings.KEY_DIR = tmp_path / "keys"

    def said(*words: str) -> list[str]:
        out = io.StringIO()
        call_command("keys", *words, stdout=out)
        return out.getvalue().splitlines()

    (first,) = said("create", "log")
    (second,) = said("rotate", "log", "--reason", "yearly")
    assert said("export", first, "--private", str(tmp_path / "kept.pem"))[0] == "-----BEGIN PUBLIC KEY-----"
    assert (tmp_path / "kept.pem").read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY")
    said("compromise", first, "--since", "2026-11-28T09:00", "--reason", "lost")
    assert [(line.split()[0], line.split()[2]) for line in said("list")] == [
        (second, "active"), (first, "compromised"),
    ]  # fmt: skip
    for words, sentence in (
        (["create", "log"], "keys rotate"),
        (["retire", first, "--reason", "x"], "The key is compromised"),
        (["retire", "log-0", "--reason", "x"], "There is no key of that id"),
        (["compromise", second, "--since", "yesterday", "--reason", "x"], "nothing was changed"),
    ):
        with pytest.raises(CommandError, match=sentence):
            said(*words)


@pytest.mark.once
@pytest.mark.skipif(not SOFTHSM, reason="the emulated device (softhsm2) is not installed")
def test_a_device_signs_with_keys_that_do_not_leave_it(tmp_path, settings, monkeypatch) -> None:
    import subprocess  # noqa: PLC0415

    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    token = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "ours",
        "--so-pin",
        "1234",
        "--pin",
        "5678",
    ]
    subprocess.run(token, check=True, capture_output=True)
    settings.KEY_VAULT, settings.PKCS11_MODULE = "pkcs11", str(SOFTHSM[0])
    settings.PKCS11_TOKEN, settings.PKCS11_PIN = "ours", "5678"
    for purpose in (KeyPurpose.CREDENTIAL, KeyPurpose.JWT, KeyPurpose.PDF):
        signs(keys.signer(purpose=purpose, at=clock.now()))
    assert readiness.check() == ""
    with pytest.raises(vaults.Unusable, match="does not leave it"):
        keys.sealed(key_id=Key.objects.get(purpose=KeyPurpose.PDF).key_id)
    settings.PKCS11_PIN = "0000"
    with pytest.raises(vaults.Unusable, match="does not answer"):
        keys.signer(purpose=KeyPurpose.PDF, at=clock.now()).sign(b"said")


@pytest.mark.once
def test_a_key_is_replaced_years_before_its_certificate_ends_and_nothing_is_sealed_with_an_ended_one(
    tmp_path, settings
) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    keys.ensure(at=at)
    first = keys.signer(purpose=KeyPurpose.PDF, at=at)
    keys.renew(at=at + timedelta(days=700))
    assert keys.signer(purpose=KeyPurpose.PDF, at=at).key_id == first.key_id
    later = at + timedelta(days=740)
    for _ in range(2):
        keys.renew(at=later)
    assert [row.state for row in Key.objects.filter(purpose=KeyPurpose.PDF)] == ["active", "retired"]
    settings.PRODUCTION = True
    with pytest.raises(keys.NoKey, match=r"has ended: run manage\.py keys rotate pdf"):
        keys.signer(purpose=KeyPurpose.PDF, at=later + timedelta(days=6 * 365 + 1))
    with clock.shifted(days=740 + 6 * 365 - 30):
        assert readiness.check().endswith("run manage.py keys rotate pdf.")
        settings.PRODUCTION = False
        keys.renew(at=clock.now())
        assert readiness.check() == ""
    with clock.shifted(days=12 * 365 + 1):
        keys.renew(at=clock.now())
    assert [row.state for row in Key.objects.filter(purpose=KeyPurpose.CA)] == ["active", "retired"]


@pytest.mark.once
def test_every_authority_that_ever_vouched_has_a_list_of_its_own(tmp_path, settings, client) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    first = keys.signer(purpose=KeyPurpose.PDF, at=at)
    old = keys.signer(purpose=KeyPurpose.CA, at=at)
    (where,) = first.certificate_chain[0].extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert where.full_name[0].value == f"{settings.PUBLIC_URL}/keys/{old.key_id}.crl"
    new = keys.rotate(purpose=KeyPurpose.CA, at=at, reason="yearly")
    second = keys.signer(purpose=KeyPurpose.PDF, at=at)

    def revoked(name: str) -> list[int]:
        listed = x509.load_der_x509_crl(client.get(f"/keys/{name}.crl").content)
        authority = new if name in ("ca", new.key_id) else Key.objects.get(key_id=name)
        above = x509.load_pem_x509_certificate(authority.certificates.encode())
        assert listed.is_signature_valid(above.public_key())
        return [row.serial_number for row in listed]

    assert [revoked(name) for name in (old.key_id, new.key_id, "ca")] == [[], [], []]
    keys.compromise(key_id=old.key_id, since=at, at=at, reason="A laptop was lost.")
    assert revoked(old.key_id) == [first.certificate_chain[0].serial_number]
    keys.compromise(key_id=second.key_id, since=at, at=at, reason="And another.")
    assert revoked(new.key_id) == revoked("ca") == [second.certificate_chain[0].serial_number]
    assert (
        client.get("/keys/pdf-1.crl").status_code
        == client.get(f"/keys/{first.key_id}.crl").status_code
        == 404
    )


def brought(folder: Path, settings: Any, made: authorities.Made, reference: str = "outside") -> Path:
    """Puts a key into the vault as whoever bought a seal does, and its certificates beside it; returns where these lie."""
    encrypted = BestAvailableEncryption(settings.KEY_PASSPHRASE.encode())
    (folder / f"{reference}.pem").write_bytes(
        made.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encrypted)
    )
    chain = folder / f"{reference}-chain.pem"
    chain.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in made.certificate_chain))
    return chain


def test_documents_are_sealed_with_a_key_that_an_authority_outside_vouches_for(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    keys.ensure(at=at)
    made = authorities.sealing_key()
    chain = brought(tmp_path, settings, made)
    call_command("keys", "adopt", "outside", str(chain), reason="bought", stdout=io.StringIO())
    sealing = keys.signer(purpose=KeyPurpose.PDF, at=at)
    assert sealing.certificate_chain == made.certificate_chain
    signs(sealing)
    # It is nobody's to replace: neither when its end comes near, nor with our own authority.
    keys.renew(at=made.certificate_chain[0].not_valid_after_utc - timedelta(days=30))
    keys.rotate(purpose=KeyPurpose.CA, at=at, reason="a new authority")
    assert keys.signer(purpose=KeyPurpose.PDF, at=at).key_id == sealing.key_id
    # Lost, one of our own takes its place at once.
    keys.compromise(key_id=sealing.key_id, since=at, at=at, reason="lost")
    assert keys.signer(purpose=KeyPurpose.PDF, at=at).key_id != sealing.key_id


def test_what_can_not_stand_behind_a_seal_is_refused_and_nothing_changes(tmp_path, settings) -> None:
    settings.KEY_DIR, at = tmp_path, clock.now()
    keys.ensure(at=at)
    before = keys.signer(purpose=KeyPurpose.PDF, at=at).key_id
    made, other = authorities.sealing_key(), authorities.sealing_key()
    brought(tmp_path, settings, made)
    others = tmp_path / "others.pem"
    own, above = (one.public_bytes(Encoding.PEM) for one in made.certificate_chain)
    for content, says in (
        (b"", "no certificate in PEM"),
        (
            b"".join(one.public_bytes(Encoding.PEM) for one in other.certificate_chain),
            "not of the key 'outside'",
        ),
        (own + other.certificate_chain[1].public_bytes(Encoding.PEM), "has not issued"),
        (above + own, "has not issued"),
    ):
        others.write_bytes(content)
        with pytest.raises(CommandError, match=says):
            call_command("keys", "adopt", "outside", str(others), reason="bought")
    with pytest.raises(CommandError, match="can't be read"):
        call_command("keys", "adopt", "nowhere", str(tmp_path / "outside-chain.pem"), reason="bought")
    with clock.shifted(days=365 * 100), pytest.raises(CommandError, match="is valid from"):
        call_command("keys", "adopt", "outside", str(tmp_path / "outside-chain.pem"), reason="bought")
    assert keys.signer(purpose=KeyPurpose.PDF, at=at).key_id == before
