"""The page editor's menu and home page: plain words, in the order of the work, for those whose work it is."""

import json
import re

import pytest

from tests import cast

pytestmark = pytest.mark.django_db

WORK = ["Courses", "Item bank", "Forms of exams", "Results to release", "Schemes", "Register"]


def menu(text: str) -> list[str]:
    found = re.search(r'<script id="wagtail-sidebar-props"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    modules = json.loads(found[1])["modules"]
    main = next(one for one in modules if one["_type"] == "wagtail.sidebar.MainMenuModule")["_args"][0]
    labels = [item["_args"][0]["label"] for item in main]
    return [label for label in labels if label in WORK]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("finn", ["Courses"]),
        ("gro", ["Courses"]),
        ("hana", ["Item bank", "Forms of exams"]),
        ("ivo", ["Item bank", "Forms of exams"]),
        ("eve", ["Item bank", "Forms of exams", "Results to release"]),
        ("lena", ["Schemes"]),
        ("kai", ["Schemes", "Register"]),
        ("olga", ["Courses", "Item bank", "Forms of exams", "Schemes"]),
    ],
)
def test_the_menu_names_the_work_of_this_person_and_no_other(library, signed_in, name, expected):
    assert menu(signed_in(cast.person(name)).get("/admin/").content.decode()) == expected


def test_the_home_page_leads_to_the_work(library, hana, kai, signed_in):
    text = signed_in(hana).get("/admin/").content.decode()
    assert 'href="/admin/bank/items/">Item bank</a>' in text
    assert "Search all pages" not in text
    assert 'href="/register/">Register</a>' in signed_in(kai).get("/admin/").content.decode()


def test_news_of_the_editors_maker_stay_away(library, finn, signed_in):
    text = signed_in(finn).get("/admin/").content.decode()
    assert "Editor Guide" in text
    assert "whats-new-in-wagtail" not in text
    assert '"data-w-dismissible-id-value": "editor-guide"' not in text
