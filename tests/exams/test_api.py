import json
from datetime import timedelta

import pytest
from django.test import Client

from exams import access
from exams.actions import interventions, sittings, takeovers
from exams.itemtypes import essay
from exams.models import Message, ResponseEvent, Sitting, TakeoverRequest
from exams.queries import sittings as queries
from exams.rules import responses as rules
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make
from tests.factories import marking as make_marking

pytestmark = pytest.mark.django_db


class Page:
    """A page of a sitting: it holds a token and says things to the JSON doors, without any cookie."""

    def __init__(self, sitting: Sitting, epoch: int = 1, person_id: int | None = None) -> None:
        self.url = f"/api/v1/sittings/{sitting.uuid}"
        self.epoch = epoch
        self.token = access.token(
            sitting_uuid=sitting.uuid, person_id=person_id or sitting.candidate_id, epoch=epoch
        )
        self.client = Client(enforce_csrf_checks=True)

    def post(self, body: object, *, path: str = "/responses", token: str | None = None):
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"X-Sitting-Token": self.token if token is None else token}
        return self.client.post(self.url + path, raw, content_type="application/json", headers=headers)

    def save(self, *events: tuple[int, int, object], epoch: int | None = None):
        said = [{"seq": seq, "position": position, "value": value} for seq, position, value in events]
        return self.post({"epoch": epoch or self.epoch, "events": said})

    def state(self, token: str | None = None):
        return self.client.get(self.url, headers={"X-Sitting-Token": self.token if token is None else token})


@pytest.fixture
def sitting(ada) -> Sitting:
    return make.running(make.exam(), ada)


@pytest.fixture
def page(sitting) -> Page:
    return Page(sitting)


def current(sitting: Sitting) -> dict:
    return rules.current(queries.events(sitting.pk))


def test_a_batch_is_answered_with_a_verdict_for_each_event(page, sitting) -> None:
    answer = page.save((1, 1, "a"), (2, 2, None))
    said = answer.json()
    assert answer.status_code == 200
    assert said["verdicts"] == [{"seq": 1, "verdict": "accepted"}, {"seq": 2, "verdict": "accepted"}]
    assert said["state"] == "running"
    assert said["saved_at"] == said["server_time"] < said["deadline"]
    assert 590 <= said["seconds_left"] <= 600
    assert said["lease"] == {"epoch": 1, "mine": True}
    assert answer["Cache-Control"] == "no-store"
    assert "sessionid" not in answer.cookies
    assert current(sitting) == {1: "a"}


def test_an_essay_is_saved_as_it_grows_and_kept_when_it_is_too_long(ada) -> None:
    sitting = make.running(make_marking.essay_exam(), ada)
    place = make.position_of(sitting, "essay")
    page = Page(sitting)
    page.save((1, place, "Because"))
    page.save((3, place, "Because.\n\nSo: naïve, 中文, <b>."))
    page.save((2, place, "Because."))  # it comes late, and is older
    too_long = page.save((4, place, "x" * (essay.LONGEST + 1)), (5, place, 7))
    assert [one["verdict"] for one in too_long.json()["verdicts"]] == ["refused", "refused"]
    assert current(sitting) == {place: "Because.\n\nSo: naïve, 中文, <b>."}
    assert list(ResponseEvent.objects.order_by("seq").values_list("epoch", "seq")) == [(1, 1), (1, 2), (1, 3)]


def test_a_replay_is_a_duplicate(page) -> None:
    page.save((1, 1, "a"))
    assert page.save((1, 1, "a")).json()["verdicts"] == [{"seq": 1, "verdict": "duplicate"}]
    assert ResponseEvent.objects.count() == 1


def test_a_bad_event_does_not_touch_the_others(page, sitting) -> None:
    events = [
        {"seq": 1, "position": 1, "value": "a"},
        {"seq": 2, "position": 77, "value": "a"},
        {"seq": 3, "position": 2, "value": "q"},
        {"seq": "4", "position": 2, "value": "a"},
        {"position": 2, "value": "a"},
        {"seq": 6, "position": True, "value": "a"},
        {"seq": 7, "position": 2},
        "eight",
        {"seq": 2**40, "position": 1, "value": "a"},
    ]
    answer = page.post({"epoch": 1, "events": events})
    assert answer.status_code == 200
    verdicts = answer.json()["verdicts"]
    assert [(one["seq"], one["verdict"], one.get("code")) for one in verdicts] == [
        (1, "accepted", None),
        (2, "refused", "unknown-position"),
        (3, "refused", "wrong-value"),
        (None, "refused", "malformed"),
        (None, "refused", "malformed"),
        (6, "refused", "malformed"),
        (7, "refused", "malformed"),
        (None, "refused", "malformed"),
        (None, "refused", "malformed"),
    ]
    assert current(sitting) == {1: "a"}


def test_a_batch_of_nothing_usable_is_a_problem_with_the_verdicts(page) -> None:
    answer = page.save((1, 99, "a"))
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == "not-as-described"
    assert answer.json()["verdicts"][0]["code"] == "unknown-position"


def test_an_empty_batch_tells_the_time(page) -> None:
    assert page.post({"epoch": 1, "events": []}).json()["verdicts"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("", 400, "not-json"),
        ("{", 400, "not-json"),
        (b"\xff\xfe", 400, "not-json"),
        ("[" * 20_000, 400, "not-json"),
        ("[]", 422, "not-as-described"),
        ("null", 422, "not-as-described"),
        ('{"epoch": 1}', 422, "not-as-described"),
        ('{"epoch": "1", "events": []}', 422, "not-as-described"),
        ('{"epoch": 1, "events": {}}', 422, "not-as-described"),
        ('{"epoch": 0, "events": []}', 422, "not-as-described"),
        ('{"epoch": 2, "events": []}', 422, "unknown-epoch"),
        (json.dumps({"epoch": 1, "events": [1] * 51}), 422, "too-many-events"),
        (" " * 70_000, 413, "too-large"),
        ("x" * 10_000_000, 413, "too-large"),
    ],
)
def test_what_is_no_batch_is_a_problem_in_words(page, body, status, code) -> None:
    answer = page.post(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"].endswith(".")
    assert ResponseEvent.objects.count() == 0


@pytest.mark.parametrize("token", ["", "x", "1.1.", "1.1.aaaa", "1.2.3.4", "-1.1.x", "١.1.x", "9" * 400])
def test_a_bad_token_opens_nothing(page, token) -> None:
    for answer in (
        page.post({"epoch": 1, "events": []}, token=token),
        page.post("", path="/lease", token=token),
        page.state(token),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "bad-token")


def test_the_token_of_another_sitting_or_epoch_opens_nothing(page, sitting, ben) -> None:
    other = Page(make.running(sitting.exam, ben))
    assert page.post({"epoch": 1, "events": []}, token=other.token).json()["code"] == "bad-token"
    forged = page.token.replace(".1.", ".7.", 1)
    assert page.post({"epoch": 7, "events": []}, token=forged).json()["code"] == "bad-token"


def test_a_true_token_of_somebody_else_finds_no_sitting(sitting, ben) -> None:
    answer = Page(sitting, person_id=ben.pk).save((1, 1, "a"))
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-sitting")


def test_before_the_start_there_is_nothing_to_write_in(ada) -> None:
    page = Page(make.entered(make.exam("other"), ada))
    assert page.save((1, 1, "a")).json()["code"] == "no-such-sitting"
    assert page.post("", path="/lease").json()["code"] == "no-such-sitting"


def test_a_late_batch_is_answered_time_is_up_and_what_was_saved_counts(page, sitting) -> None:
    page.save((1, 1, "a"))
    with clock.shifted(minutes=10, seconds=11):
        answer = page.save((2, 2, "b"))
        assert (answer.status_code, answer.json()["code"]) == (409, "time-is-up")
        assert answer.json()["verdicts"] == [{"seq": 2, "verdict": "late"}]
        assert (answer.json()["state"], answer.json()["seconds_left"]) == ("submitted", 0)
        mixed = page.save((1, 1, "a"), (2, 2, "b"))
        assert mixed.status_code == 200
        assert [one["verdict"] for one in mixed.json()["verdicts"]] == ["duplicate", "late"]
        assert page.post("", path="/lease").json()["code"] == "time-is-up"
    assert current(sitting) == {1: "a"}


def test_after_handing_in_it_says_so(page, sitting) -> None:
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert (page.save((1, 1, "a")).status_code, page.save((1, 1, "a")).json()["code"]) == (409, "handed-in")
    assert page.post("", path="/lease").json()["code"] == "handed-in"


def test_a_tab_takes_the_lease_and_the_older_one_is_told(page, sitting) -> None:
    taken = page.post("", path="/lease").json()
    assert (taken["epoch"], taken["lease"], taken["last_seq"]) == (2, {"epoch": 2, "mine": True}, 0)
    assert page.save((1, 1, "a")).json()["lease"] == {"epoch": 2, "mine": False}
    newer = Page(sitting, epoch=2)
    assert newer.token == taken["token"]
    newer.save((1, 1, "b"))
    assert page.save((2, 1, "c"), (3, 2, "c")).json()["verdicts"] == [
        {"seq": 2, "verdict": "superseded"},
        {"seq": 3, "verdict": "accepted"},
    ]
    assert newer.save((4, 3, "a"), epoch=1).json()["verdicts"] == [{"seq": 4, "verdict": "accepted"}]
    assert current(sitting) == {1: "b", 2: "c", 3: "a"}


def test_the_state_tells_time_lease_and_the_responses_that_count(page) -> None:
    page.save((1, 1, "a"), (2, 1, "b"), (3, 2, None))
    said = page.state().json()
    assert (said["responses"], said["last_seq"], said["length"]) == ({"1": "b"}, 3, 5)
    assert said["lease"] == {"epoch": 1, "mine": True}


def test_no_answer_holds_a_key_or_a_rationale(page, sitting) -> None:
    page.save((1, 1, "a"))
    for answer in (page.state(), page.post("", path="/lease"), page.save((2, 2, "b"))):
        assert "Because of" not in answer.content.decode()
        assert "right" not in answer.content.decode()


def test_other_methods_are_refused(page) -> None:
    assert page.client.put(page.url).status_code == 405
    assert page.client.get(page.url + "/responses").status_code == 405


@pytest.mark.parametrize("rows", [3, 300])
def test_a_save_by_the_door_is_two_statements_and_touches_no_session(page, sitting, rows) -> None:
    make.stored(sitting, rows, first=100)
    with statements() as said:
        assert page.save((1, 1, "a"), (2, 2, "b")).status_code == 200
    assert len(said) == 2
    assert not any("django_session" in one or "accounts_person" in one for one in said)


def put(page: Page, content: object):
    body = content if isinstance(content, str) else json.dumps(content)
    headers = {"X-Sitting-Token": page.token}
    return page.client.put(f"{page.url}/desk", body, content_type="application/json", headers=headers)


def test_marks_are_kept_for_another_device_and_are_no_answer(page, sitting) -> None:
    marks = {"flags": {"1": True}, "strikes": {"2": "a"}, "notes": {"3": "see 9.2"}}
    assert put(page, {"notes": {"1": "first"}}).status_code == 200
    with statements() as said:
        assert put(page, marks).json() == {"kept": True}
    assert len(said) <= 4, said
    sitting.refresh_from_db()
    assert sitting.desk.content == marks
    assert current(sitting) == {}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("{", 400, "not-json"),
        ([], 422, "not-as-described"),
        ({"flags": {"77": True}}, 422, "not-as-described"),
        ({"notes": {"1": "x" * 70_000}}, 413, "too-large"),
    ],
)
def test_what_is_no_set_of_marks_is_refused_in_words(page, content, status, code) -> None:
    answer = put(page, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["title"]


def test_after_the_end_marks_are_kept_no_more(page, sitting) -> None:
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert put(page, {}).status_code == 404


def test_a_stamp_is_read_and_one_that_is_none_is_no_fault(page, sitting) -> None:
    in_time = (sitting.deadline_at - timedelta(seconds=1)).isoformat()
    with clock.shifted(minutes=10, seconds=5):
        said = page.post(
            {
                "epoch": 1,
                "events": [
                    {"seq": 1, "position": 1, "value": "a", "time": in_time},
                    {"seq": 2, "position": 2, "value": "a", "time": "half past ten"},
                    {"seq": 3, "position": 3, "value": "a", "time": 12},
                    {"seq": 4, "position": 4, "value": "a", "time": "2026-11-23T10:00:00"},
                ],
            }
        ).json()
    assert [one["verdict"] for one in said["verdicts"]] == ["accepted", "late", "late", "refused"]
    assert len(said["head"]) == 64


def test_a_paused_sitting_holds_what_it_is_sent(page, sitting) -> None:
    page.save((1, 1, "a"))
    with clock.shifted(minutes=1):
        Sitting.objects.filter(pk=sitting.pk).update(state="paused", paused_at=clock.now())
    with clock.shifted(minutes=30):
        answer = page.save((2, 2, "b"))
        assert (answer.status_code, answer.json()["code"]) == (409, "paused")
        assert answer.json()["verdicts"] == [{"seq": 2, "verdict": "held"}]
        assert (answer.json()["state"], answer.json()["seconds_left"]) in [("paused", 539), ("paused", 540)]
        assert page.post("", path="/lease").json()["code"] == "paused"
        assert page.state().json()["seconds_left"] in (539, 540)
    assert current(sitting) == {1: "a"}
    assert not sitting.late.exists()


def test_messages_come_with_every_acknowledgement(page, sitting, eve) -> None:
    at = clock.now()
    Message.objects.create(sitting=sitting, text="Ten minutes more.", by=eve, at=at)
    Sitting.objects.filter(pk=sitting.pk).update(messages_count=1)
    assert [one["text"] for one in page.save((1, 1, "a")).json()["messages"]] == ["Ten minutes more."]
    assert page.state().json()["messages"][0]["text"] == "Ten minutes more."


def test_presence_answers_with_time_and_messages_and_nothing_of_the_answers(page, sitting, ivo) -> None:
    page.save((1, 1, "a"))
    interventions.send_message(sitting_uuid=sitting.uuid, by_id=ivo.pk, text="Ten minutes more.")
    with statements() as said:
        answer = page.post(b"", path="/presence")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert set(answer.json()) == {
        "state",
        "server_time",
        "deadline",
        "seconds_left",
        "lease",
        "messages",
        "break_until",
    }
    assert [one["text"] for one in answer.json()["messages"]] == ["Ten minutes more."]
    assert len(said) == 3
    assert "sessionid" not in answer.cookies
    assert page.post(b"", path="/presence", token="1.1.x").json()["code"] == "bad-token"


def test_a_pause_reaches_the_page_and_its_clock_stands_still(page, sitting, ivo) -> None:
    interventions.pause(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="A fire drill.")
    with clock.shifted(minutes=5):
        said = page.post(b"", path="/presence").json()
        assert (said["state"], said["seconds_left"] > 590) == ("paused", True)
        assert page.save((1, 1, "a")).json()["code"] == "paused"
        assert page.post(b"", path="/lease").json()["code"] == "paused"
    with clock.shifted(minutes=6):
        interventions.resume(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="It is over.")
        assert page.save((1, 1, "a")).status_code == 200


def test_a_page_whose_sitting_was_ended_is_told_who_may_have_ended_it(page, sitting, ivo) -> None:
    interventions.terminate(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="She went home ill.")
    answer = page.save((1, 1, "a"))
    assert (answer.status_code, answer.json()["code"]) == (409, "handed-in")
    assert "ended by an invigilator" in answer.json()["title"]
    assert page.post(b"", path="/presence").json()["state"] == "submitted"


def test_the_lease_takes_the_name_of_a_device(page, sitting) -> None:
    assert page.post({"device": "0a1b"}, path="/lease").status_code == 200
    sitting.refresh_from_db()
    assert sitting.device == "0a1b"
    for body in (b"", {}, {"device": ""}):
        assert page.post(body, path="/lease").status_code == 200


def test_another_device_asks_an_invigilator_where_the_exam_wants_that(ada, ivo) -> None:
    page = Page(make.running(make.exam(takeover="ask"), ada))
    assert page.post({"device": "a1"}, path="/lease").status_code == 200
    answer = page.post({"device": "b2"}, path="/lease")
    assert (answer.status_code, answer.json()["code"], answer.json()["request"]) == (
        409,
        "ask-invigilator",
        "asked",
    )
    assert "what was saved is safe" in answer.json()["title"]
    request = TakeoverRequest.objects.get()
    takeovers.refuse(request_id=request.pk, by_id=ivo.pk)
    assert page.post({"device": "b2"}, path="/lease").json()["request"] == "refused"
    with clock.shifted(seconds=70):
        page.post({"device": "b2"}, path="/lease")
        takeovers.allow(request_id=TakeoverRequest.objects.latest("pk").pk, by_id=ivo.pk)
        assert page.post({"device": "b2"}, path="/lease").json()["epoch"] == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not-json"),
        (b"\xff", 400, "not-json"),
        (b"[]", 422, "not-as-described"),
        (b'"a"', 422, "not-as-described"),
        ({"device": 7}, 422, "not-as-described"),
        ({"device": None}, 422, "not-as-described"),
        ({"device": "xyz"}, 422, "not-as-described"),
        ({"device": "a" * 33}, 422, "not-as-described"),
        (b" " * 70_000, 413, "too-large"),
    ],
)
def test_a_lease_asked_for_badly_is_refused_in_words(body, status, code, page, sitting) -> None:
    answer = page.post(body, path="/lease")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    sitting.refresh_from_db()
    assert sitting.epoch == 1
