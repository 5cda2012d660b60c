"""A break on the candidate's pages, on the invigilator's board, and in the timeline."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from exams import access
from exams.actions import breaks, interventions
from exams.models import Entry, ResponseEvent, Sitting
from exams.states import SittingState
from lms.db import clock
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada) -> Sitting:
    """An hour, with five minutes of breaks."""
    made = make.running(make.exam(minutes=60), ada)
    Entry.objects.filter(pk=made.entry_id).update(break_seconds=300)
    return Sitting.objects.get(pk=made.pk)


@pytest.fixture
def page(signed_in, ada):
    return signed_in(ada)


@pytest.fixture
def desk(signed_in, ivo):
    return signed_in(ivo)


def address(name: str, sitting, *more) -> str:
    return reverse(f"exams:{name}", args=[sitting.uuid, *more])


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def take(sitting) -> Sitting:
    return breaks.take(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)


@pytest.mark.parametrize(("name", "more"), [("paper", ()), ("page", (1,)), ("review", ()), ("submit", ())])
def test_each_page_of_a_paper_offers_the_break_that_is_left(name, more, page, sitting) -> None:
    said = text(page.get(address(name, sitting, *more)))
    assert "Take a break" in said
    assert "Breaks: 5 min left" in said
    Entry.objects.update(break_seconds=0)
    assert "break" not in text(page.get(address(name, sitting, *more))).lower()


def test_a_break_hides_the_paper_until_the_candidate_goes_on(page, sitting) -> None:
    said = text(page.post(address("take_break", sitting), follow=True))
    assert "You are on a break" in said
    assert "<fieldset" not in said
    for name in ("review", "submit"):
        assert page.get(address(name, sitting)).headers["Location"] == address("paper", sitting)
    assert "<fieldset" not in text(page.get(address("page", sitting, 1)))
    answer = page.post(address("go_on", sitting), follow=True)
    assert "<fieldset" in text(answer)
    assert answer.redirect_chain == [(address("paper", sitting), 302)]


def test_the_page_of_a_break_looks_again_in_the_second_in_which_it_ends(page, sitting) -> None:
    take(sitting)
    assert page.get(address("paper", sitting)).headers["Refresh"].startswith("10; ")
    with clock.shifted(minutes=4, seconds=56):
        seconds = int(page.get(address("paper", sitting)).headers["Refresh"].partition(";")[0])
        assert 1 <= seconds <= 4
    with clock.shifted(minutes=5):
        assert "<fieldset" in text(page.get(address("paper", sitting)))


@pytest.mark.parametrize(("name", "more"), [("paper", ()), ("page", (1,))])
def test_a_break_by_the_plain_form_saves_what_stands_in_it(name, more, page, sitting) -> None:
    said = {"was-1": "", "answer-1": "b", "go": "break"}
    assert "You are on a break" in text(page.post(address(name, sitting, *more), said, follow=True))
    assert list(ResponseEvent.objects.values_list("position", "value")) == [(1, "b")]


def test_who_took_a_break_from_a_page_comes_back_to_it(page, sitting) -> None:
    said = {"was-2": "", "answer-2": "b", "go": "break"}
    away = page.post(address("page", sitting, 2), said, follow=True)
    assert "You are on a break" in text(away)
    assert address("page", sitting, 2) in away.headers["Refresh"]
    back = page.post(address("go_on", sitting), {"position": "2"})
    assert back.headers["Location"] == address("page", sitting, 2)
    assert "<fieldset" in text(page.get(back.headers["Location"]))


def test_what_is_sent_in_a_break_is_not_saved_and_the_page_says_so(page, sitting) -> None:
    take(sitting)
    answer = page.post(address("page", sitting, 1), {"was-1": "", "answer-1": "b", "go": "next"})
    assert answer.status_code == 409
    assert "came during the break and was not saved" in text(answer)


def test_without_break_time_the_sitting_goes_on_and_the_page_says_so(page, sitting) -> None:
    Entry.objects.update(break_seconds=0)
    said = text(page.post(address("take_break", sitting), follow=True))
    assert "No break time is left" in said
    assert "<fieldset" in said


def test_in_a_pause_by_an_invigilator_the_page_is_that_of_the_pause(page, sitting, ivo) -> None:
    interventions.pause(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="A fire drill.")
    for name in ("take_break", "go_on"):
        said = text(page.post(address(name, sitting), follow=True))
        assert "The sitting is paused" in said
        assert "Go on" not in said


def test_before_the_start_and_after_the_end_the_doors_lead_elsewhere(page, ada) -> None:
    exam = make.exam()
    waiting = make.entered(exam, ada)
    for name in ("take_break", "go_on"):
        assert page.post(address(name, waiting)).headers["Location"] == reverse(
            "exams:entry", args=[waiting.entry.uuid]
        )
    over = make.handed_in(make.exam("other"), ada)
    for name in ("take_break", "go_on"):
        assert page.post(address(name, over)).headers["Location"] == address("receipt", over)


def test_a_stranger_sees_no_such_door(signed_in, sitting, ben) -> None:
    for name in ("take_break", "go_on"):
        assert signed_in(ben).post(address(name, sitting)).status_code == 404


def test_where_the_window_ends_sittings_the_page_says_that_a_break_does_not_move_it(page, sitting) -> None:
    Sitting.objects.update(window_closes_at=sitting.deadline_at)
    assert "within the window until" in text(page.get(address("paper", sitting)))
    take(sitting)
    assert "A break does not move that" in text(page.get(address("paper", sitting)))


# --- for the invigilator -------------------------------------------------------------------------------


def test_the_board_says_until_when_and_offers_a_pause_and_no_resume(desk, sitting) -> None:
    ends = take(sitting).break_ends_at
    for answer in (
        desk.get(reverse("exams:board", args=["small"])),
        desk.get(reverse("exams:watched", args=[sitting.uuid])),
    ):
        said = text(answer)
        assert re.search(rf"On a break.{{0,40}} until <time[^>]*>{ends:%H:%M:%S}</time>", said)
        assert reverse("exams:intervene", args=[sitting.uuid, "pause"]) in said
        assert reverse("exams:intervene", args=[sitting.uuid, "resume"]) not in said


def test_who_would_cut_a_break_short_is_told_why_not(desk, sitting) -> None:
    take(sitting)
    answer = desk.post(
        reverse("exams:intervene", args=[sitting.uuid, "resume"]), {"reason": "Enough."}, follow=True
    )
    assert "The candidate is on a break" in text(answer)
    assert Sitting.objects.get().state == SittingState.PAUSED


def test_the_timeline_tells_of_breaks(page, desk, sitting) -> None:
    take(sitting)
    breaks.go_on(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    take(sitting)
    with clock.shifted(minutes=20):
        said = text(desk.get(reverse("exams:watched", args=[sitting.uuid])))
        page.post(address("submit", sitting))
        told = page.get(address("timeline_json", sitting)).json()["timeline"]
    assert said.count("<strong>A break</strong> began") == 2
    assert "<strong>The break ended</strong>; it is credited" in said
    assert "<strong>The break ended</strong>, for its time was used up; it is credited" in said
    assert [(line["what"], line["by"], line["note"]) for line in told if line["what"] in ("pause", "resume")] == [
        ("pause", "you", "break"), ("resume", "you", "break"), ("pause", "you", "break"), ("resume", "the server", "break")
    ]  # fmt: skip
    credits = [line for line in told if line["what"] == "time credited"]
    assert {line["by"] for line in credits} == {"the server"}
    assert all("a break" in line["note"] for line in credits)


# --- for the player ------------------------------------------------------------------------------------


def test_the_player_hears_until_when_the_break_lasts(client, page, sitting) -> None:
    token = access.token(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=1)
    ends = take(sitting).break_ends_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    base, headers = f"/api/v1/sittings/{sitting.uuid}", {"X-Sitting-Token": token}
    batch = {"epoch": 1, "events": [{"seq": 1, "position": 1, "value": "a"}]}
    answers = [
        client.get(base, headers=headers),
        client.post(f"{base}/presence", headers=headers),
        client.post(f"{base}/lease", {}, content_type="application/json", headers=headers),
        client.post(f"{base}/responses", batch, content_type="application/json", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 409, 409]
    assert [(answer.json()["state"], answer.json()["break_until"]) for answer in answers] == [
        ("paused", ends)
    ] * 4
    with clock.shifted(minutes=6):
        late = client.get(base, headers=headers).json()
    assert (late["state"], late["break_until"]) == ("running", None)
    assert late["deadline"] > sitting.deadline_at.isoformat()
    assert timedelta(seconds=late["seconds_left"]) > timedelta(minutes=58)
