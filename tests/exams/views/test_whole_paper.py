"""The whole paper as one plain form: what the player builds on, and what remains when scripts fail."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from exams.queries import sittings as queries
from exams.rules import responses as rules
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada: Any) -> Any:
    return make.running(make.exam(), ada)


@pytest.fixture
def browser(ada: Any, signed_in: Any) -> Client:
    return signed_in(ada)


def saved(sitting: Any) -> dict[int, Any]:
    return rules.current(queries.events(sitting.pk))


def test_one_button_saves_all_that_was_changed_and_leads_back_to_its_place(browser, sitting) -> None:
    paper = reverse("exams:paper", args=[sitting.uuid])
    answer = browser.post(
        paper, {"was-1": "", "answer-1": "a", "was-2": "", "was-4": "", "answer-4": "c", "go": "4"}
    )
    assert (answer.status_code, answer["Location"]) == (302, f"{paper}#item-4")
    assert saved(sitting) == {1: "a", 4: "c"}


@pytest.mark.parametrize("go", ["", "elsewhere", "//example.org", "99999", "-1"])
def test_a_place_that_is_none_leads_to_the_beginning(browser, sitting, go) -> None:
    paper = reverse("exams:paper", args=[sitting.uuid])
    assert browser.post(paper, {"go": go})["Location"] == paper


def test_saving_may_lead_to_the_review(browser, sitting) -> None:
    answer = browser.post(reverse("exams:paper", args=[sitting.uuid]), {"go": "review"})
    assert answer["Location"] == reverse("exams:review", args=[sitting.uuid])


def test_an_answer_is_taken_back_by_its_box(browser, sitting) -> None:
    make.answer(sitting, {2: "b"})
    paper = reverse("exams:paper", args=[sitting.uuid])
    assert 'name="clear-2"' in browser.get(paper).content.decode()
    browser.post(paper, {"was-2": "b", "answer-2": "b", "clear-2": "1"})
    assert saved(sitting) == {}


def test_the_page_holds_one_form_with_every_item_and_what_the_player_needs(browser, sitting) -> None:
    page = browser.get(reverse("exams:paper", args=[sitting.uuid]))
    text = page.content.decode()
    assert [f'id="item-{position}" data-item' in text for position in range(1, 7)] == [True] * 5 + [False]
    assert '<script id="player" type="application/json">' in text
    assert "no-store" in page["Cache-Control"]


def test_whoever_asks_for_the_receipt_of_a_running_sitting_is_led_to_the_paper(browser, sitting) -> None:
    answer = browser.get(reverse("exams:receipt", args=[sitting.uuid]))
    assert answer["Location"] == reverse("exams:paper", args=[sitting.uuid])
