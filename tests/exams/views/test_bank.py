import html
from dataclasses import replace

import pytest
from django.urls import reverse

from exams.actions import items
from exams.models import Form, FormItem, Item
from exams.queries import bank
from exams.states import ItemState
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(hana) -> Item:
    return items.add_item(bank_id=make.bank().pk, code="X-1", draft=make.draft(), author_id=hana.pk)


@pytest.fixture
def shipped(library) -> None:
    """The framework and profiles of the shipped library, whose domains and clauses the form knows."""


def written(**more: object) -> dict:
    said = {
        "code": "NEW-1",
        "pool": "exam",
        "domain": "2",
        "level": "apply",
        "clauses": "6.1.2, 8.2",
        "controls": "A.5.2",
        "stem": "What now?",
        "right": "b",
    }
    for name in "abc":
        said |= {f"text_{name}": f"Option {name}", f"why_{name}": f"Because of {name}."}
    return said | more


def url(item: Item, rest: str = "") -> str:
    return f"/admin/bank/items/{item.pk}/{rest}"


def test_the_bank_stands_in_the_menu_of_those_who_work_in_it(hana, finn, signed_in) -> None:
    assert "/admin/bank/items/" in signed_in(hana).get("/admin/").content.decode()
    assert "/admin/bank/items/" not in signed_in(finn).get("/admin/").content.decode()


def test_the_list_finds_and_filters(item, hana, signed_in) -> None:
    make.live_item("Y-2", domain=2)
    browser = signed_in(hana)
    text = browser.get("/admin/bank/items/").content.decode()
    assert all(code in text for code in ("X-1", "Y-2"))
    live = browser.get("/admin/bank/items/?state=live").content.decode()
    assert "Y-2" in live
    assert "X-1" not in live
    assert "X-1" not in browser.get("/admin/bank/items/results/?q=Y-2").content.decode()
    for wrong in ("state=gone", "bank=x", "domain=one", "p=99"):
        assert browser.get(f"/admin/bank/items/?{wrong}").status_code == 200


def test_the_list_costs_the_same_at_one_and_at_many(item, hana, signed_in) -> None:
    browser = signed_in(hana)
    assert browser.get("/admin/bank/items/").status_code == 200
    with statements() as few:
        browser.get("/admin/bank/items/")
    for number in range(20):
        items.add_item(bank_id=item.bank_id, code=f"Z-{number}", draft=make.draft(), author_id=hana.pk)
    with statements() as many:
        browser.get("/admin/bank/items/")
    assert len(few) == len(many)


def test_others_see_nothing_of_it(item, ada, finn, dag, signed_in, client) -> None:
    for path in (
        "/admin/bank/items/",
        url(item),
        url(item, "edit/"),
        "/admin/bank/items/add/",
        "/admin/bank/forms/",
    ):
        assert client.get(path).url.startswith("/admin/login/")
        for other in (ada, dag, finn):
            answer = signed_in(other).get(path)
            assert answer.status_code in (302, 403, 404)
            assert b"Because of" not in answer.content


def test_an_author_writes_submits_and_two_reviewers_accept(shipped, hana, ivo, jun, signed_in) -> None:
    author = signed_in(hana)
    assert author.get("/admin/bank/items/add/").status_code == 200
    bank = make.Bank.objects.get(key="aims-lead-implementer")
    answer = author.post("/admin/bank/items/add/", written(bank=bank.pk))
    item = Item.objects.get(code="NEW-1")
    assert answer.url == url(item)
    text = author.get(url(item)).content.decode()
    assert all(said in text for said in ("What now?", "Option c", "Because of b.", "clauses 6.1.2, 8.2"))
    author.post(url(item, "submit/"))
    for reviewer in (ivo, jun):
        browser = signed_in(reviewer)
        assert "Record my review" in browser.get(url(item)).content.decode()
        browser.post(url(item, "review/"), {"verdict": "accept", "note": ""})
    item.refresh_from_db()
    assert item.state == ItemState.LIVE
    assert "Revise" in author.get(url(item)).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": ""}, "This field is required"),
        ({"code": "no spaces, please"}, "Use letters, digits"),
        ({"code": "x" * 41}, "at most 40"),
        ({"domain": "9"}, "Select a valid choice"),
        ({"level": "guess"}, "Select a valid choice"),
        ({"clauses": "6.1.9"}, "The framework has no 6.1.9"),
        ({"controls": "A.9.9, B.2.2"}, "The framework has no A.9.9, B.2.2"),
        ({"clauses": "x" * 500}, "at most 40 references"),
        ({"text_b": ""}, "This field is required"),
        ({"text_b": "Option a"}, "Two options have the same text"),
        ({"why_c": ""}, "This field is required"),
        ({"right": "e"}, "Exactly one option is right, and 0 are marked so"),
        ({"right": "z"}, "Select a valid choice"),
        ({"stem": "x" * 4001}, "at most 4000"),
        ({"bank": "999999"}, "Select a valid choice"),
        ({"bank": "none"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(shipped, hana, signed_in, change, said) -> None:
    bank = make.Bank.objects.get(key="aims-lead-implementer")
    answer = signed_in(hana).post("/admin/bank/items/add/", written(bank=bank.pk) | change)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert "Because of a." in answer.content.decode()
    assert not Item.objects.filter(code="NEW-1").exists()


def test_a_code_that_is_taken_is_said(shipped, hana, signed_in) -> None:
    bank = make.Bank.objects.get(key="aims-lead-implementer")
    items.add_item(bank_id=bank.pk, code="NEW-1", draft=make.draft(), author_id=hana.pk)
    answer = signed_in(hana).post("/admin/bank/items/add/", written(bank=bank.pk))
    assert "Another item of this bank has this code" in answer.content.decode()


def test_an_edit_shows_what_stands_there_and_makes_a_version(shipped, hana, signed_in) -> None:
    bank = make.Bank.objects.get(key="aims-lead-implementer")
    browser = signed_in(hana)
    browser.post("/admin/bank/items/add/", written(bank=bank.pk))
    item = Item.objects.get(code="NEW-1")
    assert "What now?" in browser.get(url(item, "edit/")).content.decode()
    browser.post(url(item, "edit/"), written(stem="What then?"))
    item.refresh_from_db()
    assert (item.current.number, item.current.content["stem"], item.code) == (2, "What then?", "NEW-1")
    told = {"source": "A course of 2019", "edition": "2nd", "aids": "A language model proposed options."}
    for _ in range(2):
        browser.post(url(item, "edit/"), written(stem="What then?", **told))
    item.refresh_from_db()
    assert (item.current.number, item.current.provenance) == (3, tuple(told.values()))
    page = browser.get(url(item)).content.decode()
    assert "Source: A course of 2019, 2nd" in page and "Aids: A language model proposed options." in page
    assert 'value="A course of 2019"' in browser.get(url(item, "edit/")).content.decode()
    browser.post(url(item, "submit/"))
    assert browser.get(url(item, "edit/")).url == url(item)


def test_a_return_needs_a_reason_and_ones_own_item_is_for_others(item, hana, ivo, eve, signed_in) -> None:
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    reviewer = signed_in(ivo)
    answer = reviewer.post(url(item, "review/"), {"verdict": "return", "note": " "})
    assert (answer.status_code, "Tell the author" in answer.content.decode()) == (400, True)
    assert reviewer.post(url(item, "review/"), {"verdict": "burn"}).status_code == 400
    assert signed_in(hana).post(url(item, "review/"), {"verdict": "accept"}).status_code in (302, 403)
    assert Item.objects.get(pk=item.pk).state == ItemState.REVIEW
    mine = items.add_item(bank_id=item.bank_id, code="E-1", draft=make.draft(), author_id=eve.pk)
    items.submit_for_review(item_id=mine.pk, actor_id=eve.pk)
    examiner = signed_in(eve)
    assert "You wrote this item" in examiner.get(url(mine)).content.decode()
    examiner.post(url(mine, "review/"), {"verdict": "accept"})
    assert "Another person must review it" in examiner.get(url(mine)).content.decode()


def test_an_item_is_retired_with_a_reason(item, hana, ivo, signed_in) -> None:
    browser = signed_in(hana)
    assert browser.post(url(item, "retire/"), {"reason": ""}).status_code == 400
    signed_in(ivo).post(url(item, "retire/"), {"reason": "Not my office."})
    assert Item.objects.get(pk=item.pk).state == ItemState.DRAFT
    browser.post(url(item, "retire/"), {"reason": "The control was misread."})
    assert Item.objects.get(pk=item.pk).state == ItemState.RETIRED
    browser.post(url(item, "retire/"), {"reason": "Once more."})
    browser.post(url(item, "submit/"))
    assert "Nothing was changed" in browser.get(url(item)).content.decode()


def test_an_examiner_assembles_opens_and_retires_a_form(eve, hana, signed_in) -> None:
    exam = make.exam(forms=0)
    examiner = signed_in(eve)
    assert "Assemble the next form" in examiner.get("/admin/bank/forms/").content.decode()
    examiner.post(f"/admin/bank/forms/assemble/{exam.pk}/")
    form = Form.objects.get()
    assert (form.state, form.assembled_by) == ("assembled", eve)
    for event, state in (("open", "open"), ("open", "open"), ("retire", "retired"), ("retire", "retired")):
        examiner.post(f"/admin/bank/forms/{form.pk}/{event}/")
        form.refresh_from_db()
        assert form.state == state
    signed_in(hana).post(f"/admin/bank/forms/assemble/{exam.pk}/")
    assert Form.objects.count() == 1


def test_a_bank_that_is_too_small_says_what_is_missing(eve, signed_in) -> None:
    exam = make.exam(forms=0)
    Item.objects.filter(domain=2).update(state="retired")
    browser = signed_in(eve)
    browser.post(f"/admin/bank/forms/assemble/{exam.pk}/")
    said = html.unescape(browser.get("/admin/bank/forms/").content.decode())
    assert "No form could be assembled. This can't be met: domain 2 wants 3 items (0 are there)." in said
    assert Form.objects.count() == 0


def test_a_form_shows_what_was_asked_and_what_was_proved(eve, dag, signed_in) -> None:
    exam = make.exam(forms=0)
    make.live_item("more", in_bank=exam.blueprint.bank, domain=2)
    browser = signed_in(eve)
    browser.post(f"/admin/bank/forms/assemble/{exam.pk}/", {"forms": "2"})
    listing = browser.get("/admin/bank/forms/").content.decode()
    assert "Forms 1 and 2 of Exam small are assembled and share no item." in listing
    for asked in ("0", "5", "-1", "x", ""):
        browser.post(f"/admin/bank/forms/assemble/{exam.pk}/", {"forms": asked})
        assert "Between 1 and 4 forms" in browser.get("/admin/bank/forms/").content.decode()
    first = Form.objects.get(number=1)
    said = browser.get(reverse("exams_bank:form", args=[first.pk])).content.decode()
    for fact in (
        first.digest,
        first.seed,
        first.proof["model_digest"],
        "Optimal",
        "number 1 of 2 forms",
        "2 Requirements",
    ):
        assert fact in said
    Form.objects.filter(pk=first.pk).update(proof={})
    said = browser.get(reverse("exams_bank:form", args=[first.pk])).content.decode()
    assert "before forms were assembled by a model" in said
    assert signed_in(dag).get(reverse("exams_bank:form", args=[first.pk])).status_code in {302, 403, 404}


def test_only_posts_move_anything(item, eve, signed_in) -> None:
    browser = signed_in(eve)
    for path in (
        url(item, "submit/"),
        url(item, "review/"),
        url(item, "retire/"),
        "/admin/bank/forms/1/open/",
    ):
        assert browser.get(path).status_code == 405
    assert browser.post("/admin/bank/items/99999/submit/").status_code == 404


def test_an_items_exposure_is_counted_by_version(ada, ben, dag, hana, signed_in) -> None:
    exam = make.exam(forms=2)
    for person in (ada, ben):
        make.running(exam, person)
    make.entered(exam, dag)
    forms = list(exam.forms.all())
    for item in Item.objects.filter(bank=exam.blueprint.bank):
        holding = [form for form in forms if form.items.filter(version__item=item).exists()]
        started = sum(form.sittings.count() for form in holding)
        assert bank.exposure(item.pk) == [bank.Exposure(1, len(holding), started)]
    exposed = FormItem.objects.filter(form__sittings__isnull=False).first().version.item
    items.edit_item(item_id=exposed.pk, draft=make.draft(stem="Another text?"), editor_id=hana.pk)
    with statements() as said:
        lines = bank.exposure(exposed.pk)
    # What is new has been before nobody; what was exposed stays exposed.
    assert [(line.version, line.sittings > 0) for line in lines] == [(2, False), (1, True)]
    assert len(said) == 1
    page = signed_in(hana).get(reverse("exams_bank:item", args=[exposed.pk])).content.decode()
    assert "Sittings started" in page


def test_any_two_versions_are_compared_from_the_history(hana, ivo, finn, signed_in) -> None:
    item = make.live_item("V-1")
    other = make.draft(stem="V-1, anew?", domain=2, right=2)
    items.edit_item(item_id=item.pk, draft=other, editor_id=hana.pk)
    items.edit_item(
        item_id=item.pk, draft=replace(other, key=other.key | {"right": ["a"]}), editor_id=hana.pk
    )
    url = f"/admin/bank/items/{item.pk}/compare/"
    page = signed_in(ivo).get(f"/admin/bank/items/{item.pk}/").content.decode()
    assert url in page
    assert "domain: 1 → 2" in page
    page = signed_in(ivo).get(url).content.decode()
    # The last two have the same text, and another right option.
    assert (page.count("<del>not "), page.count("<ins>not ")) == (1, 1)
    page = signed_in(ivo).get(url, {"before": "1.1", "after": "2.1", "all": "yes"}).content.decode()
    assert "<ins>, anew</ins>" in page
    assert (
        '<th scope="row">Domain</th><td data-side="Before"><del>1</del></td><td data-side="After"><ins>2</ins></td>'
        in page
    )
    assert '<td data-side="Before">apply</td><td data-side="After">apply</td>' in page
    assert signed_in(ivo).get(url, {"before": "9.9", "after": "x"}).status_code == 200
    assert signed_in(finn).get(url).status_code in {302, 403, 404}


@pytest.mark.once
def test_a_pilot_is_judged_by_an_examiner_who_sees_what_forms_say_of_it(
    hana, ivo, jun, eve, ada, ben, signed_in
) -> None:
    exam = make.exam("tried", forms=0)
    item = items.add_item(
        bank_id=exam.blueprint.bank_id, code="P-1", draft=make.draft(stem="New?"), author_id=hana.pk
    )
    author, examiner = signed_in(hana), signed_in(eve)
    assert "As a pilot" in author.get(url(item)).content.decode()
    author.post(url(item, "submit/"), {"to_pilot": "on"})
    assert "submitted as a pilot" in signed_in(ivo).get(url(item)).content.decode()
    for reviewer in (ivo, jun):
        signed_in(reviewer).post(url(item, "review/"), {"verdict": "accept", "note": ""})
    assert "No form tries this version out yet" in examiner.get(url(item)).content.decode()
    exam.blueprint.pilots = 1
    exam.blueprint.save()
    examiner.post(f"/admin/bank/forms/assemble/{exam.pk}/")
    form = exam.forms.get()
    examiner.post(f"/admin/bank/forms/{form.pk}/open/")
    make.sat(exam, ben, "b" * form.length)
    assert "too few to say anything" in examiner.get(url(item)).content.decode()
    assert "up to 1 pilot" in examiner.get("/admin/bank/forms/").content.decode()
    assert "1 of them tried out" in examiner.get(f"/admin/bank/forms/{form.pk}/").content.decode()
    assert "up to 1 more that we try out" in examiner.get(f"/exams/{exam.key}/").content.decode()
    assert "Tried out" in examiner.get(f"/examiner/keys/forms/{form.pk}/").content.decode()
    sitting = make.running(exam, ada)
    candidate = signed_in(ada)
    pages = [candidate.get(f"/sittings/{sitting.uuid}/{n}/").content.decode() for n in (1, *form.pilots)]
    assert "New?" in pages[1]
    assert not any("pilot" in page or "tried out" in page for page in pages)
    assert author.post(url(item, "pilot/"), {"verdict": "promote", "reason": "Mine."}).status_code in (
        302,
        403,
    )
    assert examiner.post(url(item, "pilot/"), {"verdict": "promote", "reason": " "}).status_code == 400
    examiner.post(url(item, "pilot/"), {"verdict": "promote", "reason": "It does well."})
    item.refresh_from_db()
    assert item.state == ItemState.LIVE
    examiner.post(url(item, "pilot/"), {"verdict": "send-back", "reason": "Once more."})
    assert "Only a pilot can be promoted" in examiner.get(url(item)).content.decode()
