"""What browsers and search engines ask for at the root."""

import re
import xml.etree.ElementTree as ET

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db

PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def test_the_sitemap_names_public_pages_and_each_can_be_read_by_anyone(client, library, settings):
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    addresses = [str(place.text) for place in ET.fromstring(answer.content).iter(PLACE)]
    assert len(addresses) == len(set(addresses))
    paths = [address.removeprefix(settings.PUBLIC_URL) for address in addresses]
    assert {
        "/",
        "/courses/lead-auditor/",
        "/courses/lead-implementer/sample/",
        "/schemes/aims-lead-auditor/",
    } <= set(paths)
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        assert 'content="noindex"' not in page.content.decode(), path


def test_robots_are_kept_from_what_needs_a_login_and_told_of_the_sitemap(client, settings):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in text
    for path in re.findall(r"^Disallow: (\S+)$", text, re.MULTILINE):
        assert path not in {"/", "/courses/", "/v/"}


def test_robots_are_kept_from_all_of_a_demonstration(client, settings):
    settings.DEMONSTRATION = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_who_asks_for_the_old_kind_of_mark_is_led_to_it(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/web/favicon.ico")
    with open(str(finders.find("web/favicon.ico")), "rb") as mark:
        assert mark.read(4) == b"\0\0\1\0"
