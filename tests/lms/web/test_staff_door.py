"""The door of the admin."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_stranger_to_the_house_signs_in_where_everybody_does(client) -> None:
    answer = client.get("/admin/pages/", follow=True)
    assert answer.redirect_chain[-1] == ("/accounts/login/?next=/admin/pages/", 302)


def test_who_has_no_work_in_the_admin_is_told_so_and_not_sent_round(client, dag) -> None:
    client.force_login(dag)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) == 1


def test_who_works_there_goes_on(client, finn) -> None:
    client.force_login(finn)
    assert client.get("/admin/login/?next=/admin/pages/").headers["Location"] == "/admin/pages/"


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "\x00", ""])
def test_it_leads_nowhere_else(client, finn, onward) -> None:
    client.force_login(finn)
    answer = client.get("/admin/login/", {"next": onward})
    assert answer.headers["Location"] == "/admin/"


def test_where_to_go_on_is_an_address_and_no_name_of_a_view(client, finn) -> None:
    client.force_login(finn)
    for door in ("/admin/login/", "/legal/accept/"):
        assert client.get(door, {"next": "-1"}).headers["Location"] == "-1"


def test_no_password_is_taken_or_reset_there(client, ada) -> None:
    assert client.post("/admin/login/", {"username": ada.email, "password": "x"}).status_code == 302
    assert client.get("/admin/password_reset/").status_code == 404


def test_no_address_is_changed_there_that_nobody_has_confirmed(client, finn) -> None:
    client.force_login(finn)
    client.post("/admin/account/", {
        "name_email-first_name": "F", "name_email-last_name": "A", "name_email-email": "cleo@victim.example",
        "locale-preferred_language": "", "locale-current_time_zone": "", "theme-theme": "system",
        "theme-contrast": "system", "theme-density": "default",
    })  # fmt: skip
    finn.refresh_from_db()
    assert finn.email == "finn@example.org"
