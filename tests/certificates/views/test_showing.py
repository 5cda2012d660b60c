"""A file shown to be verified: what was issued, and what was made of it."""

import io
import json
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.actions import amendments, badges, checkpoints, erasure, register
from certificates.models import Credential, Document
from certificates.queries import badges as signed
from certificates.queries import credentials
from certificates.rules import baking, numbers
from certificates.rules.badges import Profile
from lms.db import clock, copies
from lms.web import sealing
from tests import authorities
from tests.certificates.views.showing import ask, outcomes, show, updated

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NAME = generic.NameObject


def test_the_file_as_issued_is_genuine_and_valid(credential, issued):
    status, told = ask(issued)
    assert status == 200
    assert (told["result"], told["standing"], told["reasons"]) == ("valid", "valid", [])
    assert outcomes(told) == {
        "integrity": "passed",
        "issuer": "passed",
        "validity_period": "passed",
        "revocation": "passed",
        "suspension": "passed",
        "latest_document": "passed",
        "log_inclusion": "not_applicable",
    }
    assert told["credential"]["holder"] == "Ada Kamau"
    status, text = show(issued)
    assert status == 200
    assert "The file is genuine, and the certificate is valid today." in text
    asked = ("Is it genuine? Yes", "Is it in force today? Yes", "Is it the same document and person?")
    assert [question for question in asked if question not in text] == []
    assert "Ada Kamau" in text


def test_it_stands_in_the_log_as_soon_as_the_log_is_written(credential, issued):
    checkpoints.make()
    _, told = ask(issued)
    assert (told["result"], outcomes(told)["log_inclusion"]) == ("valid", "passed")


def test_what_never_came_into_the_log_is_not_called_valid(credential, issued):
    with clock.shifted(days=2):
        _, told = ask(issued)
    assert (told["result"], told["reasons"]) == ("unknown", ["not_in_log"])


@pytest.mark.parametrize(
    ("name", "person", "result"), [("Kamau, Ada", "matches", "valid"), ("Dag Moe", "differs", "not_valid")]
)
def test_whose_it_is_can_be_asked_with_it(credential, issued, name, person, result):
    _, told = ask(issued, name=name)
    assert (told["person"], told["result"]) == (person, result)


def test_a_genuine_file_of_a_suspended_certificate_is_not_valid(credential, issued, eve):
    register.suspend(
        number=credential.number, officer_id=eve.pk, reason="complaint", use_key="s", public_note=""
    )
    _, told = ask(issued)
    assert (told["result"], told["standing"], told["reasons"]) == ("not_valid", "suspended", ["suspended"])
    _, text = show(issued)
    assert "The file is genuine, and the certificate is not valid today." in text


def drawn_over(content):
    def change(update):
        overlay = generic.StreamObject(stream_data=b"q 1 1 1 rg 100 300 600 60 re f Q")
        page = update.find_page_for_modification(0)[0].get_object()
        page[NAME("/Contents")] = generic.ArrayObject([page.raw_get("/Contents"), update.add_object(overlay)])
        update.update_container(page)

    return updated(content, change)


def with_another_link(content):
    def change(update):
        page = update.find_page_for_modification(0)[0].get_object()
        for note in page["/Annots"]:
            note = note.get_object()
            if "/A" in note:
                note["/A"][NAME("/URI")] = generic.TextStringObject("https://verify.example/v/FORGED/")
                update.update_container(note)

    return updated(content, change)


def saved_again(content):
    out = io.BytesIO()
    writer.copy_into_new_writer(PdfFileReader(io.BytesIO(content))).write(out)
    return out.getvalue()


def without_its_seal(content):
    (seal,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return content[: content[: seal.byte_range[1]].rindex(b"%%EOF") + 6]


def sealed_by_another(content):
    return sealing.seal(without_its_seal(content), key=authorities.sealing_key(), at=clock.now())


def with_a_bit_turned(content):
    place = content.index(b"stream\n") + 200
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def cut_short(content):
    return content[:-2000]


def with_a_line_more(content):
    return content + b"\n"


ALTERED = [drawn_over, with_another_link, saved_again, without_its_seal, sealed_by_another, with_a_bit_turned,
           cut_short, with_a_line_more]  # fmt: skip
SAYS = {
    "drawn_over": "added_to",
    "with_another_link": "link_elsewhere",
    "without_its_seal": "seal_gone",
    "sealed_by_another": "seal_of_others",
}


@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__)
def test_no_alteration_of_a_file_is_genuine_and_none_is_a_fault(credential, issued, alter):
    altered = alter(issued)
    assert altered != issued
    status, told = ask(altered)
    assert status == 200
    assert told["result"] in ("not_valid", "unknown")
    assert outcomes(told)["integrity"] != "passed"
    wanted = SAYS.get(alter.__name__)
    if wanted:
        assert wanted in [one["what"] for one in told["document"]["differs"]]


def test_a_copy_shows_no_more_than_its_link_does(credential, issued):
    _, told = ask(without_its_seal(issued))
    assert told["credential"]["number"] == credential.number
    assert "holder" not in told["credential"]
    _, text = show(without_its_seal(issued))
    assert "Altered or re-saved Do not rely on this copy." in text
    assert "The institution’s electronic seal is gone." in text


def test_a_credential_is_verified_by_its_proof_whatever_its_bytes(credential):
    edition = credential.editions.get()
    for profile in Profile:
        body = signed.newest(edition, profile).body
        document = body if profile is Profile.JWT else json.loads(body)
        _, told = ask(document=document)
        assert (told["result"], told["reasons"]) == ("valid", []), profile
        assert show(body.encode(), "badge.json")[0] == 200


@pytest.mark.once
def test_a_credential_is_answered_for_a_day_gone_by_as_the_register_has_it(credential, eve):
    """Granted today, suspended after ten days, reinstated after twenty, its scope reduced after thirty."""
    first = credential.editions.get()
    today = clock.today()

    def after(days, content):
        day = (today + timedelta(days=days)).isoformat()
        told = ask(content, at=day)[1] if isinstance(content, bytes) else ask(document=content, at=day)[1]
        unknown = [check for check, outcome in outcomes(told).items() if outcome == "unknown"]
        return told["result"], told["standing"], unknown

    body = signed.newest(first, Profile.DEFAULT).body
    forms = [body.encode(), json.loads(body), signed.newest(first, Profile.JWT).body.encode()]
    forms.append(json.dumps(json.loads(signed.newest(first, Profile.OB30).body)).encode())
    checkpoints.make()
    asked = {"number": credential.number, "officer_id": eve.pk, "public_note": ""}
    with clock.shifted(days=10):
        register.suspend(**asked, reason="complaint-open", use_key="s")
    with clock.shifted(days=20):
        register.reinstate(**asked, reason="complaint-closed", use_key="r")
    with clock.shifted(days=30):
        less = {"scope": "Planning an AIMS", "reason": "holder-asked", "use_key": "c"}
        amendments.reduce_scope(**asked, **less)
    with clock.shifted(days=40):
        for content in forms:
            assert after(-1, content) == ("not_valid", "not_granted", []), content
            assert after(5, content) == ("valid", "valid", []), content
            assert after(15, content) == ("not_valid", "suspended", []), content
            assert after(25, content) == ("valid", "valid", []), content
            assert after(35, content) == ("not_valid", "superseded", []), content
            assert after(40, content)[:2] == ("not_valid", "superseded"), content


ALTERATIONS = {
    "a later end": lambda said: said.update(validUntil="2099-01-01T00:00:00Z"),
    "no end": lambda said: said.pop("validUntil"),
    "an earlier begin": lambda said: said.update(validFrom="2016-01-01T00:00:00Z"),
    "another title": lambda said: said["credentialSubject"]["achievement"].update(name="Master"),
    "easier criteria": lambda said: said["credentialSubject"]["achievement"].update(
        criteria={"narrative": "None"}
    ),
    "another subject": lambda said: said["credentialSubject"].update(
        id="urn:uuid:00000000-0000-0000-0000-000000000000"
    ),
    "no subject": lambda said: said.pop("credentialSubject"),
    "another issuer": lambda said: said["issuer"].update(id="did:web:x.example"),
    "the issuer as text": lambda said: said.update(issuer="did:web:x.example"),
    "no status": lambda said: said.pop("credentialStatus"),
    "another list": lambda said: said["credentialStatus"][0].update(
        statusListCredential="https://x.example/s"
    ),
    "another place": lambda said: said["credentialStatus"][0].update(statusListIndex="1"),
    "no proof": lambda said: said.pop("proof"),
    "another proof": lambda said: said["proof"].update(proofValue="z" + "1" * 87),
    "another suite": lambda said: said["proof"].update(cryptosuite="eddsa-jcs-2022"),
    "a context of one's own": lambda said: said["@context"].append({"validUntil": "https://x.example/u"}),
    "a member more": lambda said: said.update(evidence=[{"id": "https://x.example/e", "type": ["Evidence"]}]),
    "another type": lambda said: said.update(type=["VerifiableCredential"]),
}


def test_no_alteration_of_a_credential_is_valid_and_none_is_a_fault(credential):
    issued = signed.newest(credential.editions.get(), Profile.DEFAULT).body
    for name, alter in ALTERATIONS.items():
        document = json.loads(issued)
        alter(document)
        status, told = ask(document=document)
        assert (name, status, told["result"]) == (name, 200, "not_valid")


def test_nothing_that_is_shown_is_kept(credential, issued, settings, monkeypatch, tmp_path):
    """Neither a file, in our folders or the machine's for what passes, nor a row."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)

    def state():
        folders = (Path(settings.MEDIA_ROOT), tmp_path)
        files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
        with connection.cursor() as cursor:
            return files, copies.rows(cursor)

    def asked():
        assert ask(issued)[1]["result"] == "valid"
        assert show(issued + b"% more")[0] == 200

    asked()  # what first questions make by themselves, such as lists that are signed, is there
    before = state()
    asked()
    now = state()
    assert {name: (rows, before[1][name]) for name, rows in now[1].items() if rows != before[1][name]} == {}
    assert now[0] == before[0]


def test_a_number_gets_the_same_answer(credential):
    _, told = ask(number=credential.number, name="Ada Kamau")
    assert (told["result"], told["person"], told["document"]) == ("valid", "matches", None)
    assert outcomes(told)["integrity"] == "not_applicable"
    _, told = ask(number=credential.number, name="Dag Moe")
    assert (told["result"], told["reasons"]) == ("not_valid", ["name_differs"])
    assert told["credential"] == {"number": credential.number}
    unknown = numbers.written("AIMS-LI", "0" * 10)
    _, told = ask(number=unknown)
    assert (told["result"], told["reasons"]) == ("not_valid", ["number_unknown"])
    status, told = ask(number=credential.number[:-1] + "?")
    assert (status, told["code"]) == (422, "number-misspelt")


def test_after_an_erasure_the_file_is_still_known_and_names_nobody(credential, issued, eve):
    register.withdraw(
        number=credential.number, officer_id=eve.pk, reason="holder-request", use_key="w", public_note=""
    )
    erasure.erase(number=credential.number, officer_id=eve.pk, reason="asked", use_key="e")
    _, told = ask(issued)
    assert (told["result"], outcomes(told)["integrity"]) == ("not_valid", "passed")
    assert "holder" not in told["credential"]


def test_a_badge_as_it_was_given_out_is_genuine_and_saved_again_it_is_not(credential):
    edition = credential.editions.get()
    given = Client().get(f"/credentials/{edition.uuid}.png").content
    _, told = ask(given)
    assert (told["result"], told["document"]["kind"]) == ("valid", "png")
    out = io.BytesIO()
    text = PngInfo()
    text.add_itxt("openbadgecredential", baking.from_png(given))
    Image.open(io.BytesIO(given)).save(out, "PNG", pnginfo=text)
    _, told = ask(out.getvalue())
    assert (told["result"], told["reasons"]) == ("not_valid", ["altered"])
    assert told["document"]["differs"] == [{"what": "bytes", "shown": "", "issued": ""}]


@pytest.mark.once
@pytest.mark.parametrize(
    ("named", "hidden", "told_of"),
    [
        (False, [], set()),
        (False, ["holder"], set()),
        (True, ["holder"], {"holder", "scope"}),
        (True, ["holder", "scope"], {"holder"}),
    ],
)
def test_a_badge_tells_the_name_where_it_bears_it_and_nothing_that_is_hidden(
    credential, named, hidden, told_of
):
    Credential.objects.update(named_badge=named, hidden=hidden)
    edition = credential.editions.get()
    badges.make(edition_id=edition.pk)
    for ending in ("png", "svg", "json", "jwt"):
        given = Client().get(f"/credentials/{edition.uuid}.{ending}").content
        _, told = ask(given)
        assert (told["result"], told["document"]["kind"]) == ("valid", ending)
        assert {"holder", "scope"} & told["credential"].keys() == told_of, ending
        _, text = show(given, f"badge.{ending}")
        assert ("Ada Kamau" in text) == named, ending


def test_the_certificate_is_given_out_by_its_address_to_the_holder_and_with_their_link(
    credential, issued, ada, dag, signed_in
):
    address = f"/credentials/{credential.editions.get().uuid}.pdf"
    answer = signed_in(ada).get(address)
    assert b"".join(answer.streaming_content) == issued
    answer = Client().get(address, {"k": credential.share_key})
    assert b"".join(answer.streaming_content) == issued
    assert Client().get(address).status_code == 403
    assert signed_in(dag).get(address, {"k": "wrong"}).status_code == 403
    Credential.objects.update(hidden=["holder"])
    assert Client().get(address, {"k": credential.share_key}).status_code == 403


@pytest.mark.once
def test_a_document_whose_file_is_lost_is_a_sentence_and_no_fault(credential, issued, ada, signed_in):
    document = Document.objects.get()
    default_storage.delete(document.file.name)
    answer = signed_in(ada).get(f"/credentials/{credential.editions.get().uuid}.pdf")
    assert (answer.status_code, answer.json()["code"]) == (503, "unreadable")
    answer = signed_in(ada).get(f"/certificates/{credential.number}/certificate.pdf", follow=True)
    assert "can’t be read at the moment" in answer.content.decode()
    # What replaced it while it was asked for is found.
    name = default_storage.save("certificates/next.pdf", ContentFile(issued))
    Document.objects.update(file=name)
    with credentials.opened(document) as found:
        assert found.read() == issued
