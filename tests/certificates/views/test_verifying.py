"""Verification: what every asker is told, and what it costs."""

import csv
import io
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import html

from certificates.actions import amendments, erasure, register, sharing
from certificates.models import Credential
from certificates.queries import verification
from certificates.rules import numbers
from certificates.rules.standing import Happening
from certificates.templatetags.certificates import HAPPENED
from lms.db import clock, kept
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


def ask(path, **query):
    """A stranger without an account asks; returns (status, text without markup, the answer)."""
    answer = Client().get(path, query)
    return answer.status_code, " ".join(html.strip_tags(answer.content.decode()).split()), answer


def of(credential, **query):
    return ask(f"/v/{credential.number}/", **query)


def test_the_key_shows_every_printed_fact(credential):
    status, text, _ = of(credential, k=credential.share_key)
    assert status == 200
    assert "This certificate is valid today." in text
    edition = credential.editions.get()
    for fact in (
        "Ada Kamau",
        "Provisional Implementer",
        "ISO/IEC 42001 Lead Implementer, version 1",
        "Planning, implementing, monitoring",
        credential.number,
        edition.begins_on.isoformat(),
        edition.expires_on.isoformat(),
        "Auditorium Certification",
        "The Certification Board",
        edition.digest,
    ):
        assert fact in text, fact


def test_a_number_alone_shows_standing_scheme_level_and_dates_and_no_name(credential):
    status, text, _ = of(credential)
    assert status == 200
    assert "valid today" in text
    assert "Provisional Implementer" in text
    assert credential.editions.get().expires_on.isoformat() in text
    for hidden in ("Ada", "Kamau", "Scope", credential.share_key, credential.editions.get().digest):
        assert hidden not in text


@pytest.mark.parametrize("name", ["Ada Kamau", "kamau, ADA", "Áda Kamäu"])
def test_the_name_is_as_good_as_the_key(credential, name):
    _, text, _ = ask("/verify/", number=credential.number.lower(), name=name)
    assert "Compare line by line" in text
    assert "Ada Kamau" in text


def test_a_name_that_does_not_match_shows_nothing_more(credential):
    status, text, _ = ask("/verify/", number=credential.number, name="Dag Holm")
    assert status == 200
    assert f"The number {credential.number} exists. The name does not match as typed" in text
    for hidden in ("valid today", "Provisional", "Ada"):
        assert hidden not in text


@pytest.fixture
def corrected(credential, kai):
    """Ada's certificate was reissued today under the name Ada Wanjiru; she holds the old document still."""
    request = amendments.ask_for_name(
        number=credential.number,
        holder_id=credential.holder_id,
        name="Ada Wanjiru",
        reason="name-changed",
        evidence=io.BytesIO(make.PDF),
        file_name="passport.pdf",
    )
    amendments.grant_name(uuid=str(request.uuid), officer_id=kai.pk)
    return credential


def test_the_name_on_a_superseded_document_is_told_that_it_is_superseded_and_no_new_name(
    corrected, django_assert_num_queries
):
    on = clock.today().isoformat()
    status, text, _ = of(corrected, name="Kamau, Ada")
    assert status == 200
    assert (
        f"superseded by a corrected edition on {on}: it must not be relied upon. Ask for the new one." in text
    )
    assert "The name stands on a former document" in text
    for hidden in ("Wanjiru", "valid today", "does not match"):
        assert hidden not in text
    with django_assert_num_queries(1):  # the history is known by its revision
        asked = verification.Asked(corrected.number, "Ada Kamau")
        assert verification.answer(asked, at=clock.now()).view.standing == "superseded"
    for query in ({"name": "Ada Wanjiru"}, {"k": corrected.share_key}):
        text = of(corrected, **query)[1]
        assert "valid today" in text
        assert "Ada Wanjiru" in text
    assert "does not match" in of(corrected, name="Ada Holm")[1]


def test_programs_are_told_that_a_document_is_superseded(corrected):
    told = Client().get("/api/v1/verify", {"number": corrected.number, "name": "Ada Kamau"}).json()
    assert (told["name"], told["standing"], told["edition"]) == ("former", "superseded", 1)
    assert "holder" not in told
    asked = {"number": corrected.number, "name": "Ada Kamau"}
    told = Client().post("/api/v1/verify", asked, content_type="application/json").json()
    assert (told["result"], told["standing"], told["person"]) == ("not_valid", "superseded", "matches")
    assert told["reasons"] == ["superseded"]
    bulk = Client().post("/api/v1/verify/bulk", {"rows": [asked]}, content_type="application/json").json()
    assert [row["standing"] for row in bulk["answers"]] == ["superseded"]


def test_a_wrong_key_is_no_key(credential):
    _, text, _ = of(credential, k="wrong")
    assert "The holder has made a new link" in text
    assert "Ada" not in text


def test_what_the_holder_hides_the_link_does_not_show_and_the_name_does(credential, ada):
    sharing.show(
        number=credential.number,
        holder_id=ada.pk,
        hidden=["holder", "standing"],
        listed=False,
        country="",
        named=False,
    )
    text = of(credential, k=credential.share_key)[1]
    assert "The holder has hidden from this link: name." in text
    assert "Kamau" not in text
    assert credential.editions.get().digest not in text
    assert "Planning, implementing, monitoring" in text
    assert "Ada Kamau" in of(credential, k=credential.share_key, name="Kamau Ada")[1]
    assert "name does not match" in of(credential, k=credential.share_key, name="Dag Holm")[1]


def test_a_renewed_link_ends_the_old_one(credential, ada):
    old = credential.share_key
    sharing.renew_key(number=credential.number, holder_id=ada.pk)
    assert "Ada" not in of(credential, k=old)[1]
    credential.refresh_from_db()
    assert "Ada Kamau" in of(credential, k=credential.share_key)[1]


def test_a_pasted_link_is_taken_apart(credential):
    link = f"https://example.org/v/{credential.number}/?k={credential.share_key}"
    assert "Ada Kamau" in ask("/verify/", number=link)[1]


def test_an_officer_acts_and_the_page_says_so_at_once(credential, kai):
    told = {"number": credential.number, "officer_id": kai.pk}
    register.suspend(**told, reason="complaint-open", public_note="Under review.", use_key="1")
    text = of(credential)[1]
    assert "This certificate is suspended since" in text
    suspended = credential.events.get(kind="suspended")
    assert f"Recorded on {suspended.recorded_at:%Y-%m-%d %H:%M} UTC" in text
    assert "Under review." in text
    assert "looked into" not in text
    register.reinstate(**told, reason="complaint-closed", public_note="", use_key="2")
    assert "valid today" in of(credential)[1]
    register.withdraw(**told, reason="voluntary", public_note="", use_key="3")
    status, text, _ = of(credential)
    assert status == 200
    assert "was withdrawn on" in text
    assert "voluntary" not in text


def test_an_erased_one_has_the_same_page_whatever_comes_with_the_number(credential, kai):
    told = {"number": credential.number, "officer_id": kai.pk}
    register.withdraw(**told, reason="voluntary", public_note="", use_key="1")
    erasure.erase(**told, reason="holder-asked", use_key="2")
    for sent in ({}, {"name": "Ada Lovelace"}, {"k": credential.share_key}, {"k": "another"}):
        page = of(credential, **sent)[1]
        for said in ("The personal data was erased", "Provisional Implementer", "was withdrawn on"):
            assert said in page
        assert "Compare the name" not in page


def test_every_kind_of_event_has_its_word():
    assert {kind.value for kind in Happening} <= set(HAPPENED)


def test_it_says_due_expired_in_grace_and_expired_by_the_clock_alone(credential):
    away = (credential.editions.get().expires_on - clock.today()).days
    for days, words in (
        (away - 90, "renewal is due"),
        (away, "This certificate is valid today."),
        (away + 1, "This certificate has expired"),
        (away + 90, "Renewal is still open"),
    ):
        with clock.shifted(days=days):
            assert words in of(credential)[1], days
    with clock.shifted(days=away + 91):
        text = of(credential)[1]
        assert "This certificate has expired" in text
        assert "Renewal is still open" not in text


def test_a_past_day_is_answered_as_it_was(credential, kai):
    first = clock.today()
    with clock.shifted(days=10):
        register.withdraw(
            number=credential.number, officer_id=kai.pk, reason="error", public_note="", use_key="1"
        )
    with clock.shifted(days=20):
        assert "was withdrawn on" in of(credential)[1]
        text = of(credential, at=first.isoformat())[1]
        assert f"On {first.isoformat()} this certificate was valid." in text
        assert "Withdrawn" not in text
        before = of(credential, at="2020-01-01")[1]
        assert "On 2020-01-01 no certificate of this number had been granted." in before
        assert "Ada" not in of(credential, at="2020-01-01", k=credential.share_key)[1]


@pytest.mark.parametrize("day", ["2020-13-45", "yesterday", "9999-12-31", "", "2020-01-01\0"])
def test_a_day_that_cannot_be_answered_is_said_and_today_is_told(credential, day):
    status, text, _ = of(credential, at=day)
    assert status == 200
    assert "valid today" in text
    assert ("Write the day as" in text) or ("Nobody can answer" in text) or ("required" in text)


def test_a_typing_error_is_told_from_an_unknown_number_and_from_a_withdrawn_one(credential):
    number = credential.number
    # Numbers are drawn by lot: two neighbours may be the same.
    place = next(
        n for n in range(len(number) - 7, 0, -1) if number[n].isalnum() and number[n] != number[n + 1] != "-"
    )
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped != number
    status, text, _ = ask(f"/v/{swapped}/")
    assert (status, "This number has a typing error" in text) == (400, True)
    unknown = numbers.written("AIMS-LI", "0123456789")
    status, text, _ = ask("/verify/", number=unknown)
    assert (status, "This number is not in the register" in text) == (404, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "\0",
        "%00",
        "<script>",
        "AIMS-LA-7F3K9-2QXU4-T",
        "9" * 5000,
        "ﬁ" * 20,
        "https://[",
        "\u202e",
    ],
)
def test_any_text_gets_a_clear_sentence(schemes, text):
    status, said, _ = ask("/verify/", number=text, name=text)
    assert status in (400, 404)
    assert "number" in said


@pytest.mark.parametrize("path", ["/v/%00/", "/v/x/", "/v/%FF%FE/", "/v/" + "A" * 900 + "/", "/v/..%2F/"])
def test_any_address_gets_an_answer(schemes, path):
    assert Client().get(path).status_code in (400, 404)


def test_the_answer_is_kept_by_nobody_and_found_by_no_search_engine(credential):
    answer = of(credential)[2]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize("people", [3, 300])
def test_it_takes_the_same_few_statements_however_full_the_register(
    credential, people, django_assert_num_queries
):
    make.crowd(credential, people=people)
    client = Client()
    with django_assert_num_queries(3):
        client.get(f"/v/{credential.number}/", {"k": credential.share_key})
    kept.clear()
    with django_assert_num_queries(3):
        client.get("/verify/", {"number": credential.number, "name": "Ada Kamau"})
    with django_assert_num_queries(1):  # known by its revision
        client.get("/api/v1/verify", {"number": credential.number})


class TestTooOften:
    """Guessing is slowed down; nobody who has a document meets a wall."""

    def test_names_for_one_number_rest_after_twenty_that_do_not_match(self, credential):
        for guess in range(20):
            assert "does not match" in of(credential, name=f"Guess {guess}")[1]
        status, text, _ = of(credential, name="Ada Kamau")
        assert status == 200
        assert "No name is compared just now" in text
        assert "valid today" in text
        assert "Ada" not in text
        assert "Ada Kamau" in of(credential, k=credential.share_key)[1]
        with clock.shifted(hours=1):
            assert "Ada Kamau" in of(credential, name="Ada Kamau")[1]

    def test_an_address_that_misses_again_and_again_waits_and_others_do_not(self, credential):
        for place in range(60):
            ask("/verify/", number=numbers.written("AIMS-LI", f"{place:010d}"))
        status, text, answer = of(credential)
        assert (status, "go on working all the time" in text) == (429, True)
        assert answer["Retry-After"]
        assert of(credential, k=credential.share_key)[0] == 200
        assert of(credential, k="wrong")[0] == 429
        assert Client(REMOTE_ADDR="192.0.2.9").get(f"/v/{credential.number}/").status_code == 200
        assert self.api(credential.number).json()["code"] == "too-often"

    def test_a_list_is_no_way_around(self, credential):
        rows = [{"number": credential.number, "name": f"Guess {place}"} for place in range(30)]
        rows.append({"number": credential.number, "name": "Ada Kamau"})
        told = Client().post("/api/v1/verify/bulk", {"rows": rows}, "application/json").json()["answers"]
        assert [one["name"] for one in told] == ["differs"] * 20 + ["paused"] * 11
        assert "holder" not in told[-1]

    def test_what_is_left_is_said(self, credential):
        answer = self.api(credential.number)
        assert answer["RateLimit-Policy"] == '"asked";q=600;w=600'
        assert answer["RateLimit"].startswith('"asked";r=599;t=')

    def api(self, number):
        return Client().get("/api/v1/verify", {"number": number})


class TestLists:
    def post(self, text, **data):
        return Client().post("/verify/list/", {"text": text} | data)

    def test_every_row_is_answered_in_order_in_three_statements(self, credential, django_assert_num_queries):
        make.crowd(credential, people=40)
        known = list(Credential.objects.exclude(pk=credential.pk).values_list("number", flat=True))
        rows = [f"{credential.number};kamau ada", f"{credential.number};Dag", "nonsense", *known]
        rows.append(numbers.written("AIMS-LI", "ZZZZZZZZZZ"))
        with django_assert_num_queries(3):
            answer = self.post("\n".join(rows), **{"as": "file"})
        assert not answer.cookies
        table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row[3] for row in table] == [
            "Answer",
            "The name matches",
            "The name does not match",
            "Typing error: too short to be a number",
            *["Found"] * 40,
            "Not in the register",
        ]
        assert table[1][4:8] == [
            credential.number,
            "Valid",
            clock.today().isoformat(),
            "Provisional Implementer",
        ]
        assert table[2][4:] == [credential.number, "", "", "", "", "", "", clock.today().isoformat()]

    def test_a_file_does_as_well_and_the_page_shows_the_same(self, credential):
        table = SimpleUploadedFile("l.csv", f"Name;Number\nAda Kamau;{credential.number}".encode("utf-16"))
        page = self.post("", table=table).content.decode()
        assert "The name matches" in page
        assert "1 answer" in page

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "Paste a list"),
            (" \n ", "Paste a list"),
            ("AIMS-LI\n" * 1001, "This list has 1,001 rows"),
            ("x" * 600_000, "at most 524288 characters"),
        ],
    )
    def test_what_is_no_list_gets_a_sentence(self, schemes, text, says):
        answer = self.post(text)
        assert (answer.status_code, says in answer.content.decode()) == (400, True)


class TestForMachines:
    def ask(self, **query):
        return Client().get("/api/v1/verify", query)

    def test_a_number_alone(self, credential):
        answer = self.ask(number=credential.number)
        told = answer.json()
        assert answer["Cache-Control"] == "no-store"
        assert (told["standing"], told["marks"], told["name"]) == ("valid", [], "not_given")
        assert told["level"]["key"] == "provisional"
        assert told["expires_on"] == credential.editions.get().expires_on.isoformat()
        assert not {"holder", "scope", "digest"} & set(told)

    def test_with_the_name(self, credential):
        told = self.ask(number=credential.number, name="KAMAU ada").json()
        assert (told["holder"], told["name"]) == ("Ada Kamau", "matches")

    def test_a_list_gets_an_answer_or_a_problem_for_each_row(self, credential, django_assert_num_queries):
        rows = [{"number": credential.number}, {"number": "\0"}, {"number": "AIMS-LA-7F3K9-2QXM4-T"}]
        with django_assert_num_queries(3):
            answer = Client().post("/api/v1/verify/bulk", {"rows": rows}, "application/json")
        told = answer.json()["answers"]
        assert [one.get("standing") or one["code"] for one in told] == [
            "valid",
            "number-misspelt",
            "number-unknown",
        ]
        for wrong in ({"rows": []}, {"rows": rows * 334}, {}, {"rows": [{"number": "1" * 301}]}):
            refused = Client().post("/api/v1/verify/bulk", wrong, "application/json")
            assert (refused.status_code, refused.json()["code"]) == (422, "not-as-described")

    def test_the_history_names_every_change_and_edition_and_nobody(
        self, credential, kai, django_assert_num_queries
    ):
        register.suspend(
            number=credential.number,
            officer_id=kai.pk,
            reason="complaint-open",
            public_note="Open.",
            use_key="1",
        )
        with django_assert_num_queries(3):
            answer = Client().get(f"/api/v1/credentials/{credential.number}/history")
        told = answer.json()
        assert (told["standing"], [(one["kind"], one["note"]) for one in told["changes"]]) == (
            "suspended",
            [("granted", ""), ("suspended", "Open.")],
        )
        events = credential.events.order_by("recorded_at")
        when = [
            (one.effective_at.replace(microsecond=0), one.recorded_at.replace(microsecond=0))
            for one in events
        ]
        assert [
            (datetime.fromisoformat(one["effective_at"]), datetime.fromisoformat(one["recorded_at"]))
            for one in told["changes"]
        ] == when
        assert [one["edition"] for one in told["editions"]] == [1]
        assert "Kamau" not in answer.content.decode()
        assert Client().get("/api/v1/credentials/nonsense/history").json()["code"] == "number-misspelt"

    def test_the_description_names_what_is_answered(self, client):
        paths = client.get("/api/v1/openapi.json").json()["paths"]
        for path, method in (
            ("/api/v1/verify", "get"),
            ("/api/v1/verify/bulk", "post"),
            ("/api/v1/credentials/{number}/history", "get"),
        ):
            assert set(paths[path][method]["responses"]) == {"200", "404", "422", "429"}

    def test_with_another_name(self, credential):
        told = self.ask(number=credential.number, name="Dag Holm").json()
        assert told["name"] == "differs"
        assert "standing" not in told

    def test_on_another_day(self, credential):
        assert self.ask(number=credential.number, at="2020-01-01").json()["standing"] == "not_granted"

    @pytest.mark.parametrize(
        ("query", "status", "code"),
        [
            ({}, 422, "not-as-described"),
            ({"number": ""}, 422, "number-misspelt"),
            ({"number": "\0"}, 422, "number-misspelt"),
            ({"number": "AIMS-LA-7F3K9-2XQM4-T"}, 422, "number-misspelt"),
            ({"number": "AIMS-LA-7F3K9-2QXM4-T"}, 404, "number-unknown"),
            ({"number": "AIMS-LA-7F3K9-2QXM4-T", "at": "soon"}, 422, "no-such-day"),
            ({"number": "AIMS-LA-7F3K9-2QXM4-T", "at": "9000-01-01"}, 422, "no-such-day"),
        ],
    )
    def test_what_is_wrong_has_a_code_and_a_sentence(self, schemes, query, status, code):
        answer = self.ask(**query)
        assert answer["Content-Type"] == "application/problem+json"
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["title"].endswith(".")
