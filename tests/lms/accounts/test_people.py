"""People sign up by address, are verified by mail, and their passwords are dear to guess."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import identify_hasher
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.accounts import queries
from lms.accounts.models import Person
from lms.jobs import worker

pytestmark = pytest.mark.django_db

PASSWORD = "a long walk by the river"


def sign_up(client, email="new@example.org", name="Nia Newcomer"):
    return client.post(
        reverse("account_signup"), {"email": email, "password1": PASSWORD, "display_name": name}
    )


def test_an_address_that_somebody_merely_added_keeps_nobody_from_signing_up_with_it(client, ada, dag) -> None:
    for person in (ada, dag):
        EmailAddress.objects.create(user=person, email="nora@example.org", verified=False)
    before = EmailAddress.objects.get(user=dag, verified=True)
    sign_up(client, email="Nora@example.org", name="Nora")
    assert EmailAddress.objects.get(email="nora@example.org").user.display_name == "Nora"
    assert EmailAddress.objects.get(user=dag) == before


def test_signing_up_sends_a_link_by_the_outbox_and_the_link_signs_in(client):
    assert sign_up(client).url == reverse("account_email_verification_sent")
    assert mail.outbox == []
    worker.run_due()
    body = str(mail.outbox[0].body)
    assert "gave this address for an account at Auditorium." in body
    assert body.endswith("--\nAuditorium\nhttp://localhost:8000")
    link = re.search(r"http://\S+(/accounts/confirm-email/\S+)", body).group(1)
    assert client.post(link).url == "/desk/"
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_without_the_link_nobody_gets_in(client):
    sign_up(client)
    answer = client.post(reverse("account_login"), {"login": "new@example.org", "password": PASSWORD})
    assert answer.url == reverse("account_email_verification_sent")
    assert client.get("/desk/").status_code == 302


def test_a_known_address_is_not_betrayed(client, ada):
    known = sign_up(client, email=ada.email)
    unknown = sign_up(client, email="another@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_passwords_are_kept_by_argon2id_with_owasp_s_parameters(client):
    sign_up(client)
    person = Person.objects.get(email="new@example.org")
    assert identify_hasher(person.password).algorithm == "argon2"
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in person.password


@pytest.mark.parametrize("name", ["", "x" * 121, "Ada\u202eKamau", "Ada\x00Kamau"])
def test_a_name_that_can_t_be_printed_is_refused_in_words(client, name):
    answer = sign_up(client, name=name)
    assert answer.status_code == 200
    assert answer.context["form"].errors["display_name"]


def test_an_address_is_one_whatever_its_case(ada):
    card = queries.by_email("ADA@example.ORG")
    assert card is not None
    assert card.id == ada.pk


def test_the_name_for_certificates_is_the_display_name_until_another_is_given(client, ada):
    client.force_login(ada)
    client.post(
        reverse("accounts:profile"),
        {
            "display_name": "Ada Kamau",
            "certificate_name": "Ada Wanjirũ Kamau",
            "certificate_name_latin": "",
            "time_zone": "Africa/Nairobi",
            "language": "de",
        },
    )
    card = queries.card(ada.pk)
    assert (card.printed_name, card.time_zone, card.language) == ("Ada Wanjirũ Kamau", "Africa/Nairobi", "de")


def test_an_unknown_zone_or_language_is_refused(client, ada):
    client.force_login(ada)
    answer = client.post(
        reverse("accounts:profile"),
        {"display_name": "Ada", "certificate_name": "", "time_zone": "Mars/Olympus", "language": "tlh"},
    )
    assert set(answer.context["form"].errors) == {"time_zone", "language"}


def test_who_asks_too_often_is_told_to_wait(client, ada):
    cache.clear()
    for _ in range(6):
        answer = client.post("/accounts/password/reset/", {"email": ada.email})
    cache.clear()
    assert answer.status_code == 429
    assert "nothing was changed. Wait a few minutes" in answer.content.decode()


def test_a_forgotten_password_is_replaced_by_the_link_and_who_is_known_is_not_betrayed(client, ada):
    cache.clear()
    other = Client()
    other.force_login(ada)
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (ada.email, "nobody@example.org")
    ]
    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    worker.run_due()
    (letter,) = [one for one in mail.outbox if one.to == [ada.email]]
    link = re.search(r"http://\S+(/accounts/password/reset/key/\S+)", str(letter.body)).group(1)
    form = client.get(link).url
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert client.get(link).status_code == 200  # used once, it opens no form any more
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert other.get("/desk/").status_code == 302  # whoever was signed in is so no more
