"""One device and another: where the exam asks for it, an invigilator agrees before the second one writes."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from exams.actions import takeovers
from exams.models import Exam, Sitting, TakeoverRequest
from exams.queries import sittings as queries
from exams.rules import responses as rules
from exams.states import Takeover
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada) -> Sitting:
    exam = make.exam()
    Exam.objects.filter(pk=exam.pk).update(takeover=Takeover.ASK)
    return make.running(exam, ada)


def page(sitting: Sitting) -> str:
    return reverse("exams:page", args=[sitting.uuid, 1])


def player(browser: Client, sitting: Sitting) -> dict:
    shown = browser.get(reverse("exams:paper", args=[sitting.uuid]))
    return shown.context["player"]


def saves(browser: Client, sitting: Sitting, value: str):
    return browser.post(page(sitting), {"answer-1": value, "was-1": "", "go": "next"})


def current(sitting: Sitting) -> dict:
    return rules.current(queries.events(sitting.pk))


def test_a_browser_gets_a_name_once_and_keeps_it(signed_in, ada, sitting) -> None:
    browser = signed_in(ada)
    first = player(browser, sitting)["device"]
    assert (len(first), player(browser, sitting)["device"]) == (32, first)
    cookie = browser.cookies["sitting_device"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == (first, True, "Lax")


def test_the_first_device_writes_freely_and_the_second_must_wait_without_scripts_too(
    signed_in, ada, ivo, sitting
) -> None:
    laptop, phone = signed_in(ada), signed_in(ada)
    assert saves(laptop, sitting, "a").status_code == 302
    refused = saves(phone, sitting, "b")
    assert refused.status_code == 409
    assert "What you sent just now was not saved." in refused.text
    assert current(sitting) == {1: "a"}
    takeovers.allow(request_id=TakeoverRequest.objects.get().pk, by_id=ivo.pk)
    assert phone.post(page(sitting), {"answer-1": "b", "was-1": "a", "go": "next"}).status_code == 302
    assert current(sitting) == {1: "b"}
    assert saves(laptop, sitting, "c").status_code == 409


def test_the_page_of_a_second_device_holds_a_token_that_writes_nothing(signed_in, ada, sitting) -> None:
    laptop, phone = signed_in(ada), signed_in(ada)
    saves(laptop, sitting, "a")
    holding, asking = player(laptop, sitting), player(phone, sitting)

    def sends(said: dict, epoch: int):
        body = json.dumps({"epoch": epoch, "events": [{"seq": 90, "position": 2, "value": "a"}]})
        headers = {"X-Sitting-Token": said["token"]}
        return phone.post(said["responses_url"], body, content_type="application/json", headers=headers)

    assert sends(asking, 1).json()["code"] == "unknown-epoch"
    assert current(sitting) == {1: "a"}
    assert sends(holding, 1).status_code == 200


def test_where_the_exam_does_not_ask_any_device_goes_on(signed_in, ada) -> None:
    sitting = make.running(make.exam("free"), ada)
    assert saves(signed_in(ada), sitting, "a").status_code == 302
    assert saves(signed_in(ada), sitting, "b").status_code == 302
    assert current(sitting) == {1: "b"}
