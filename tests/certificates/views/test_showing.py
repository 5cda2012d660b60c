"""A file shown to be verified: what was issued, and what was made of it."""

import io
import json
import time
import zlib

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils import html
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pyhanko.pdf_utils import generic, writer
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates import access
from certificates.actions import answering, badges, checkpoints, documents, erasure, register
from certificates.models import Credential, Document
from certificates.queries import badges as signed
from certificates.rules import baking, numbers
from certificates.rules.badges import Profile
from lms.db import clock
from lms.web import isolation, pdf_reading, sealing, throttle, uploading
from tests import authorities
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
NAME = generic.NameObject


@pytest.fixture
def credential(schemes, ada):
    credential = make.certified(ada)
    documents.make_document(edition_id=credential.editions.get().pk)
    return credential


@pytest.fixture
def issued(credential):
    """The file as it was issued."""
    with Document.objects.get().file.open("rb") as stored:
        return stored.read()


def show(content, name="certificate.pdf", **fields):
    """A stranger shows a file on the page; returns (status, text without markup)."""
    answer = Client().post("/verify/", {"file": SimpleUploadedFile(name, content), **fields})
    return answer.status_code, " ".join(html.strip_tags(answer.content.decode()).split())


def ask(content=None, **fields):
    """The same by the interface, a file as a form or anything else as JSON."""
    if content is not None:
        answer = Client().post("/api/v1/verify", {"document": SimpleUploadedFile("a", content), **fields})
    else:
        answer = Client().post("/api/v1/verify", json.dumps(fields), content_type="application/json")
    return answer.status_code, answer.json()


def outcomes(told):
    return {check["id"]: check["outcome"] for check in told["checks"]}


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


def updated(content, change):
    """The file with a revision appended by some program."""
    update = IncrementalPdfFileWriter(io.BytesIO(content))
    change(update)
    out = io.BytesIO()
    update.write(out)
    return out.getvalue()


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


def test_an_altered_credential_is_not_valid(credential):
    document = json.loads(signed.newest(credential.editions.get(), Profile.DEFAULT).body)
    document["validUntil"] = "2099-01-01T00:00:00Z"
    status, told = ask(document=document)
    assert (status, told["result"], told["reasons"][0]) == (200, "not_valid", "altered")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04", "This file can’t be read"),
        (b"%PDF-1.7 and nothing", "This file can’t be read"),
        (b"\x89PNG\r\n\x1a\n", "This file can’t be read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This file can’t be read"),
        (b"{" * 100_000, "as anything that we issued"),
    ],
)
def test_what_cannot_be_read_is_answered_in_words(credential, content, says):
    status, text = show(content, "x")
    assert status == 200
    assert says in text
    status, told = ask(content)
    assert status == 200
    assert told["result"] != "valid"


def pdf_with(attached, stream=b"<< /Length 0 >>\nstream\n\nendstream"):
    """A PDF by hand: `attached` stands as its associated files, `stream` is its object 3."""
    content, places = b"%PDF-1.7\n", []
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /AF " + attached + b" >>",
        b"<< /Type /Pages /Count 0 /Kids [] >>",
        stream,
    ]
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in places)
    return content + table + b"trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n%d\n%%%%EOF\n" % len(content)


def packed(filtered, data):
    return b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(data), filtered, data)


PREDICTED = b"/FlateDecode /DecodeParms << /Predictor 15 /Columns 1 >>"


@pytest.mark.once
@pytest.mark.parametrize(
    "stream",
    [
        packed(b"/FlateDecode", b"no Flate at all"),
        packed(b"/DCTDecode", b"x"),
        packed(b"/LZWDecode", b"x"),
        packed(PREDICTED, zlib.compress(b"\x09\x09" * 9)),
    ],
    ids=["flate", "dct", "lzw", "predictor"],
)
def test_an_attachment_that_cannot_be_unpacked_makes_a_file_unreadable(db, stream):
    content = pdf_with(b"[ << /EF << /F 3 0 R >> /UF (a.json) >> ]", stream)
    with pytest.raises(ValueError, match="no PDF that can be read"):
        pdf_reading.facts(content)
    if b"Predictor" in stream:
        status, told = ask(content)
        assert (status, told["result"], told["reasons"]) == (200, "unknown", ["unreadable"])


@pytest.mark.once
def test_a_reader_that_fails_makes_a_file_unreadable_and_no_fault(db, monkeypatch):
    monkeypatch.setattr(answering, "READER", "tests.lms.web.misreading:not_there")
    status, told = ask(b"%PDF-1.7")
    assert (status, told["result"], told["reasons"]) == (200, "unknown", ["unreadable"])


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b'{"document": {"a": 1, "a": 2}}', "a key stands twice"),
        (b'{"number": "a", "number": "b"}', "a key stands twice"),
        (b'{"document": {"a": NaN}}', "it holds NaN"),
        (b'{"document": {"a": "\\ud800"}}', "half a surrogate"),
        (b'{"number": "a", "name": "\\ud800"}', "half a surrogate"),
        (b'{"document": ' + b"[" * 200_000, "it is not JSON"),
        (b'{"document": ' + b"[" * 2_000_000, "too large"),
        (b'{"document": {"a": ' + b"[" * 30 + b"]" * 30 + b"}}", "too deep"),
    ],
    ids=["twice", "twice-beside", "nan", "surrogate", "surrogate-beside", "deep", "large", "deeper"],
)
def test_what_is_written_ambiguously_is_refused_and_never_for_long(db, sent, says):
    begun = time.process_time()
    answer = Client().post("/api/v1/verify", sent, content_type="application/json")
    assert time.process_time() - begun < 2
    assert (answer.status_code, answer.json()["code"]) == (422, "not-as-described")
    assert says in answer.json()["title"]


@pytest.mark.once
def test_half_a_surrogate_pair_for_a_key_is_refused_in_words(credential):
    status, told = ask(number=credential.number, k="\ud800")
    assert (status, told["code"]) == (422, "not-as-described")
    for place in ("/api/v1/verify", f"/v/{credential.number}/"):
        asked = Client().get(f"{place}?number={credential.number}&k=%ED%A0%80&name=%ED%A0%80")
        assert asked.status_code == 200


@pytest.mark.once
def test_a_file_may_name_three_certificates_and_each_counts_as_asked(credential, issued):
    guesses = [numbers.written("AIMS-LI", f"{one:010d}") for one in range(9)]

    def full_of(links):
        def change(update):
            page = update.find_page_for_modification(0)[0].get_object()
            notes = [
                generic.DictionaryObject({NAME("/A"): generic.DictionaryObject({
                    NAME("/URI"): generic.TextStringObject(f"https://a.example/v/{link}/")})})
                for link in links
            ]  # fmt: skip
            page[NAME("/Annots")] = generic.ArrayObject(notes)
            update.update_container(page)
            for part in ("/AF", "/Names"):
                update.root.pop(NAME(part), None)
            update.update_root()

        return updated(issued, change)

    asker = "127.0.0.1"
    _, told = ask(full_of([*guesses[:2], guesses[0], credential.number]))
    assert told["credential"]["number"] == credential.number
    assert (throttle.seen(access.MISSED, asker).used, throttle.seen(access.ASKED, asker).used) == (2, 3)
    _, told = ask(full_of([*guesses, credential.number]))
    assert told["credential"] is None
    assert throttle.seen(access.MISSED, asker).used == 5


@pytest.mark.once
def test_names_tried_with_a_file_count_against_the_number(credential, issued):
    for tried in range(access.NAMED.most):
        assert ask(issued, name=f"No {tried}")[1]["person"] == "differs"
    assert ask(issued, name="Ada Kamau")[1]["person"] == "not_compared"
    assert ask(number=credential.number, name="Ada Kamau")[1]["person"] == "not_compared"


def test_what_takes_too_much_is_answered_in_words(credential):
    status, told = ask(pdf_with(b"[" * 50_000 + b"]" * 50_000))
    assert (status, told["result"], told["reasons"]) == (200, "unknown", ["too_much"])


def test_too_large_a_file_is_refused(credential):
    status, text = show(b"%PDF-" + b"0" * 5_000_001)
    assert status == 413
    assert "larger than 5 MB" in text
    status, told = ask(b"%PDF-" + b"0" * 5_000_001)
    assert (status, told["code"]) == (413, "too-large")


@pytest.mark.once
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/json", "application/pdf"])
def test_what_says_that_it_is_too_large_or_says_nothing_is_refused_before_it_is_read(db, kind):
    class Unread(io.RawIOBase):
        def read(self, size=-1):
            raise AssertionError("it was read")

    for length, status, code in [("10000000", 413, "too-large"), (None, 411, "no-length")]:
        for door in ("/api/v1/verify", "/verify/"):
            beside = {"CONTENT_LENGTH": length} if length else {"HTTP_TRANSFER_ENCODING": "chunked"}
            answer = Client().generic("POST", door, b"", kind, **{"wsgi.input": Unread()}, **beside)
            assert answer.status_code == status
            if door.startswith("/api/"):
                assert answer.json()["code"] == code
            else:
                assert "This file was not read" in answer.content.decode()


@pytest.mark.once
def test_many_files_in_one_form_are_stopped_at_the_limit_of_one(db):
    files = {f"file{one}": SimpleUploadedFile("a.pdf", b"x" * 400) for one in range(3)}
    request = RequestFactory().post("/verify/", files)
    uploading.bound(request, 1200)
    assert [file.read() for file in request.FILES.values()] == [b"x" * 400] * 3
    for file in files.values():
        file.seek(0)
    request = RequestFactory().post("/verify/", files)
    uploading.bound(request, 1199)
    with pytest.raises(RequestDataTooBig):
        len(request.FILES)


@pytest.mark.once
def test_a_third_who_shows_a_file_at_once_is_told_to_come_back(credential, issued):
    copy = issued + b"\n"
    with isolation.place():
        assert ask(copy)[0] == 200
        with isolation.place():
            answer = Client().post("/api/v1/verify", {"document": SimpleUploadedFile("a", copy)})
            assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "10")
            status, text = show(copy)
            assert (status, "Send it again in ten seconds" in text) == (503, True)
            assert ask(issued)[1]["result"] == "valid"
    assert show(copy)[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"{}",
        b"nonsense",
        b'{"number": 1}',
        b'{"number": "x", "document": "y"}',
        b'{"document": 7}',
    ],
)
def test_what_is_not_as_described_is_refused_in_words(db, sent):
    answer = Client().post("/api/v1/verify", sent, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["code"] == "not-as-described"


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


def test_it_may_be_asked_so_often(db):
    codes = {ask(b"x")[0] for _ in range(61)}
    assert codes == {200, 429}
