import pytest
from django.test import Client

from certificates.models import Credential, Evidence
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
PAGE = f"/schemes/{make.IMPLEMENTER}/apply/"


def test_a_stranger_is_asked_to_sign_in_first(schemes):
    answer = Client().get(PAGE)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")


def test_it_says_what_is_met_and_what_is_missing(schemes, ada, signed_in):
    make.exam_result(ada)
    text = signed_in(ada).get(PAGE).content.decode()
    assert "Proven on" in text
    assert "Missing: read it below, and sign it." in text
    assert "Guard the examination" in text
    assert "Apply for Provisional" not in text


def test_sign_then_apply_then_hold(schemes, ada, signed_in):
    make.exam_result(ada)
    client = signed_in(ada)
    assert client.post(PAGE, {"version": "1", "agree": "on"}).url == PAGE
    assert "Apply for Provisional Implementer" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"level": "provisional"})
    credential = Credential.objects.get()
    assert answer.url == f"/certificates/{credential.number}/"
    assert "being made" in client.get(answer.url).content.decode()
    assert client.post(PAGE, {"level": "provisional"}).url == answer.url
    assert Credential.objects.count() == 1


def test_nobody_signs_without_agreeing_or_a_text_they_were_not_shown(schemes, ada, signed_in):
    client = signed_in(ada)
    answer = client.post(PAGE, {"version": "1"})
    assert answer.status_code == 400
    assert "tick the box" in answer.content.decode()
    answer = client.post(PAGE, {"version": "0", "agree": "on"})
    assert "was changed while you read it" in answer.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("level", "words"),
    [("provisional", "still missing"), ("lead", "still missing"), ("\0<x>", "cannot be applied for")],
)
def test_what_cannot_be_applied_for_is_said(schemes, ada, signed_in, level, words):
    answer = signed_in(ada).post(PAGE, {"level": level}, follow=True)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_an_account_without_a_name_is_sent_to_write_one(schemes, ada, signed_in):
    make.exam_result(ada)
    type(ada).objects.filter(pk=ada.pk).update(display_name="", certificate_name="")
    client = signed_in(ada)
    client.post(PAGE, {"version": "1", "agree": "on"})
    assert "write your name in your profile" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"level": "provisional"}, follow=True)
    assert "Write your name in your profile first" in answer.content.decode()


def test_there_is_no_page_for_an_unknown_scheme(schemes, ada, signed_in):
    assert signed_in(ada).get("/schemes/nonsense/apply/").status_code == 404
    assert Client().get("/schemes/nonsense/").status_code == 404
