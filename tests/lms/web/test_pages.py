"""The pages of the house itself, as a browser without script gets them."""

import re

import pytest

pytestmark = pytest.mark.django_db

HOUSE = ["/", "/design/", "/about/", "/about/independence/", "/about/accessibility/", "/about/privacy/"]
DOORS = ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/confirm-email/"]


@pytest.mark.parametrize("address", HOUSE + DOORS)
def test_anyone_may_read_it_and_it_is_a_whole_page(client, address):
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<h1") == 1
    assert text.count("<main") == 1
    assert 'href="#content"' in text
    assert 'id="content"' in text
    assert re.search(r"<title>\s*\S", text)


@pytest.mark.parametrize("address", HOUSE + DOORS)
def test_no_identifier_stands_twice(client, address):
    found = re.findall(r'\sid="([^"]+)"', client.get(address).content.decode())
    assert sorted(found) == sorted(set(found))


@pytest.mark.parametrize("address", [*HOUSE, *DOORS, "/nothing-here/"])
def test_every_page_carries_the_policy_and_nothing_that_it_forbids(client, address):
    page = client.get(address)
    assert "default-src 'self'" in page["Content-Security-Policy"]
    text = page.content.decode()
    assert re.findall(r"<[^<>]+\s(?:style|on[a-z]+)=", text) == []
    assert re.findall(r'<script(?![^>]*(?:src=|type="application/json"))', text) == []


def test_a_missing_page_says_what_is_lost_and_where_to_go(client):
    page = client.get("/nothing-here/")
    assert page.status_code == 404
    assert "Nothing is lost." in page.content.decode()


def test_the_front_page_asks_for_a_number_without_an_account(client):
    text = client.get("/").content.decode()
    assert '<form class="panel" method="get" action="/verify/">' in text


def test_the_footer_claims_no_accreditation_on_every_page(client):
    for address in HOUSE:
        assert "claims no accreditation" in client.get(address).content.decode()


def test_the_desk_is_for_those_who_are_signed_in(client):
    page = client.get("/desk/")
    assert (page.status_code, page["Location"]) == (302, "/accounts/login/?next=/desk/")
