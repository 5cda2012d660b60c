"""Who holds an office signs in with a second factor, and nobody else must."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.accounts import queries
from lms.accounts.actions import people
from lms.organisations.actions import memberships
from tests import cast

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_code_was_used() -> None:
    cache.clear()


def sign_in(client: Client, person, **more):
    return client.post(reverse("account_login"), {"login": person.email, "password": cast.PASSWORD}, **more)


def confirms(client: Client) -> None:
    """What protects an account is changed by who has just given the password once more."""
    client.post(reverse("account_reauthenticate"), {"password": cast.PASSWORD})


def code(period: int = 0) -> str:
    counter = list(auth.yield_hotp_counters_from_time())[1 + period]
    return auth.format_hotp_value(auth.hotp_value(SECRET, counter))


def test_who_holds_an_office_is_led_to_set_one_up_before_anything_else(client, eve) -> None:
    sign_in(client, eve)
    for address in ("/desk/", "/examiner/", "/admin/", reverse("organisations:mine")):
        assert client.get(address).url == reverse("mfa_index")
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_once_it_is_set_up_all_is_open_and_without_it_shut_again(client, eve) -> None:
    sign_in(client, eve)
    confirms(client)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[auth.SECRET_SESSION_KEY]
    counter = list(auth.yield_hotp_counters_from_time())[1]
    given = {"code": auth.format_hotp_value(auth.hotp_value(secret, counter))}
    client.post(reverse("mfa_activate_totp"), given)
    assert client.get("/desk/").status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    assert client.get("/desk/").url == reverse("mfa_index")


def test_a_learner_and_a_manager_need_none(client, ada, cleo) -> None:
    for person in (ada, cleo):
        visitor = Client()
        assert sign_in(visitor, person).url == "/desk/"
        assert visitor.get("/desk/").status_code == 200


def test_who_has_one_is_asked_for_a_code_and_a_code_holds_once(client, eve) -> None:
    people.give_authenticator(person_id=eve.pk, secret=SECRET)
    assert sign_in(client, eve).url == reverse("mfa_authenticate")
    assert client.get("/desk/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).url == "/desk/"
    again = Client()
    sign_in(again, eve)
    assert again.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 200
    assert again.post(reverse("mfa_authenticate"), {"code": code(1)}).url == "/desk/"


def test_recovery_codes_let_in_once_each(client, eve) -> None:
    people.give_authenticator(person_id=eve.pk, secret=SECRET)
    sign_in(client, eve)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    client.post(reverse("mfa_reauthenticate"), {"code": code(1)})
    client.post(reverse("mfa_generate_recovery_codes"))
    kept = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    for expected in (302, 200):
        visitor = Client()
        sign_in(visitor, eve)
        assert visitor.post(reverse("mfa_authenticate"), {"code": kept[0]}).status_code == expected


def test_who_gets_an_office_is_signed_out_and_sets_one_up_at_the_next_sign_in(client, dag, institute) -> None:
    sign_in(client, dag)
    assert client.get("/desk/").status_code == 200
    memberships.appoint(person_id=dag.pk, organisation_id=institute.id, role="marker", actor_id=None)
    assert client.get("/desk/").status_code == 302
    sign_in(client, dag)
    assert client.get("/desk/").url == reverse("mfa_index")


def test_the_sessions_are_listed_and_all_others_ended_at_once(client, ada) -> None:
    other = Client(HTTP_USER_AGENT="An old telephone")
    sign_in(other, ada)
    sign_in(client, ada, HTTP_USER_AGENT="This desk")
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "An old telephone" in page
    client.post(reverse("usersessions_list"))
    assert client.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 302
    assert UserSession.objects.count() == 1


def test_several_addresses_each_confirmed_sign_one_person_in(client, ada) -> None:
    client.force_login(ada)
    client.post(reverse("account_email"), {"action_add": "", "email": "ada@elsewhere.example"})
    row = ada.emailaddress_set.get(email="ada@elsewhere.example")
    assert row.verified is False
    row.verified = True
    row.save()
    client.logout()
    given = {"login": "ada@elsewhere.example", "password": cast.PASSWORD}
    assert client.post(reverse("account_login"), given).url == "/desk/"


@pytest.mark.parametrize(
    "address", ["account_login", "account_signup", "account_reset_password", "organisations:sign_in"]
)
def test_who_reads_german_is_answered_in_german(client, address) -> None:
    answer = client.get(reverse(address), headers={"accept-language": "de-DE,de;q=0.9"})
    assert '<html lang="de">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "de"
    elsewhere = client.get("/courses/", headers={"accept-language": "de"})
    assert '<html lang="en-gb">' in elsewhere.content.decode()


def test_a_person_s_own_language_comes_before_the_browser_s(client, ada) -> None:
    ada.language = "de"
    ada.save()
    client.force_login(ada)
    for address in (
        "accounts:profile",
        "account_email",
        "mfa_index",
        "usersessions_list",
        "organisations:mine",
    ):
        page = client.get(reverse(address), headers={"accept-language": "en"}).content.decode()
        assert '<html lang="de">' in page
        assert "Ihr Konto" in page


def test_every_page_of_one_s_account_is_one_of_ours(client, ada) -> None:
    client.force_login(ada)
    names = (
        "accounts:profile", "account_email", "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn",
        "mfa_add_webauthn", "usersessions_list", "socialaccount_connections", "account_logout",
    )  # fmt: skip
    for name in names:
        answer = client.get(reverse(name), follow=True)
        page = answer.content.decode()
        assert answer.status_code == 200, name
        assert 'class="site-header' in page, name


NATIVE = {
    "display_name": "Hana",
    "legal_name": "",
    "certificate_name": "佐藤 花",
    "certificate_name_latin": "Hana Sato",
    "time_zone": "UTC",
    "language": "en-gb",
}


def test_a_name_in_another_script_is_printed_with_its_latin_letters(client, ada) -> None:
    client.force_login(ada)
    assert client.post(reverse("accounts:profile"), NATIVE).status_code == 302
    assert queries.card(ada.pk).printed_name == "佐藤 花 (Hana Sato)"
    for wrong in ({"certificate_name_latin": ""}, {"certificate_name_latin": "花"}, {"certificate_name": ""}):
        assert client.post(reverse("accounts:profile"), NATIVE | wrong).status_code == 400
