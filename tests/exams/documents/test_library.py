"""Items that were written or edited here return to the files of their bank."""

from pathlib import Path

import pytest
from django.conf import settings

from exams.actions import items
from exams.documents import library
from exams.models import Bank, Item
from exams.states import ItemState
from tests.exams.actions.test_library import ITEMS, edit, faults, folder, load
from tests.factories import exams as make

__all__ = ["folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library"), pytest.mark.once]
SHIPPED = Path(settings.BASE_DIR) / "exams" / "library"


@pytest.fixture
def loaded(folder):
    load(folder)
    return folder


def write(place):
    count = library.write(place, SHIPPED)
    return count.written, count.unchanged


def test_files_that_say_what_the_bank_says_stay_as_they_are(loaded) -> None:
    before = (loaded / ITEMS).read_text()
    assert write(loaded) == (0, 1)
    assert (loaded / ITEMS).read_text() == before


def test_an_edit_returns_to_its_file_with_its_author_and_the_file_counts_again(loaded, hana) -> None:
    item = Item.objects.get(code="T-1-0")
    items.edit_item(item_id=item.pk, draft=make.draft(stem="Ours: what’s new?"), editor_id=hana.pk)
    Item.objects.filter(code="T-1-0").update(state=ItemState.LIVE)
    assert write(loaded) == (1, 0)
    assert faults(loaded) == []
    text = (loaded / ITEMS).read_text()
    assert 'stem: "Ours: what’s new?"' in text
    count = load(loaded)
    assert (count.changed, count.kept) == (0, 0)
    assert Item.objects.get(code="T-1-0").state == ItemState.LIVE
    assert write(loaded) == (0, 1)
    edit(loaded, ITEMS, "Ours: what’s new?", "And now?")
    assert load(loaded).changed == 1
    assert Item.objects.get(code="T-1-0").current.content["stem"] == "And now?"


def test_a_new_item_gets_a_place_in_a_file_of_its_pool_and_a_retired_one_keeps_its_own(loaded, hana) -> None:
    bank = Bank.objects.get(key="aims-lead-implementer")
    items.add_item(bank_id=bank.pk, code="T-9-1", draft=make.draft(), author_id=hana.pk)
    Item.objects.filter(code="T-2-0").update(state=ItemState.RETIRED)
    assert write(loaded) == (1, 1)
    assert faults(loaded) == []
    fresh = (loaded / "banks/aims-lead-implementer/exam/written-here.yaml").read_text()
    assert fresh.startswith(
        "bank: aims-lead-implementer\npool: exam\nauthor: Hana Sato\nitems:\n  - code: T-9-1\n"
    )
    assert "T-2-0" in (loaded / ITEMS).read_text()
    count = load(loaded)
    assert (count.created, count.changed, count.kept) == (0, 0, 0)
