"""The register as a folder: another server serves it, a fresh process checks certificates against it, nobody is asked."""

import base64
import hashlib
import http.server
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from PIL import Image

from certificates.actions import badges, exporting, keys, register
from certificates.documents import offline
from certificates.models import Badge, Checkpoint
from certificates.rules import baking
from certificates.rules.keys import load, raw
from certificates.rules.proofs import canonical, contexts
from certificates.states import KeyPurpose
from lms.db import clock
from lms.web import pdf
from tests import cast
from tests.factories import certificates as make


def loaded():
    """The verifier as a module, of which the tests that need no process of their own call `main`."""
    spec = importlib.util.spec_from_file_location("verify", offline.VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY = loaded()


@pytest.fixture(scope="module")
def beside(django_db_setup, django_db_blocker, tmp_path_factory):
    """A folder with the export, and beside it what Ada and Ben have in their own hands; Ben's is suspended.

    Made once: what is checked here needs no database any more.
    """
    folder = tmp_path_factory.mktemp("survival")
    with django_db_blocker.unblock(), transaction.atomic():
        make.schemes()
        for name in ("ada", "ben"):
            credential = make.certified(cast.person(name))
            badges.make(edition_id=credential.editions.get().pk)
            for row in Badge.objects.filter(edition__credential=credential):
                ending = {"default": "json", "ob30": "ob30.json", "jwt": "jwt"}[row.profile]
                (folder / f"{name}.{ending}").write_text(row.body)
        register.suspend(
            number=credential.number,
            officer_id=cast.person("eve").pk,
            reason="investigation",
            public_note="",
            use_key="1",
        )
        out = StringIO()
        call_command("export_static", str(folder / "export"), stdout=out)
        (folder / "said").write_text(out.getvalue())
        (folder / "kept.txt").write_text(Checkpoint.objects.get().note)
        transaction.set_rollback(True)
    return folder


@pytest.fixture
def mine(beside, tmp_path):
    """A copy of that folder, to do with as one likes."""
    return Path(shutil.copytree(beside, tmp_path / "mine"))


@pytest.fixture
def exported(mine):
    return mine / "export"


@pytest.fixture
def said(exported, monkeypatch, capsys):
    """Asks the verifier about a file beside the export; answers the exit code and the first word."""

    def ask(*given):
        monkeypatch.setattr(sys, "argv", ["verify.py", *map(str, given), "--from", str(exported)])
        code = VERIFY.main()
        ask.text = capsys.readouterr().out
        return code, ask.text.partition(":")[0]

    return ask


def altered(path, **changes):
    """The same credential with other members."""
    document = json.loads(path.read_text())
    other = path.with_name("altered.json")
    other.write_text(json.dumps(document | changes))
    return other


def test_a_fresh_process_tells_valid_from_suspended_by_what_another_server_serves(exported, mine):
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(exported))
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_address[1]}"
        alone = mine.parent / "verify.py"
        alone.write_bytes((exported / "verify.py").read_bytes())
        environment = {"PATH": os.environ["PATH"]}

        def answer(name):
            command = [sys.executable, "-I", str(alone), str(mine / name), "--from", place]
            ended = subprocess.run(
                command, capture_output=True, text=True, env=environment, cwd="/", check=False
            )
            return ended.returncode, ended.stdout.partition(":")[0], ended.stderr

        assert answer("ada.json") == (0, "valid", "")
        assert answer("ben.json") == (1, "revoked", "")
        server.shutdown()


def test_every_signed_form_is_checked(said, mine):
    assert [said(mine / f"ada.{form}") for form in ("json", "ob30.json", "jwt")] == [(0, "valid")] * 3
    assert "entered in the log as granted" in said.text
    assert [said(mine / f"ben.{form}") for form in ("json", "ob30.json", "jwt")] == [(1, "revoked")] * 3


def test_words_of_its_own_hide_nothing_that_was_signed(said, mine):
    """What was signed is all there, by another name; under the name that is looked at there is nothing."""
    whole = mine / "ben.json"
    document = json.loads(whole.read_text())
    status = "https://www.w3.org/2018/credentials#credentialStatus"
    renamed = {"hidden": document["credentialStatus"], "credentialStatus": []}
    own = {"@context": [*document["@context"], {"hidden": status}]}
    assert said(altered(whole, **own, **renamed)) == (1, "altered")
    assert said(altered(whole, **own)) == (1, "altered")
    assert said(altered(whole, **{status: document["credentialStatus"], "credentialStatus": []})) == (
        1, "altered",
    )  # fmt: skip
    subject = document["credentialSubject"] | {"@context": {"hidden": status}}
    assert said(altered(whole, credentialSubject=subject)) == (1, "altered")


def test_what_was_altered_is_told_from_what_is_of_somebody_else(said, mine):
    whole = mine / "ada.json"
    document = json.loads(whole.read_text())
    subject = document["credentialSubject"] | {"licenseNumber": "AIMS-LI-00000-00000-0"}
    changed = "Its signature does not fit"
    for changes, why in (
        ({"name": "Another"}, changed),
        ({"validUntil": "2099-01-01T23:59:59Z"}, changed),
        ({"credentialSubject": subject}, changed),
        ({"unheard": "of"}, "'unheard' is not a word of its contexts"),
        ({"credentialStatus": document["credentialStatus"][:1]}, changed),
        ({"proof": document["proof"] | {"proofPurpose": "authentication"}}, "made for something else"),
        ({"proof": document["proof"] | {"created": "2020-01-01T00:00:00Z"}}, changed),
        ({"proof": []}, "carries no proof"),
    ):
        assert (said(altered(whole, **changes)), why in said.text) == ((1, "altered"), True), said.text
    token = (mine / "ada.jwt").read_text()
    (mine / "other.jwt").write_text(token[:-8] + "AAAAAAAA")
    assert said(mine / "other.jwt") == (1, "altered")
    assert said(altered(whole, issuer={"id": "did:web:example.com"})) == (1, "foreign")
    for text in ("", "{", '{"a": 1, "a": 2}', '{"a": 1.5}', "[]", "[" * 100_000, "a.b.c"):
        (mine / "nothing").write_text(text)
        assert said(mine / "nothing")[0] == 3, text[:20]


def test_what_is_missing_out_of_date_or_unsigned_is_unknown_and_never_valid(said, exported, mine):
    whole = mine / "ada.json"
    later = f"{clock.now() + timedelta(days=3):%Y-%m-%d}"
    assert said(whole, "--at", later) == (2, "unknown")
    assert "To ask about that time, add: --at" in said.text
    listed = exported / "status" / "revocation-1"
    kept = listed.read_text()
    listed.write_text(json.dumps({key: value for key, value in json.loads(kept).items() if key != "proof"}))
    assert said(whole) == (2, "unknown")
    listed.write_bytes((exported / "status" / "suspension-1").read_bytes())
    assert said(whole) == (2, "unknown")
    listed.unlink()
    assert said(whole) == (2, "unknown")
    listed.write_text(kept)
    proof = next((exported / "credentials").glob(f"{json.loads(whole.read_text())['id'][-36:]}.tlog-proof"))
    text = proof.read_text()
    for wrong in (text.replace("index 0", "index 1"), text[:-9] + "AAAAAAA=\n", ""):
        proof.write_text(wrong)
        assert said(whole) == (2, "unknown")
    proof.write_text(text)
    (exported / "contexts" / "credentials-v2.json").write_text("{}")
    assert said(whole) == (2, "unknown")


def test_before_its_first_day_and_after_its_last_it_is_not_in_force(said, mine):
    assert said(mine / "ada.json", "--at", "2020-01-01") == (1, "expired")
    assert said(mine / "ada.json", "--at", "2099-01-01") == (1, "expired")


def test_the_whole_log_is_worked_out_from_its_tiles_and_held_against_a_witness(said, exported, mine):
    assert said("--log", "--witnessed", mine / "kept.txt") == (0, "valid")
    bundle = exported / "log" / "tile" / "entries" / "000.p" / "3"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"\0")
    assert said("--log") == (1, "altered")


def test_the_pages_name_nobody_and_every_file_is_listed(mine, exported):
    said = (mine / "said").read_text()
    assert said.endswith("certificates: 2, entries of the log: 3.\n")
    words = sorted(
        re.search(r"</svg>(\w+)</span>\s*</h1>", page.read_text())[1]
        for page in (exported / "v").rglob("*.html")
    )
    assert words == ["Suspended", "Valid"]
    everything = b"".join(path.read_bytes() for path in exported.rglob("*") if path.is_file())
    assert [name in everything for name in (b"Ada Kamau", b"Ben Okoro")] == [False, False]
    sums = dict(line.split("  ")[::-1] for line in (exported / "SHA256SUMS").read_text().splitlines())
    files = {str(path.relative_to(exported)) for path in exported.rglob("*") if path.is_file()}
    assert set(sums) == files - {"SHA256SUMS"}
    for page in exported.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="(?!https?:)([^"]+)"', page.read_text()):
            assert link.startswith("#") or (page.parent / link).is_file(), (page, link)
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_static", str(exported))


def test_the_verifier_brings_documents_into_the_same_form_as_the_library_that_signs(mine):
    class Shelf:
        def context(self, address):
            return contexts.kept()[address]["@context"]

    for path in [*mine.glob("*.json"), mine / "export" / "status" / "standing-1"]:
        document = json.loads(path.read_text())
        document.pop("proof")
        assert VERIFY.canonical(document, Shelf()) == canonical.nquads(document, contexts.shelf())


def test_the_verifier_knows_the_contexts_that_are_kept_here():
    sums = {
        address: (name, hashlib.sha256(Path(contexts.FOLDER, name).read_bytes()).hexdigest())
        for address, name in contexts.FILES.items()
    }
    assert sums == VERIFY.CONTEXTS


@pytest.mark.django_db
@pytest.mark.once
def test_the_lists_of_every_authority_go_along_and_no_lost_key_of_the_log_stands_among_the_good(
    tmp_path, settings
):
    settings.KEY_DIR, at = tmp_path / "keys", clock.now()
    first, lost = (keys.create(purpose=purpose, at=at) for purpose in (KeyPurpose.CA, KeyPurpose.LOG))
    authority = keys.rotate(purpose=KeyPurpose.CA, at=at, reason="yearly")
    make.schemes()
    make.certified(cast.person("ada"))
    keys.compromise(key_id=lost.key_id, since=at, at=at, reason="lost")
    exporting.export(folder=tmp_path / "export")
    folder = tmp_path / "export" / "keys"
    assert {path.stem for path in folder.glob("*.crl")} == {"ca", first.key_id, authority.key_id}
    good, gone = (
        (tmp_path / "export" / "log" / name).read_text() for name in ("keys.txt", "keys-compromised.txt")
    )
    assert len(good.splitlines()) == len(gone.splitlines()) == 1
    assert good != gone
    assert gone.strip().endswith(base64.b64encode(b"\x01" + raw(load(lost.public_key))).decode())


def test_what_carries_a_credential_is_checked_by_what_it_carries(said, mine):
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    plain = {"base_url": None, "language": "en", "title": "A", "created_at": datetime(2026, 1, 1, tzinfo=UTC)}

    def document(*bodies):
        attached = [
            pdf.Attachment(f"{at}.json", body.encode(), "for programs") for at, body in enumerate(bodies)
        ]
        return pdf.make("<html lang='en'><title>A</title><p>A", attachments=attached, **plain)

    for name, answer in (("ada", (0, "valid")), ("ben", (1, "revoked"))):
        body = (mine / f"{name}.json").read_text()
        (mine / "a.png").write_bytes(baking.png(out.getvalue(), body))
        (mine / "a.svg").write_text(baking.svg("<svg></svg>", body))
        (mine / "a.pdf").write_bytes(document(body))
        assert [said(mine / f"a.{kind}") for kind in ("png", "svg", "pdf")] == [answer] * 3
        assert ("compare what is drawn or printed" in said.text) == (name == "ada")
    (mine / "a.pdf").write_bytes(document(body, (mine / "ada.json").read_text()))
    (mine / "a.png").write_bytes(out.getvalue())
    (mine / "a.svg").write_bytes(b"<svg></svg>")
    assert [said(mine / f"a.{kind}") for kind in ("png", "svg", "pdf")] == [(3, "unreadable")] * 3
    assert "It carries 2 credentials" in said.text


@pytest.mark.parametrize("place", ["http://exa mple/", "http://127.0.0.1:1/"])
def test_an_export_that_cannot_be_reached_says_so_without_blaming_the_certificate(
    mine, place, monkeypatch, capsys
):
    monkeypatch.setattr(sys, "argv", ["verify.py", str(mine / "ada.json"), "--from", place])
    assert VERIFY.main() == VERIFY.CODES["unknown"]
    assert "The export has no" in capsys.readouterr().out


def test_a_day_that_is_none_is_said_of_the_option(mine, said, capsys):
    with pytest.raises(SystemExit):
        said(mine / "ada.json", "--at", "17.05.2031")
    assert "argument --at: invalid" in capsys.readouterr().err
