from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from exams.actions import endings
from exams.models import Agreement, Entry, Exam, Form, Item
from lms.billing.actions import entitlements, products
from lms.db import clock
from lms.kit import zones
from tests import cast
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def agreement_form(**more: object) -> dict:
    return {"agreement": Agreement.objects.latest("number").pk, "accepted": "on"} | more


def test_everybody_may_read_what_an_exam_is_before_paying(client) -> None:
    exam = make.exam()
    answer = client.get(f"/exams/{exam.key}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    for said in (
        "4 of 5 points",
        "15 days after the first",
        "Your notes.",
        "The outcome.",
        "10 minutes",
        "1 Principles",
    ):
        assert said in text
    assert not any(item.code in text for item in Item.objects.all())


def test_the_page_of_an_exam_publishes_the_weights_of_its_levels(client) -> None:
    exam = make.exam()
    assert "Within every domain" not in client.get("/exams/small/").content.decode()
    for weights, said in (
        (
            {"understand": 25, "apply": 45, "analyse": 30},
            "to understand (25 %), to apply (45 %) and to analyse (30 %).",
        ),
        ({"understand": 0, "apply": 1, "analyse": 2}, "to apply (33 %) and to analyse (66 %)."),
        ({"understand": 0, "apply": 0, "analyse": 2}, "the items ask you to analyse (100 %)."),
    ):
        exam.blueprint.levels = [{"level": level, "weight": weight} for level, weight in weights.items()]
        exam.blueprint.save()
        assert said in client.get("/exams/small/").content.decode()


def test_the_page_of_an_exam_publishes_the_minima_of_its_domains(client) -> None:
    make.exam(minima=[{"domain": 2, "percent": 50}])
    said = client.get("/exams/small/").content.decode()
    assert "You pass with 4 of 5 points. That is 70 %." in said
    least = "You also need, whatever the sum, a share of the points of single domains: 2 Requirements 50 %."
    assert least in said


def test_an_exam_that_is_not_there_or_not_offered_is_not_found(client) -> None:
    make.exam(offered=False)
    assert client.get("/exams/small/").status_code == 404
    assert client.get("/exams/none/").status_code == 404


def test_an_exam_without_a_form_says_so(client) -> None:
    make.exam(forms=0)
    assert "No form of this exam is open yet" in client.get("/exams/small/").content.decode()


def test_entering_asks_for_the_agreement(ada, signed_in) -> None:
    exam, browser = make.exam(), signed_in(ada)
    assert "<strong>Alone.</strong>" in browser.get("/exams/small/enter/").content.decode()
    refused = browser.post("/exams/small/enter/", {"agreement": "1"})
    assert "Tick the box" in refused.content.decode()
    for wrong in ("", "x", "999", "9" * 50):
        assert browser.post("/exams/small/enter/", {"agreement": wrong, "accepted": "on"}).status_code == 200
    assert Entry.objects.count() == 0
    answer = browser.post("/exams/small/enter/", agreement_form())
    entry = Entry.objects.get()
    assert answer.url == f"/entries/{entry.uuid}/"
    assert (entry.exam, entry.candidate) == (exam, ada)


def test_a_second_post_leads_to_the_entry_that_is_there(ada, signed_in) -> None:
    make.exam()
    browser = signed_in(ada)
    browser.post("/exams/small/enter/", agreement_form())
    answer = browser.post("/exams/small/enter/", agreement_form())
    assert "You are entered already" in answer.content.decode()
    assert Entry.objects.count() == 1


def test_the_page_before_the_start_shows_no_item_and_its_button_starts(ada, signed_in) -> None:
    sitting = make.entered(make.exam(), ada)
    browser, url = signed_in(ada), f"/entries/{sitting.entry.uuid}/"
    answer = browser.get(url)
    assert "no-store" in answer["Cache-Control"]
    assert "Answer 1 to" not in answer.content.decode()
    assert browser.post(url).url == f"/sittings/{sitting.uuid}/"
    assert browser.get(url).url == f"/sittings/{sitting.uuid}/"
    with clock.shifted(minutes=11):
        browser.get(f"/sittings/{sitting.uuid}/")
        assert browser.get(url).url == f"/sittings/{sitting.uuid}/receipt/"
        assert browser.post(url).url == f"/sittings/{sitting.uuid}/receipt/"


def test_an_exam_whose_forms_were_retired_keeps_the_entry(ada, signed_in) -> None:
    sitting = make.entered(make.exam(), ada)
    Form.objects.update(state="retired")
    answer = signed_in(ada).post(f"/entries/{sitting.entry.uuid}/")
    assert "Your entry is kept" in answer.content.decode()


def test_a_stranger_finds_no_entry_and_a_visitor_is_asked_to_log_in(ada, dag, signed_in, client) -> None:
    sitting = make.entered(make.exam(), ada)
    url = f"/entries/{sitting.entry.uuid}/"
    assert signed_in(dag).get(url).status_code == 404
    assert signed_in(dag).post(url).status_code == 404
    assert client.get(url).url.startswith("/accounts/login/")
    assert client.get("/exams/small/enter/").url.startswith("/accounts/login/")
    assert client.get("/exams/").url.startswith("/accounts/login/")


def test_an_exam_with_a_price_asks_for_an_entitlement(ada, signed_in) -> None:
    products.offer(key="p", kind="exam", title="P", amount_minor=39000, currency="EUR")
    make.exam(product_key="p")
    browser = signed_in(ada)
    assert "An entry costs" in browser.get("/exams/small/enter/").content.decode()
    refused = browser.post("/exams/small/enter/", agreement_form()).content.decode()
    assert "You hold no unused entry to this exam. An entry costs €390.00." in " ".join(refused.split())
    assert Entry.objects.count() == 0
    entitlements.grant(product_key="p", person_id=ada.pk, source_key="t")
    assert browser.post("/exams/small/enter/", agreement_form()).status_code == 302


def test_an_exam_that_costs_nothing_is_claimed_on_the_way(ada, signed_in) -> None:
    products.offer(key="p", kind="exam", title="P", amount_minor=0, currency="EUR")
    make.exam(product_key="p")
    assert signed_in(ada).post("/exams/small/enter/", agreement_form()).status_code == 302


def test_who_failed_reads_when_to_come_back(ada, signed_in) -> None:
    result = make.released(make.exam(), ada, right=0)
    browser = signed_in(ada)
    day = result.sitting.submitted_at.date().replace()
    text = browser.get("/exams/small/enter/").content.decode()
    assert "You may sit again from" in text
    assert str(day.year) in text


def test_my_exams_list_each_in_its_state_with_the_same_number_of_statements(ada, signed_in) -> None:
    browser = signed_in(ada)
    assert "No exam yet" in browser.get("/exams/").content.decode()
    make.released(make.exam("one"), ada)
    make.marked(make.exam("two"), ada)
    with statements() as few:
        browser.get("/exams/")
    make.running(make.exam("three"), ada)
    make.entered(make.exam("four"), ada)
    make.exam("five")
    with statements() as many:
        text = browser.get("/exams/").content.decode()
    assert len(few) == len(many)
    for said in ("Passed", "waits for release", "Running until", "Prepare and start", "Exam five"):
        assert said in text
    assert Exam.objects.count() == 5


def stated(moment, zone: str = "Europe/Berlin") -> str:
    """A moment as a browser's field for day and time holds it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def timed_form(window, *, hours: float = 1, **more: object) -> dict:
    starts = stated(window.opens_at + timedelta(hours=hours))
    return agreement_form(window=window.uuid, starts_at=starts, zone="Europe/Berlin") | more


class TestInWindows:
    @pytest.fixture
    def exam(self, eve) -> Exam:
        return make.exam(forms=2, windowed=True)

    @pytest.fixture
    def browser(self, ada, signed_in):
        type(ada).objects.filter(pk=ada.pk).update(time_zone="Europe/Berlin")
        return signed_in(ada)

    def test_without_a_window_the_page_says_what_stands_in_the_way(self, exam, browser) -> None:
        assert "no window is open to entries now" in browser.get("/exams/small/enter/").content.decode()
        window = make.window(exam, places=1)
        make.entered(exam, cast.person("ben"), within=window)
        assert (
            "Every place in the windows ahead is taken" in browser.get("/exams/small/enter/").content.decode()
        )

    def test_the_time_is_chosen_in_one_s_own_zone_and_shown_in_it_and_in_utc(self, exam, browser) -> None:
        window = make.window(exam, places=3)
        page = browser.get("/exams/small/enter/").content.decode()
        assert zones.span_words(window.opens_at, window.closes_at, "Europe/Berlin") in page
        assert "3 places left" in page
        assert 'value="Europe/Berlin" selected' in page
        answer = browser.post("/exams/small/enter/", timed_form(window))
        entry = Entry.objects.get()
        assert answer.url == f"/entries/{entry.uuid}/"
        assert entry.starts_at == window.opens_at + timedelta(hours=1)
        before = browser.get(answer.url).content.decode()
        assert zones.words(entry.starts_at, "Europe/Berlin") in before
        assert "Start the exam now" not in before
        assert "no-store" in browser.get(answer.url)["Cache-Control"]

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"starts_at": ""}, "required"),
            ({"starts_at": "noon"}, "Write a day and a time"),
            ({"starts_at": "2020-01-01T10:00"}, "That time is past"),
            ({"starts_at": "2199-01-01T10:00"}, "By then the window has closed"),
            ({"zone": "Middle/Earth"}, "not one of the available choices"),
            ({"window": ""}, "required"),
            ({"window": "x"}, "Choose one of the windows"),
            ({"window": "00000000-0000-0000-0000-000000000000"}, "Choose one of the windows"),
            ({"accepted": ""}, "Tick the box"),
        ],
    )
    def test_what_can_t_be_chosen_is_said_and_makes_no_entry(self, exam, browser, wrong, words) -> None:
        window = make.window(exam)
        answer = browser.post("/exams/small/enter/", timed_form(window) | wrong)
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert Entry.objects.count() == 0

    def test_who_would_have_less_than_the_whole_time_is_warned_and_must_mean_it(self, exam, browser) -> None:
        window = make.window(exam, ends_sittings=True)
        late = timed_form(window, hours=8 - 4 / 60)
        page = browser.post("/exams/small/enter/", late).content.decode()
        assert "you would have 4 of 10 minutes" in page
        assert "I know that I will have 4 of 10 minutes" in page
        assert Entry.objects.count() == 0
        assert browser.post("/exams/small/enter/", late | {"less": "5"}).status_code == 200
        answer = browser.post("/exams/small/enter/", late | {"less": "4"})
        assert answer.status_code == 302
        assert "you have 4 of 10 minutes" in browser.get(answer.url).content.decode()

    def test_the_button_stands_there_from_the_chosen_time_until_the_window_closes(
        self, exam, browser, ada
    ) -> None:
        window = make.window(exam)
        sitting = make.entered(exam, ada, within=window, hours=1)
        url = f"/entries/{sitting.entry.uuid}/"
        early = browser.post(url).content.decode()
        assert "has not come yet" in early
        with clock.shifted(hours=26):
            assert "Start the exam now" in browser.get(url).content.decode()
        with clock.shifted(hours=33):
            assert "Your window has closed" in browser.get(url).content.decode()
            late = browser.post(url).content.decode()
            assert "can't be started any more" in " ".join(late.split())
        with clock.shifted(hours=26):
            assert browser.post(url).url == f"/sittings/{sitting.uuid}/"

    def test_another_time_and_the_calendar_follows(self, exam, browser, ada) -> None:
        window = make.window(exam, opens=80, closes=90)
        entry = make.entered(exam, ada, within=window).entry
        url = f"/entries/{entry.uuid}/"
        first = browser.get(f"{url}calendar.ics")
        assert first["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"DTSTART:{window.opens_at:%Y%m%dT%H%M%SZ}" in first.content.decode()
        assert "SEQUENCE:0" in first.content.decode()
        page = browser.get(f"{url}time/").content.decode()
        assert f'value="{stated(window.opens_at)}"' in page
        later = timed_form(window, hours=2)
        assert browser.post(f"{url}time/", later).url == url
        second = browser.get(f"{url}calendar.ics").content.decode()
        assert f"DTSTART:{window.opens_at + timedelta(hours=2):%Y%m%dT%H%M%SZ}" in second
        assert "SEQUENCE:1" in second
        assert f"UID:{entry.uuid}" in second
        browser.post(f"{url}cancel/")
        third = browser.get(f"{url}calendar.ics").content.decode()
        assert "STATUS:CANCELLED" in third
        assert "SEQUENCE:2" in third

    def test_a_time_that_can_t_be_taken_leaves_the_old_one(self, exam, browser, ada) -> None:
        window = make.window(exam, opens=80, closes=90)
        entry = make.entered(exam, ada, within=window).entry
        url = f"/entries/{entry.uuid}/time/"
        assert (
            "By then the window has closed"
            in browser.post(url, timed_form(window, hours=11)).content.decode()
        )
        assert "required" in browser.post(url, {}).content.decode()
        entry.refresh_from_db()
        assert entry.starts_at == window.opens_at

    def test_after_the_hour_that_the_exam_sets_the_pages_say_that_it_is_too_late(
        self, exam, browser, ada
    ) -> None:
        window = make.window(exam, opens=80, closes=90)
        entry = make.entered(exam, ada, within=window).entry
        url = f"/entries/{entry.uuid}/"
        with clock.shifted(hours=70):
            assert "too late to change it" in browser.get(f"{url}time/").content.decode()
            assert browser.post(f"{url}time/", timed_form(window)).url == url
            assert "too late to cancel it" in browser.get(f"{url}cancel/").content.decode()
            assert browser.post(f"{url}cancel/").url == url
            page = browser.get(url).content.decode()
        assert "too late to cancel this entry" in page
        assert f"{url}time/" not in page
        entry.refresh_from_db()
        assert (entry.starts_at, entry.sitting.state) == (window.opens_at, "ready")

    def test_a_window_that_was_missed_is_said_and_its_entry_is_used(self, exam, browser, ada) -> None:
        entry = make.entered(exam, ada, within=make.window(exam)).entry
        with clock.shifted(hours=40):
            endings.note_missed()
            page = browser.get(f"/entries/{entry.uuid}/").content.decode()
            assert "This exam was not sat" in page
            assert browser.get(f"/entries/{entry.uuid}/time/").status_code == 302
            assert "Missed" in browser.get("/exams/").content.decode()
            assert browser.post(f"/entries/{entry.uuid}/").status_code == 200

    def test_strangers_find_none_of_it(self, exam, dag, ada, signed_in) -> None:
        window = make.window(exam, opens=80, closes=90)
        entry = make.entered(exam, ada, within=window).entry
        stranger = signed_in(dag)
        for part in ("", "time/", "cancel/", "calendar.ics"):
            assert stranger.get(f"/entries/{entry.uuid}/{part}").status_code == 404
        for part in ("time/", "cancel/"):
            assert stranger.post(f"/entries/{entry.uuid}/{part}", timed_form(window)).status_code == 404
        assert stranger.post(f"/entries/{entry.uuid}/calendar.ics").status_code == 405
        entry.refresh_from_db()
        assert entry.sitting.state == "ready"

    def test_the_page_of_entering_costs_the_same_however_many_windows(self, exam, browser, ben) -> None:
        make.window(exam)
        with statements() as few:
            browser.get("/exams/small/enter/")
        for day in range(2, 8):
            window = make.window(exam, opens=24 * day, closes=24 * day + 8)
        make.entered(exam, ben, within=window)
        with statements() as many:
            browser.get("/exams/small/enter/")
        assert len(few) == len(many)


def test_an_entry_at_any_time_is_cancelled_free_and_has_no_calendar(ada, signed_in) -> None:
    sitting = make.entered(make.exam(), ada)
    browser, url = signed_in(ada), f"/entries/{sitting.entry.uuid}/"
    assert browser.get(f"{url}calendar.ics").status_code == 404
    assert browser.get(f"{url}time/").url == url
    assert "Cancel this entry?" in browser.get(f"{url}cancel/").content.decode()
    assert browser.post(f"{url}cancel/").url == url
    page = browser.get(url).content.decode()
    assert "This entry is cancelled" in page
    assert browser.get(f"{url}cancel/").url == url
    assert "Cancelled" in browser.get("/exams/").content.decode()
    assert "Accept and enter" in browser.get("/exams/small/enter/").content.decode()


def test_what_runs_can_t_be_cancelled(ada, signed_in) -> None:
    sitting = make.running(make.exam(), ada)
    browser, url = signed_in(ada), f"/entries/{sitting.entry.uuid}/"
    assert browser.get(f"{url}cancel/").url == url
    assert browser.post(f"{url}cancel/").url == url
    sitting.refresh_from_db()
    assert sitting.state == "running"


def test_the_free_retake_is_said_and_used(ada, signed_in, client) -> None:
    products.offer(key="p", kind="exam", title="P", amount_minor=39000, currency="EUR")
    make.exam(forms=2, product_key="p", free_retake_months=12)
    assert "Once, a retake is free" in client.get("/exams/small/").content.decode()
    entitlements.grant(product_key="p", person_id=ada.pk, source_key="t")
    result = make.released(Exam.objects.get(), ada, right=0)
    browser = signed_in(ada)
    assert "Your next entry is free" in browser.get(f"/results/{result.uuid}/").content.decode()
    assert "your free retake, if you make it by" in browser.get("/exams/small/enter/").content.decode()
    with clock.shifted(days=15):
        assert "This is your free retake" in browser.get("/exams/small/").content.decode()
        assert "This is your free retake" in browser.get("/exams/small/enter/").content.decode()
        assert browser.post("/exams/small/enter/", agreement_form()).status_code == 302


def test_who_has_met_every_form_reads_that_nobody_gets_one_twice(ada, signed_in) -> None:
    make.released(make.exam(), ada, right=0)
    with clock.shifted(days=15):
        text = signed_in(ada).get("/exams/small/enter/").content.decode()
    assert "nobody is given the same form twice" in text


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ([{"days": 15}], ["15 days after every failure"]),
        (
            [{"days": 15}, {"months": 3}, {"months": 6}, {"months": 12}],
            [
                "15 days after the first failure",
                "3 months after the second failure",
                "6 months after the third failure",
                "12 months after the fourth and every later failure",
            ],
        ),
        ([], ["You may sit again at once."]),
    ],
)
def test_the_retake_rule_is_said_before_paying(client, waits, said) -> None:
    make.exam(retake_waits=waits)
    text = client.get("/exams/small/").content.decode()
    for words in said:
        assert words in text


def test_the_desk_leads_to_what_is_ahead_and_not_to_what_was_cancelled(ada, eve, signed_in) -> None:
    exam, browser = make.exam(windowed=True), signed_in(ada)
    sitting = make.entered(exam, ada, within=make.window(exam, opens=80, closes=90))
    url = f"/entries/{sitting.entry.uuid}/"
    assert f"{sitting.entry.starts_at:%Y-%m-%d %H:%M} UTC" in browser.get("/desk/").content.decode()
    browser.post(f"{url}cancel/")
    assert url not in browser.get("/desk/").content.decode()
