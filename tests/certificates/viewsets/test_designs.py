"""Designs edited in the admin: a new version each time, and nothing printed ever changes."""

import pytest
from django.core.files.storage import default_storage

from certificates.actions import designs, publishing
from certificates.models import DesignVersion, Document
from certificates.rules import colours
from lms.jobs import worker
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
PATH = "/admin/designs/engraved/"


def fields(**changed):
    newest = DesignVersion.objects.latest("number")
    filled = {f"colour-{name}": value for name, value in newest.data["colours"].items()}
    filled |= {f"word-{name}": value for name, value in newest.data["words"].items()}
    return filled | {"based_on": newest.number} | changed


def test_a_new_version_prints_what_is_granted_after_it_and_nothing_before(schemes, ada, dag, lena, signed_in):
    before = make.certified(ada)
    client = signed_in(lena)
    assert client.get(PATH).status_code == 200
    client.post(PATH, fields(**{"word-heading": "Urkunde"}))
    after = make.certified(dag)
    worker.run_due()
    printed = [one.editions.get().design.data["words"]["heading"] for one in (before, after)]
    assert printed == ["Certificate", "Urkunde"]
    first = Document.objects.get(edition__credential=before)
    assert default_storage.size(first.file.name) == first.size
    assert DesignVersion.objects.latest("number").made_by == lena


def test_what_was_made_here_is_not_overwritten_by_the_library(schemes, lena):
    newest = DesignVersion.objects.latest("number")
    words = newest.data["words"] | {"heading": "Ours"}
    design = {"design_id": newest.design_id, "actor_id": lena.pk, "colours": newest.data["colours"]}
    designs.publish(**design, based_on=1, words=words)
    shipped = newest.data | {"version": 2, "words": newest.data["words"] | {"heading": "Theirs"}}
    assert publishing.publish_design(data=shipped) is publishing.Published.KEPT
    with pytest.raises(designs.Overtaken):
        designs.publish(**design, based_on=1, words=words)
    with pytest.raises(designs.Unchanged):
        designs.publish(**design, based_on=2, words=words)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"colour-ink": "#fdfbf0"}, "can hardly be read on this paper"),
        ({"colour-ink": "red;}x{"}, "Choose a colour"),
        ({"word-heading": ""}, "required"),
        ({"word-heading": "x" * 301}, "at most 300"),
        ({"based_on": "7"}, "was published while you edited"),
        ({}, "Nothing was published"),
    ],
)
def test_what_cannot_be_published_gets_a_sentence(schemes, lena, signed_in, changed, says):
    answer = signed_in(lena).post(PATH, fields(**changed))
    assert (answer.status_code, says in answer.content.decode()) == (400, True)
    assert DesignVersion.objects.count() == 1


def test_the_preview_shows_the_form_as_it_stands_and_saves_nothing(schemes, lena, kai, signed_in):
    client, sent = signed_in(lena), fields(**{"word-heading": "Urkunde", "holder": "<i>M"})
    page = client.post(f"{PATH}preview/", sent).content.decode()
    assert ("Urkunde" in page, "&lt;i&gt;M" in page, "AuditoriumSerif-Regular" in page) == (True, True, True)
    made = client.post(f"{PATH}preview/", sent | {"as": "pdf"})
    assert (made["Content-Type"], made.content[:5]) == ("application/pdf", b"%PDF-")
    assert "Choose a colour" in client.post(f"{PATH}preview/", fields(**{"colour-ink": "x"})).content.decode()
    assert DesignVersion.objects.count() == 1
    assert signed_in(kai).get(PATH).status_code in (302, 403)


def test_contrast_is_that_of_wcag():
    assert round(colours.contrast("#ffffff", "#000000"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48
    assert colours.unreadable(
        {"paper": "#ffffff", "ink": "#777777", "soft": "#767676", "accent": "#959595"}
    ) == (
        "ink",
        "accent",
    )
