"""What is shown to do harm, or by mistake: answered in words, within limits, and never a fault of ours."""

import base64
import io
import json
import resource
import time
import zlib

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from pyhanko.pdf_utils import generic

from certificates import access
from certificates.actions import answering
from certificates.queries import badges as signed
from certificates.rules import baking, numbers
from certificates.rules.badges import Profile
from lms.web import isolation, pdf_reading, throttle, uploading
from tests.certificates.views.showing import ask, outcomes, show, updated

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NAME = generic.NameObject


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


@pytest.mark.once
def test_credentials_too_are_read_apart_whatever_carries_them(credential):
    body = signed.newest(credential.editions.get(), Profile.DEFAULT).body
    document = json.loads(body)
    spelled = json.dumps(document).encode()
    token = signed.newest(credential.editions.get(), Profile.JWT).body.encode()
    with isolation.place(), isolation.place():
        for sent in (spelled, token + b"\n", baking.svg("<svg></svg>", body).encode()):
            answer = Client().post("/api/v1/verify", {"document": SimpleUploadedFile("a", sent)})
            assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        answer = Client().post("/api/v1/verify", {"document": document}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        # Our own bytes are known by their digest, and hold nothing that could do harm.
        assert ask(body.encode())[1]["result"] == ask(token)[1]["result"] == "valid"
    assert ask(spelled)[1]["result"] == ask(document=document)[1]["result"] == "valid"


def graph(size):
    """Anonymous nodes, each of which knows all others: slow to bring into order."""
    nodes = [f"_:b{one}" for one in range(size)]
    knows = [{"id": node, "alignment": [{"id": other} for other in nodes]} for node in nodes]
    return {"@context": "https://www.w3.org/ns/credentials/v2", "credentialSubject": knows}


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")


HARMFUL = {
    "deep": b'{"a": ' * 40_000 + b"1" + b"}" * 40_000,
    "open": b"{" * 250_000,
    "twice": b'{"a": 1, "a": 2}',
    "nan": b'{"a": NaN, "b": -Infinity}',
    "digits": b'{"a": ' + b"9" * 250_000 + b"}",
    "fraction": b'{"a": 1e' + b"9" * 250_000 + b"}",
    "surrogate": b'{"a": "\\ud800"}',
    "many": b'{"a": [' + b"1," * 120_000 + b"1]}",
    "ten megabytes": b'{"a": "' + b"x" * 4_900_000 + b'"}',
    "graph": json.dumps(graph(60)).encode(),
    "no text": b"{\xff\xfe",
    "token": part({"alg": "RS256", "typ": "JWT", "kid": "x" * 90_000}) + b"." + part(graph(40)) + b"." + b"A" * 90_000,
    "token of depth": part({"alg": "none"}) + b"." + base64.urlsafe_b64encode(b"[" * 90_000) + b".AAAAAAAAAAAA",
}  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("sent", HARMFUL.values(), ids=HARMFUL)
def test_no_credential_made_to_do_harm_is_valid_or_takes_long(db, sent):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.process_time()
    status, told = ask(sent)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert time.process_time() - begun + spent < 2
    assert (status, told["result"] in ("not_valid", "unknown")) == (200, True)
    assert outcomes(told)["integrity"] != "passed"


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


def test_it_may_be_asked_so_often(db):
    codes = {ask(b"x")[0] for _ in range(61)}
    assert codes == {200, 429}
