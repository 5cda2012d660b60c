"""An exam that asks for Safe Exam Browser, seen from browsers that are it, are not, or only say so."""

import json
import plistlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from exams import access
from exams.actions import safe_browser as actions
from exams.actions import sittings
from exams.models import Exam, Incident, Sitting
from exams.queries import sittings as queries
from exams.rules import responses as responses_rules
from exams.rules import safe_browser as rules
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

PUBLIC = "https://exams.example.org"
ALLOWED = "b" * 64


@pytest.fixture(autouse=True)
def public_url(settings: Any) -> None:
    settings.PUBLIC_URL = PUBLIC


@pytest.fixture
def exam() -> Exam:
    return make.exam(safe_browser=True)


@pytest.fixture
def sitting(exam: Exam, ada: Any) -> Sitting:
    return make.running(exam, ada)


@pytest.fixture
def browser(ada: Any, signed_in: Any) -> Client:
    return signed_in(ada)


def config_key(exam: Exam) -> str:
    return rules.key_of(access.safe_browser_addresses(exam))


def headers(exam: Exam, path: str, *, key: str | None = None, exam_key: str = "") -> dict[str, str]:
    """What Safe Exam Browser says when it asks for a path."""
    url = PUBLIC + path.partition("#")[0]
    said = {"X-SafeExamBrowser-ConfigKeyHash": rules.request_hash(url=url, key=key or config_key(exam))}
    if exam_key:
        said["X-SafeExamBrowser-RequestHash"] = rules.request_hash(url=url, key=exam_key)
    return said


def pages(sitting: Sitting) -> list[str]:
    names = {"paper": [], "page": [1], "review": [], "submit": []}
    return [reverse(f"exams:{name}", args=[sitting.uuid, *more]) for name, more in names.items()]


def entry_of(sitting: Sitting) -> str:
    return reverse("exams:entry", args=[sitting.entry.uuid])


def proven(browser: Client, sitting: Sitting, onward: str, *, keys: tuple[str, str] | None = None) -> Any:
    """Goes the way of a page that shows itself by script; returns the answer to its post."""
    check = reverse("exams:safe_browser", args=[sitting.entry.uuid])
    asked = browser.get(check, {"next": onward})["Location"]
    assert browser.get(asked).status_code == 200
    given = keys or (config_key(sitting.exam), ALLOWED)
    config, exam_key = (rules.request_hash(url=PUBLIC + asked, key=key) for key in given)
    return browser.post(asked, {"config_key": config, "exam_key": exam_key})


def saved(sitting: Sitting) -> dict[int, Any]:
    return responses_rules.current(queries.events(sitting.pk))


# --- pages ---------------------------------------------------------------------------------------------


def test_every_page_of_the_paper_is_shown_in_safe_exam_browser_only(browser, sitting) -> None:
    for path in pages(sitting):
        assert browser.get(path, headers=headers(sitting.exam, path)).status_code == 200
        refused = browser.get(path)
        text = refused.content.decode()
        assert refused.status_code == 403
        assert "This exam needs Safe Exam Browser" in text
        assert "every answer that was saved is safe" in text
        assert "Answer 1 to" not in text
        assert "no-store" in refused["Cache-Control"]
        assert browser.get(path, headers=headers(sitting.exam, path, key="c" * 64)).status_code == 403


def test_a_hash_of_another_address_does_not_open_a_page(browser, sitting) -> None:
    paper, page, *_ = pages(sitting)
    assert browser.get(page, headers=headers(sitting.exam, paper)).status_code == 403
    assert browser.get(f"{page}?a=b", headers=headers(sitting.exam, page)).status_code == 403
    asked = f"{page}?a=b%2Fc&d=%C3%A9"
    assert browser.get(asked, headers=headers(sitting.exam, asked)).status_code == 200


def test_the_host_header_has_no_say(browser, sitting, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    path = pages(sitting)[0]
    elsewhere = rules.request_hash(url=f"http://else.example{path}", key=config_key(sitting.exam))
    said = {"X-SafeExamBrowser-ConfigKeyHash": elsewhere, "Host": "else.example"}
    assert browser.get(path, headers=said).status_code == 403


def test_with_a_list_of_browser_exam_keys_one_of_them_is_asked_for(ada, browser) -> None:
    exam = make.exam(safe_browser=True, safe_browser_keys=["a" * 64, ALLOWED])
    path = pages(make.running(exam, ada))[0]
    assert browser.get(path, headers=headers(exam, path)).status_code == 403
    assert browser.get(path, headers=headers(exam, path, exam_key="c" * 64)).status_code == 403
    assert browser.get(path, headers=headers(exam, path, exam_key=ALLOWED)).status_code == 200


def test_an_exam_that_asks_for_no_browser_looks_at_no_header(ada, browser) -> None:
    sitting = make.running(make.exam(), ada)
    path = pages(sitting)[0]
    assert browser.get(path, headers={"X-SafeExamBrowser-ConfigKeyHash": "x"}).status_code == 200
    assert browser.get(reverse("exams:safe_browser", args=[sitting.entry.uuid])).status_code == 404
    assert browser.get(reverse("exams:safe_browser_file", args=[sitting.entry.uuid])).status_code == 404
    assert browser.get("/exams/small/leave/").status_code == 404


def test_a_receipt_may_be_read_anywhere(browser, sitting) -> None:
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    answer = browser.get(reverse("exams:receipt", args=[sitting.uuid]))
    assert answer.status_code == 200
    assert "/exams/small/leave/" in answer.content.decode()


def test_a_paused_sitting_asks_too(browser, sitting) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(state="paused", paused_at=clock.now())
    path = pages(sitting)[0]
    assert browser.get(path).status_code == 403
    assert browser.get(path, headers=headers(sitting.exam, path)).status_code == 200


def test_the_check_of_a_page_costs_no_statement(ada, browser) -> None:
    counts = []
    for key, wanted in (("plain", False), ("guarded", True)):
        exam = make.exam(key, safe_browser=wanted)
        path = pages(make.running(exam, ada))[1]
        browser.get(path, headers=headers(exam, path))
        with statements() as said:
            assert browser.get(path, headers=headers(exam, path)).status_code == 200
        counts.append(len(said))
    assert counts[0] == counts[1]


# --- the start -----------------------------------------------------------------------------------------


def test_a_sitting_starts_in_safe_exam_browser_only(exam, ada, browser) -> None:
    sitting = make.entered(exam, ada)
    path = entry_of(sitting)
    outside = browser.get(path).content.decode()
    assert "Go on in Safe Exam Browser" in outside
    assert "safe-browser.js" in outside
    assert "Start the exam now" not in outside
    refused = browser.post(path)
    assert refused.status_code == 403
    assert "Nothing has started yet" in refused.content.decode()
    sitting.refresh_from_db()
    assert sitting.started_at is None
    assert browser.post(path, headers=headers(exam, path, key="c" * 64)).status_code == 403
    inside = browser.get(path, headers=headers(exam, path)).content.decode()
    assert "Start the exam now" in inside
    assert "safe-browser.js" not in inside
    assert browser.post(path, headers=headers(exam, path))["Location"] == pages(sitting)[0]


def test_where_safe_exam_browser_begins_leads_to_the_persons_own_entry(exam, ada, browser, client) -> None:
    assert client.get("/exams/small/sit/").url == "/accounts/login/?next=/exams/small/sit/"
    assert browser.get("/exams/small/sit/").url == "/exams/small/enter/"
    sitting = make.entered(exam, ada)
    assert browser.get("/exams/small/sit/").url == entry_of(sitting)
    Exam.objects.update(offered=False)
    assert browser.get("/exams/small/sit/").url == entry_of(sitting)
    assert browser.get("/exams/none/sit/").status_code == 404


def test_the_exams_page_says_so_before_paying(exam, client) -> None:
    assert "Safe Exam Browser only" in client.get("/exams/small/").content.decode()


# --- the script's way ----------------------------------------------------------------------------------


def test_a_page_that_shows_itself_by_script_gets_in_for_ten_minutes(browser, sitting) -> None:
    paper = pages(sitting)[0]
    answer = proven(browser, sitting, paper)
    assert (answer.status_code, answer["Location"]) == (302, paper)
    cookie = answer.cookies[access.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert browser.get(paper).status_code == 200
    with clock.shifted(minutes=9):
        assert browser.get(paper).status_code == 200


def test_a_pass_runs_out(ada, browser) -> None:
    exam = make.exam(safe_browser=True, minutes=60)
    sitting = make.running(exam, ada)
    paper = pages(sitting)[0]
    proven(browser, sitting, paper)
    with clock.shifted(minutes=11):
        assert browser.get(paper).status_code == 403
        assert proven(browser, sitting, paper)["Location"] == paper
        assert browser.get(paper).status_code == 200


@pytest.mark.parametrize("keys", [("c" * 64, ALLOWED), ("", "")])
def test_wrong_hashes_give_no_pass_and_the_page_says_what_to_do(browser, sitting, keys) -> None:
    answer = proven(browser, sitting, pages(sitting)[0], keys=keys)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "Not with this exam" in text
    assert "safe-browser.js" not in text, "it must not go round in circles"
    assert access.COOKIE not in answer.cookies
    assert browser.get(pages(sitting)[0]).status_code == 403


def test_another_browser_is_told_what_to_do_and_blamed_for_nothing(browser, sitting) -> None:
    asked = browser.get(reverse("exams:safe_browser", args=[sitting.entry.uuid]))["Location"]
    answer = browser.post(asked, {"config_key": "", "exam_key": ""})
    assert answer.status_code == 403
    assert "Open in Safe Exam Browser" in answer.content.decode()
    assert "Not with this exam" not in answer.content.decode()


def test_hashes_of_an_earlier_question_are_worth_nothing(browser, sitting) -> None:
    check = reverse("exams:safe_browser", args=[sitting.entry.uuid])
    first = browser.get(check)["Location"]
    recorded = rules.request_hash(url=PUBLIC + first, key=config_key(sitting.exam))
    with clock.shifted(minutes=1):
        second = browser.get(check)["Location"]
        assert browser.post(second, {"config_key": recorded}).status_code == 403
    with clock.shifted(minutes=3):
        late = browser.post(first, {"config_key": recorded})
        assert (late.status_code, access.COOKIE in late.cookies) == (302, False)


@pytest.mark.parametrize("question", ["x", "1.x", "9" * 30, "-1.é", "1764230400.AAAA"])
def test_a_question_that_was_never_asked_is_asked_anew(browser, sitting, question) -> None:
    path = reverse("exams:safe_browser_answer", args=[sitting.entry.uuid, question])
    assert browser.post(path)["Location"].startswith(reverse("exams:safe_browser", args=[sitting.entry.uuid]))


def test_a_pass_is_bound_to_the_entry_and_the_person(ada, ben, browser, signed_in, sitting) -> None:
    proven(browser, sitting, pages(sitting)[0])
    value = browser.cookies[access.COOKIE].value
    other = make.running(make.exam("other", safe_browser=True), ada)
    assert browser.get(pages(other)[0]).status_code == 403
    bens = make.running(sitting.exam, ben)
    stranger = signed_in(ben)
    stranger.cookies[access.COOKIE] = value
    assert stranger.get(pages(bens)[0]).status_code == 403


@pytest.mark.parametrize("onward", ["https://else.example/", "//else.example", "/exams/", "/entries/x", ""])
def test_only_a_page_of_this_sitting_is_gone_on_to(browser, sitting, onward) -> None:
    assert proven(browser, sitting, onward)["Location"] == entry_of(sitting)


def test_foreign_entries_are_not_found(dag, signed_in, sitting) -> None:
    stranger, entry = signed_in(dag), sitting.entry.uuid
    question = access.stamp("question", about=entry, person_id=dag.pk, at=clock.now())
    for path in (
        reverse("exams:safe_browser", args=[entry]),
        reverse("exams:safe_browser_answer", args=[entry, question]),
        reverse("exams:safe_browser_file", args=[entry]),
    ):
        assert stranger.get(path).status_code == 404


# --- the file ------------------------------------------------------------------------------------------


def test_the_file_is_for_its_candidate_and_has_the_key_that_is_asked_for(browser, sitting) -> None:
    answer = browser.get(reverse("exams:safe_browser_file", args=[sitting.entry.uuid]))
    assert answer["Content-Disposition"] == 'attachment; filename="small.seb"'
    values = plistlib.loads(answer.content)
    assert values["startURL"] == f"{PUBLIC}/exams/small/sit/"
    assert rules.config_key(values) == config_key(sitting.exam)


def test_the_link_into_safe_exam_browser_needs_no_login_for_a_day(browser, client, sitting) -> None:
    text = browser.get(pages(sitting)[0]).content.decode()
    link = urlsplit(text.partition('href="sebs://')[2].partition('"')[0])
    signed = parse_qs(link.query)["signed"][0]
    path = reverse("exams:safe_browser_file", args=[sitting.entry.uuid])
    assert link.path == f"exams.example.org{path}"
    assert client.get(path, {"signed": signed}).status_code == 200
    assert client.get(path, {"signed": f"{signed}x"}).status_code == 302
    assert client.get(path).url.startswith("/accounts/login/")
    with clock.shifted(days=2):
        assert client.get(path, {"signed": signed}).status_code == 302


def test_an_open_book_lies_beside_the_paper_and_opens_no_other_address(ada) -> None:
    closed = make.exam("closed", course_key="lead-auditor")
    key = config_key(closed)
    closed.open_book = True
    assert not any(page.startswith("/learn/") for page in access.safe_browser_addresses(closed).pages)
    assert config_key(closed) == key


# --- saves ---------------------------------------------------------------------------------------------


def test_a_form_is_saved_from_anywhere_and_noted_once(browser, sitting) -> None:
    path = pages(sitting)[1]
    for value, was in (("a", ""), ("b", "a")):
        answer = browser.post(path, {"was-1": was, "answer-1": value, "go": "next"})
        assert (answer.status_code, saved(sitting)) == (302, {1: value})
    noted = Incident.objects.get()
    assert (noted.sitting, noted.kind, noted.by) == (sitting, "safe-browser", None)
    assert TrailEntry.objects.filter(verb="exams.sitting.safe_browser_missed").count() == 1


def test_a_form_with_wrong_headers_is_saved_and_noted(browser, sitting) -> None:
    path = pages(sitting)[1]
    said = headers(sitting.exam, path, key="c" * 64)
    browser.post(path, {"was-1": "", "answer-1": "a"}, headers=said)
    assert saved(sitting) == {1: "a"}
    assert Incident.objects.count() == 1


def test_a_form_from_safe_exam_browser_is_not_noted(browser, sitting) -> None:
    path = pages(sitting)[1]
    browser.post(path, {"was-1": "", "answer-1": "a"}, headers=headers(sitting.exam, path))
    proven(browser, sitting, path)
    with clock.shifted(minutes=9):
        browser.post(path, {"was-1": "a", "answer-1": "b"})
    assert saved(sitting) == {1: "b"}
    assert Incident.objects.count() == 0


def test_a_form_read_for_longer_than_its_pass_lasts_is_not_noted(ada, browser) -> None:
    sitting = make.running(make.exam(safe_browser=True, minutes=60), ada)
    path = pages(sitting)[1]
    proven(browser, sitting, path)
    with clock.shifted(minutes=30):
        browser.post(path, {"was-1": "", "answer-1": "a"})
    assert saved(sitting) == {1: "a"}
    assert Incident.objects.count() == 0


def test_handing_in_is_never_refused(browser, sitting) -> None:
    answer = browser.post(reverse("exams:submit", args=[sitting.uuid]))
    assert answer["Location"] == reverse("exams:receipt", args=[sitting.uuid])
    assert Incident.objects.count() == 1


# --- the player's doors --------------------------------------------------------------------------------


class Page:
    """A page of the player: the token that it was handed, and what its requests say of their browser."""

    def __init__(self, browser: Client, sitting: Sitting, **said: Any) -> None:
        paper = pages(sitting)[0]
        answer = browser.get(paper, headers=said.get("headers"))
        text = answer.content.decode().partition('<script id="player" type="application/json">')[2]
        self.player = json.loads(text.partition("</script>")[0])
        self.client = Client()

    def lease(self, said: dict[str, str] | None = None) -> Any:
        return self._post(self.player["lease_url"], {}, said)

    def save(self, seq: int, said: dict[str, str] | None = None) -> Any:
        body = {"epoch": self.player["epoch"], "events": [{"seq": seq, "position": 1, "value": "a"}]}
        return self._post(self.player["responses_url"], body, said)

    def _post(self, url: str, body: Any, said: dict[str, str] | None) -> Any:
        sent = {"X-Sitting-Token": self.player["token"]} | (said or {})
        return self.client.post(url, json.dumps(body), content_type="application/json", headers=sent)

    def headers(self, exam: Exam, url: str, **said: Any) -> dict[str, str]:
        return headers(exam, self.player[url], **said)


@pytest.fixture
def by_header(browser, sitting) -> Page:
    return Page(browser, sitting, headers=headers(sitting.exam, pages(sitting)[0]))


@pytest.fixture
def by_script(browser, sitting) -> Page:
    proven(browser, sitting, pages(sitting)[0])
    return Page(browser, sitting)


def test_a_page_takes_the_lease_only_with_the_headers_that_it_was_opened_with(by_header, sitting) -> None:
    exam = sitting.exam
    refused = by_header.lease()
    assert (refused.status_code, refused.json()["code"]) == (403, "safe-browser")
    assert by_header.lease(by_header.headers(exam, "lease_url", key="c" * 64)).status_code == 403
    sitting.refresh_from_db()
    assert sitting.epoch == 1
    lent = by_header.lease(by_header.headers(exam, "lease_url"))
    assert lent.status_code == 200
    by_header.player["token"] = lent.json()["token"]
    assert by_header.lease().status_code == 403, "the new token says what the old one said"


def test_the_list_of_browser_exam_keys_holds_at_the_lease(by_header, sitting) -> None:
    actions.require(exam_id=sitting.exam_id, wanted=True, keys=[ALLOWED], actor_id=sitting.candidate_id)
    said = by_header.headers(sitting.exam, "lease_url")
    assert by_header.lease(said).status_code == 403
    said = by_header.headers(sitting.exam, "lease_url", exam_key=ALLOWED)
    assert by_header.lease(said).status_code == 200


def test_a_page_that_showed_itself_by_script_takes_the_lease_as_long_as_its_pass_lasts(ada, browser) -> None:
    sitting = make.running(make.exam(safe_browser=True, minutes=60), ada)
    proven(browser, sitting, pages(sitting)[0])
    page = Page(browser, sitting)
    with clock.shifted(minutes=9):
        assert page.lease().status_code == 200
    with clock.shifted(minutes=12):
        refused = page.lease()
    assert (refused.status_code, refused.json()["code"]) == (403, "safe-browser")


def test_an_exam_that_no_longer_asks_lends_to_every_page(by_header, sitting) -> None:
    actions.require(exam_id=sitting.exam_id, wanted=False, keys=[], actor_id=sitting.candidate_id)
    assert by_header.lease().status_code == 200


def test_a_save_is_taken_from_anywhere_and_noted_once(by_header, sitting) -> None:
    for seq in (1, 2):
        answer = by_header.save(seq)
        assert (answer.status_code, answer.json()["verdicts"][0]["verdict"]) == (200, "accepted")
    assert (
        by_header.save(3, by_header.headers(sitting.exam, "responses_url", key="c" * 64)).status_code == 200
    )
    assert Incident.objects.count() == 1


def test_a_save_by_script_without_headers_is_none_to_note_and_one_with_wrong_headers_is(
    by_script, sitting
) -> None:
    assert by_script.save(1).status_code == 200
    assert Incident.objects.count() == 0
    by_script.save(2, by_script.headers(sitting.exam, "responses_url", key="c" * 64))
    assert Incident.objects.count() == 1


def test_a_save_in_safe_exam_browser_is_still_two_statements(by_header, by_script, sitting) -> None:
    said = by_header.headers(sitting.exam, "responses_url")
    by_header.save(1, said)
    with statements() as first:
        by_header.save(2, said)
    with statements() as second:
        by_script.save(3)
    assert (len(first), len(second)) == (2, 2)
    assert Incident.objects.count() == 0


@pytest.mark.parametrize("mark", ["", "x", "header~1~small~", "script~9~small~"])
def test_what_a_token_says_of_its_browser_can_not_be_changed(by_header, mark) -> None:
    person, epoch, _, mac = by_header.player["token"].split(".")
    by_header.player["token"] = f"{person}.{epoch}.{mark}.{mac}" if mark else f"{person}.{epoch}.{mac}"
    assert by_header.lease().json()["code"] == "bad-token"


# --- for examiners -------------------------------------------------------------------------------------

SETUP = "/examiner/exams/small/safe-browser/"


def test_an_examiner_sees_the_config_key_and_says_what_is_asked_for(eve, signed_in) -> None:
    exam = make.exam()
    browser = signed_in(eve)
    assert config_key(exam) in browser.get(SETUP).content.decode()
    answer = browser.post(SETUP, {"wanted": "on", "keys": f"{ALLOWED.upper()}\n\n{ALLOWED}\n{'c' * 64}"})
    assert answer.status_code == 302
    exam.refresh_from_db()
    assert (exam.safe_browser, exam.safe_browser_keys) == (True, [ALLOWED, "c" * 64])
    facts = TrailEntry.objects.get(verb="exams.exam.safe_browser_set").facts
    assert facts == {"wanted": True, "keys": 2}
    browser.post(SETUP, {"wanted": "on", "keys": f"{ALLOWED} {'c' * 64}"})
    assert TrailEntry.objects.filter(verb="exams.exam.safe_browser_set").count() == 1
    assert plistlib.loads(browser.get("/examiner/exams/small/safe-browser.seb").content)["startURL"]


@pytest.mark.parametrize("wrong", ["x", "a" * 63, "g" * 64, "a" * 64 + " é"])
def test_what_is_no_key_is_refused_in_words(eve, signed_in, wrong) -> None:
    exam = make.exam()
    answer = signed_in(eve).post(SETUP, {"wanted": "on", "keys": wrong})
    assert answer.status_code == 400
    assert "is no Browser Exam Key" in answer.content.decode()
    exam.refresh_from_db()
    assert exam.safe_browser is False


def test_others_do_not_see_the_setup(ada, signed_in, client) -> None:
    make.exam()
    assert signed_in(ada).get(SETUP).status_code == 403
    assert client.get(SETUP).status_code == 302
