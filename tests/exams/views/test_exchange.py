import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from exams.actions import items
from exams.models import Item, ItemChange, ItemVersion
from lms.audit.models import Entry as TrailEntry
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

URL = "/admin/bank/items/import/"
GIFT = b"""::G-1::Which one? { =The scope#It bounds all. ~The policy#It follows. ~The budget#It follows too. }

::G-2::<script>alert(1)</script> {T}
"""


@pytest.fixture
def bank():
    return make.bank()


def said(bank, /, content: bytes = GIFT, **more: object) -> dict:
    file = SimpleUploadedFile("items.gift", content)
    return {
        "bank": bank.pk,
        "format": "gift",
        "pool": "exam",
        "domain": "2",
        "level": "apply",
        "file": file,
    } | more


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)) | {"pool": "exam"}


def test_the_way_to_it_stands_above_the_list_for_those_who_write(bank, hana, ivo, finn, signed_in) -> None:
    assert URL in signed_in(hana).get("/admin/bank/items/").content.decode()
    assert signed_in(hana).get(URL).status_code == 200
    assert signed_in(finn).get(URL).status_code in {302, 403}


def test_a_preview_writes_nothing_and_its_confirmation_imports(bank, hana, signed_in) -> None:
    browser = signed_in(hana)
    page = browser.post(URL, said(bank)).content.decode()
    assert "Import 1 item as drafts" in page
    assert "<summary><strong>G-1</strong>, line 1: Which one?</summary>" in page
    assert "<td>B</td><td>The policy</td><td></td><td>It follows.</td>" in page
    assert "the text has &lt;script&gt;, which has no place in an item" in page
    assert Item.objects.count() == 0
    held = hidden(page)
    assert held["held_name"] == "items.gift"
    answer = browser.post(URL, held | {"confirm": "yes"}, follow=True)
    assert "1 imported as drafts, 0 were there already, 1 refused." in answer.content.decode()
    item = Item.objects.get()
    assert (item.code, item.domain, item.level) == ("G-1", 2, "apply")
    assert ItemVersion.objects.get().author == hana
    assert ItemChange.objects.get().note.startswith("G-1 of items.gift (SHA-256 ")
    assert "1 is in the bank already" in browser.post(URL, said(bank)).content.decode()


def test_who_imports_can_not_name_another_author_to_review_it_themselves(bank, hana, ivo, signed_in) -> None:
    browser = signed_in(hana)
    held = hidden(browser.post(URL, said(bank, author=ivo.email)).content.decode())
    browser.post(URL, held | {"confirm": "yes"})
    assert ItemVersion.objects.get().author == hana


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"file": ""}, "Choose a file."),
        ({"file": "", "held": "bm90IHppcA=="}, "The preview can&#x27;t be read any more."),
        ({"file": "", "held": "é"}, "The preview can&#x27;t be read any more."),
        ({"format": "qti"}, "Nothing was imported (line 1): the file is not a QTI item"),
        ({"format": "none"}, "Select a valid choice"),
        ({"bank": "x"}, "Select a valid choice"),
        ({"domain": "100"}, "less than or equal to 99"),
    ],
)
def test_what_can_not_be_is_told_in_a_sentence(bank, hana, signed_in, more, sentence) -> None:
    answer = signed_in(hana).post(URL, said(bank, **more))
    assert (answer.status_code, sentence in answer.content.decode()) == (200, True)
    assert Item.objects.count() == 0


EXPORT = "/admin/bank/items/export/"


def test_an_export_is_shown_before_it_leaves_and_leaves_a_trace(bank, hana, eve, signed_in) -> None:
    assert signed_in(hana).get(EXPORT).status_code in {302, 403}
    make.live_item("L-1", in_bank=bank)
    items.add_item(bank_id=bank.pk, code="O-1", draft=make.kind_draft("ordering"), author_id=hana.pk)
    browser = signed_in(eve)
    assert EXPORT in browser.get("/admin/bank/items/").content.decode()
    asked = {"bank": bank.pk, "format": "gift"}
    page = browser.post(EXPORT, asked).content.decode()
    assert "1 item; 1 is left out, named below" in page
    assert "GIFT has no place for an item of the kind ordering" in page
    assert not TrailEntry.objects.filter(verb="exams.bank.exported").exists()
    answer = browser.post(EXPORT, asked | {"state": "live", "download": "yes"})
    assert answer["Content-Disposition"] == 'attachment; filename="small.gift"'
    assert b"::L-1::" in answer.content
    entry = TrailEntry.objects.get(verb="exams.bank.exported")
    assert (entry.actor_id, entry.facts["items"], entry.facts["which"]) == (eve.pk, 1, {"state": "live"})
    assert browser.post(EXPORT, asked | {"state": "retired"}).status_code == 400
