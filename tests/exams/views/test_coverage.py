import csv
import io

import pytest

from exams.actions import items
from exams.models import Bank, Item
from exams.states import ItemState
from tests.counting import statements
from tests.factories import certificates as make_certificates
from tests.factories import courses as make_courses
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> Bank:
    """A bank for the profile of a small course: 4.1 and A.2.2 are taught, an item asks about 4.1."""
    make_courses.small()
    home = make.bank()
    Bank.objects.filter(pk=home.pk).update(profile_key="lead")
    home.refresh_from_db()
    asking("X-1", home, clauses=["4.1"])
    return home


def asking(code: str, bank: Bank, *, clauses=(), controls=(), live: bool = True) -> Item:
    item = make.live_item(code, in_bank=bank)
    Item.objects.filter(pk=item.pk).update(
        clauses=list(clauses),
        controls=list(controls),
        state=ItemState.LIVE if live else ItemState.DRAFT,
    )
    item.refresh_from_db()
    return item


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_what_is_untested_is_red_and_said_in_words(bank, hana, signed_in) -> None:
    said = text(signed_in(hana).get("/admin/bank/matrix/"))
    assert "0 untaught, 1 untested." in said
    assert 'aria-label="A.2.2: 3 lessons, untested"' in said
    row = said[said.index("</a> Policy</th>") :]
    assert '<td class="matrix-gap">untested</td>' in row[: row.index("</tr>")]
    row = said[said.index("</a> The organisation</th>") :]
    assert "matrix-gap" not in row[: row.index("</tr>")]
    gaps = text(signed_in(hana).get("/admin/bank/matrix/?show=gaps"))
    assert "The organisation" not in gaps
    assert "Policy</th>" in gaps


def test_a_clause_that_no_lesson_teaches_is_untaught(bank, hana, signed_in) -> None:
    make_courses.load(
        make_courses.course(
            "small", [make_courses.module(1, [make_courses.lesson("l1", controls=(), sample=True)])]
        )
    )
    for key in ("l2", "l3"):
        make_courses.LessonPage.objects.get(key=key).unpublish()
    said = text(signed_in(hana).get("/admin/bank/matrix/"))
    assert "1 untaught, 1 untested." in said


def test_a_row_leads_to_its_lessons_and_items(bank, hana, finn, signed_in) -> None:
    asking("X-2", bank, clauses=["4.1"], live=False)
    said = text(signed_in(hana).get("/admin/bank/matrix/small/4.1/"))
    assert '<a href="/courses/small/#module-1">1.1 Lesson l1</a>' in said
    item = Item.objects.get(code="X-2")
    assert f'<a href="/admin/bank/items/{item.pk}/">X-2</a></td><td>draft</td>' in said
    assert "Untested" in text(signed_in(hana).get("/admin/bank/matrix/small/A.2.2/"))
    for address in ("small/9.9/", "none/4.1/", "none/csv/"):
        assert signed_in(hana).get(f"/admin/bank/matrix/{address}").status_code == 404


def test_the_owner_is_led_to_the_lesson_in_the_page_editor(bank, olga, signed_in) -> None:
    page = make_courses.LessonPage.objects.get(key="l1")
    assert f"/admin/pages/{page.pk}/edit/" in text(signed_in(olga).get("/admin/bank/matrix/small/4.1/"))


def test_the_matrix_as_a_table_to_take_along(bank, hana, signed_in) -> None:
    answer = signed_in(hana).get("/admin/bank/matrix/small/csv/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="traceability-small.csv"'
    rows = {row["reference"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert set(rows) == {"4", "4.1", "A.2", "A.2.2"}
    assert (rows["4.1"]["live"], rows["4.1"]["gaps"]) == ("1", "")
    assert (rows["A.2.2"]["live"], rows["A.2.2"]["gaps"]) == ("0", "untested")
    assert rows["4.1"]["lessons"] == "1.1 Lesson l1; 1.2 Lesson l2; 1.3 Lesson l3"


def test_only_who_works_in_banks_sees_it(bank, finn, kai, signed_in) -> None:
    for person in (finn, kai):
        for address in ("", "small/4.1/", "small/csv/"):
            answer = signed_in(person).get(f"/admin/bank/matrix/{address}")
            assert answer.status_code in (302, 403), address
    assert "/admin/bank/matrix/" not in text(signed_in(finn).get("/desk/"))


def test_without_a_bank_or_its_profile_it_says_so(hana, signed_in) -> None:
    browser = signed_in(hana)
    assert "You work in no bank yet." in text(browser.get("/admin/bank/matrix/"))
    make.bank()
    assert "hasn’t been loaded" in text(browser.get("/admin/bank/matrix/"))
    assert browser.get("/admin/bank/matrix/?bank=none").status_code == 404
    assert browser.get("/admin/bank/matrix/small/csv/").status_code == 404


def test_forms_results_and_holders_stand_beside_the_items(ada, eve, hana, signed_in) -> None:
    make_courses.small()
    exam = make.exam("seen")
    Bank.objects.filter(pk=exam.blueprint.bank_id).update(profile_key="lead")
    Item.objects.filter(bank=exam.blueprint.bank_id).update(clauses=["4.1"], controls=[])
    make.released(exam, ada)
    browser = signed_in(hana)
    assert "<td>below 30 results</td>" in text(browser.get("/admin/bank/matrix/"))
    assert "Fewer than 30 released results" in text(browser.get("/admin/bank/matrix/bank-seen/4.1/"))
    for person in make.people(29):
        make.released(exam, person)
    assert "<td>100 % (100 to 100)</td>" in text(browser.get("/admin/bank/matrix/"))
    assert "reached (100 to 100 %, at 95 per cent)" in text(browser.get("/admin/bank/matrix/bank-seen/4.1/"))
    answer = browser.get("/admin/bank/matrix/bank-seen/csv/")
    rows = {row["reference"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert rows["4.1"]["in last forms"] == "5"
    assert [rows["4.1"][f"points reached{end}"] for end in (" in per cent", ", low", ", high")] == ["100"] * 3
    assert rows["4.1"]["holders"] == "0"
    assert rows["A.2.2"]["points reached in per cent"] == ""
    assert "Exam seen, form 1" in text(signed_in(hana).get("/admin/bank/matrix/"))


def test_a_holder_counts_for_what_their_form_asked(ada, eve, hana, signed_in, certification) -> None:
    make_courses.small()
    make_certificates.schemes()
    exam = make.exam("seen", scheme_key=make_certificates.IMPLEMENTER)
    Bank.objects.filter(pk=exam.blueprint.bank_id).update(profile_key="lead")
    Item.objects.filter(bank=exam.blueprint.bank_id).update(clauses=["4.1"], controls=[])
    make.released(exam, ada)
    make_certificates.certified(ada)
    answer = signed_in(hana).get("/admin/bank/matrix/bank-seen/csv/")
    rows = {row["reference"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert {ref: row["holders"] for ref, row in rows.items()} == {
        "4": "0",
        "4.1": "1",
        "A.2": "0",
        "A.2.2": "0",
    }


def test_it_costs_the_same_at_one_item_and_at_thirty(bank, hana, signed_in) -> None:
    browser = signed_in(hana)
    browser.get("/admin/bank/matrix/")
    with statements() as few:
        browser.get("/admin/bank/matrix/")
    for number in range(30):
        asking(f"Z-{number}", bank, clauses=["4.1"], controls=["A.2.2"])
    make_courses.grow(make_courses.CoursePage.objects.get(), lessons=30)
    with statements() as many:
        browser.get("/admin/bank/matrix/")
    assert len(few) == len(many)


# Retiring


def test_retiring_the_last_live_item_of_a_clause_asks_once_more(bank, hana, signed_in) -> None:
    item, browser = Item.objects.get(code="X-1"), signed_in(hana)
    address = f"/admin/bank/items/{item.pk}/retire/"
    answer = browser.post(address, {"reason": "It gives itself away."})
    assert answer.status_code == 409
    assert "no other live item of the exam pool asks about 4.1" in text(answer)
    item.refresh_from_db()
    assert item.state == ItemState.LIVE
    browser.post(address, {"reason": "It gives itself away.", "knowing": "on"})
    item.refresh_from_db()
    assert item.state == ItemState.RETIRED


def test_an_item_that_others_stand_beside_is_retired_at_once(bank, hana, signed_in) -> None:
    item = asking("X-2", bank, clauses=["4.1"])
    items.retire_item(item_id=item.pk, actor_id=hana.pk, reason="Too easy by far.")
    item.refresh_from_db()
    assert item.state == ItemState.RETIRED


def test_a_draft_is_nobodys_last(bank, hana) -> None:
    item = asking("X-3", bank, controls=["A.2.2"], live=False)
    items.retire_item(item_id=item.pk, actor_id=hana.pk, reason="Never mind.")
    assert Item.objects.get(pk=item.pk).state == ItemState.RETIRED
