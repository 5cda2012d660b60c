from dataclasses import asdict

import pytest
from django.db import IntegrityError, transaction

from exams.actions import assembly, items
from exams.models import FormItem, Item, ItemKey, ItemVersion, Review
from exams.queries import bank
from exams.rules import assembly as rules
from exams.rules.assembly import CannotAssemble, wording
from exams.states import FORM, ITEM, FormState, ItemState, ReviewVerdict
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from lms.kit.machine import IllegalMove
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

ACCEPT, RETURN = ReviewVerdict.ACCEPT, ReviewVerdict.RETURN


@pytest.fixture
def item(hana) -> Item:
    return items.add_item(bank_id=make.bank().pk, code="X-1", draft=make.draft(), author_id=hana.pk)


def state(item: Item) -> str:
    return Item.objects.get(pk=item.pk).state


def test_an_item_begins_as_a_draft_with_version_and_key(item, hana) -> None:
    assert (item.state, item.current.number, item.current.author) == (ItemState.DRAFT, 1, hana)
    assert ItemKey.objects.get().key == {"rule": "all-or-nothing", "right": ["b"]}
    assert TrailEntry.objects.filter(verb="exams.item.added", actor_id=hana.pk).count() == 1


def test_a_code_is_used_once_in_a_bank(item, hana) -> None:
    with pytest.raises(items.CodeTaken):
        items.add_item(bank_id=item.bank_id, code="X-1", draft=make.draft(), author_id=hana.pk)


def test_two_acceptances_make_it_live(item, hana, ivo, jun) -> None:
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    items.review_item(item_id=item.pk, reviewer_id=ivo.pk, verdict=ACCEPT)
    assert state(item) == ItemState.REVIEW
    items.review_item(item_id=item.pk, reviewer_id=jun.pk, verdict=ACCEPT)
    assert state(item) == ItemState.LIVE


def test_a_return_puts_it_back_with_the_note_and_a_new_round_begins_anew(item, hana, ivo, jun) -> None:
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    items.review_item(item_id=item.pk, reviewer_id=ivo.pk, verdict=ACCEPT)
    items.review_item(item_id=item.pk, reviewer_id=jun.pk, verdict=RETURN, note="Two options are right.")
    assert state(item) == ItemState.DRAFT
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    items.review_item(item_id=item.pk, reviewer_id=jun.pk, verdict=ACCEPT)
    assert state(item) == ItemState.REVIEW
    items.review_item(item_id=item.pk, reviewer_id=ivo.pk, verdict=ACCEPT)
    assert state(item) == ItemState.LIVE


def test_nobody_reviews_their_own_item_nor_twice(item, hana, ivo) -> None:
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    with pytest.raises(items.NotAnotherPerson):
        items.review_item(item_id=item.pk, reviewer_id=hana.pk, verdict=ACCEPT)
    items.review_item(item_id=item.pk, reviewer_id=ivo.pk, verdict=ACCEPT)
    with pytest.raises(items.NotAnotherPerson):
        items.review_item(item_id=item.pk, reviewer_id=ivo.pk, verdict=ACCEPT)


def test_who_wrote_an_earlier_version_is_an_author_too(item, hana, ivo) -> None:
    items.edit_item(item_id=item.pk, draft=make.draft(stem="Better?"), editor_id=ivo.pk)
    items.submit_for_review(item_id=item.pk, actor_id=ivo.pk)
    for author in (hana, ivo):
        with pytest.raises(items.NotAnotherPerson):
            items.review_item(item_id=item.pk, reviewer_id=author.pk, verdict=ACCEPT)


def test_the_table_refuses_a_review_of_ones_own_and_a_return_without_a_reason(item, hana, ivo) -> None:
    row = {"version": item.current, "round": 1, "author": hana, "at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(reviewer=hana, verdict=ACCEPT, **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(reviewer=ivo, verdict=RETURN, note="", **row)


def test_an_unfinished_item_is_not_reviewed(hana) -> None:
    draft = make.draft()
    draft.rationales["c"] = " "
    item = items.add_item(bank_id=make.bank().pk, code="X-2", draft=draft, author_id=hana.pk)
    with pytest.raises(items.Unfinished) as caught:
        items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    assert caught.value.faults == [
        "every option needs a rationale: why it is right, or why someone might choose it"
    ]
    assert state(item) == ItemState.DRAFT


def test_a_change_of_text_is_a_new_version_and_a_change_of_key_a_new_key(item, hana) -> None:
    items.edit_item(item_id=item.pk, draft=make.draft(), editor_id=hana.pk)
    assert (ItemVersion.objects.count(), ItemKey.objects.count()) == (1, 1)
    changed = make.draft()
    changed.key["right"] = ["c"]
    items.edit_item(item_id=item.pk, draft=changed, editor_id=hana.pk)
    assert (ItemVersion.objects.count(), ItemKey.objects.count()) == (1, 2)
    items.edit_item(item_id=item.pk, draft=make.draft(stem="Better?"), editor_id=hana.pk)
    assert (ItemVersion.objects.count(), ItemKey.objects.count()) == (2, 3)


def test_a_live_item_that_is_revised_must_be_reviewed_anew_and_forms_keep_what_they_have(hana) -> None:
    exam = make.exam()
    placed = FormItem.objects.select_related("version__item").get(form__exam=exam, position=1)
    item = placed.version.item
    before = placed.form.package
    items.edit_item(item_id=item.pk, draft=make.draft(stem="Quite another?"), editor_id=hana.pk)
    assert state(item) == ItemState.DRAFT
    placed.refresh_from_db()
    assert (placed.version.number, placed.form.package) == (1, before)


def test_nothing_is_edited_while_it_is_reviewed_or_once_it_is_retired(item, hana) -> None:
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    with pytest.raises(IllegalMove):
        items.edit_item(item_id=item.pk, draft=make.draft(stem="Late?"), editor_id=hana.pk)
    other = items.add_item(bank_id=item.bank_id, code="X-3", draft=make.draft(), author_id=hana.pk)
    items.retire_item(item_id=other.pk, actor_id=hana.pk, reason="Outdated.")
    with pytest.raises(IllegalMove):
        items.edit_item(item_id=other.pk, draft=make.draft(stem="Late?"), editor_id=hana.pk)


@pytest.mark.parametrize(
    ("machine", "state", "event"),
    [
        (machine, state, event)
        for machine, states, events in (
            (ITEM, ItemState, ("submit", "accept", "return", "revise", "retire")),
            (FORM, FormState, ("open", "retire")),
        )
        for state in states
        for event in events
        if not machine.may(state, event)
    ],
)
def test_no_other_move_is_open(machine, state, event) -> None:
    with pytest.raises(IllegalMove):
        machine.after(state, event)


def test_a_form_is_frozen_with_keys_apart_and_a_digest(eve) -> None:
    exam = make.exam(forms=0)
    form = assembly.assemble(exam_id=exam.pk, actor_id=eve.pk, seed="x")
    assert (form.state, form.length, form.number) == (FormState.ASSEMBLED, 5, 1)
    assert [item["domain"] for item in form.package["items"]].count(1) == 2
    assert "right" not in str(form.package)
    assert "Because of" not in str(form.package)
    assert set(form.shapes) == set(form.keys) == {"1", "2", "3", "4", "5"}
    assert form.shapes["1"] == ["single", "abc"]


def test_the_next_form_takes_what_the_first_left() -> None:
    exam = make.exam(forms=2)
    first, second = (
        set(FormItem.objects.filter(form=form).values_list("version__item__code", flat=True))
        for form in exam.forms.order_by("number")
    )
    assert len(first & second) == 1  # five items in domain 2, of which each form takes three
    assert exam.forms.values_list("digest", flat=True).distinct().count() == 2


def test_a_bank_that_is_too_small_says_what_is_missing_and_makes_nothing() -> None:
    exam = make.exam(forms=0)
    Item.objects.filter(domain=2).update(state="retired")
    with pytest.raises(CannotAssemble) as caught:
        assembly.assemble(exam_id=exam.pk, actor_id=None)
    assert [wording.conflict(one, proved=True) for one in caught.value.conflicts] == [
        "This can't be met: domain 2 wants 3 items (0 are there)."
    ]
    assert exam.forms.count() == 0


def test_what_was_proved_stands_with_the_form_and_solving_again_gives_the_same() -> None:
    exam = make.exam(forms=0, length=6)
    exam.blueprint.levels = [{"level": "apply", "weight": 1}]
    exam.blueprint.exposure_limit = 1
    exam.blueprint.save()
    stock = bank.stock(exam.blueprint)
    form = assembly.assemble(exam_id=exam.pk, actor_id=None, seed="spring")
    again = rules.assemble(stock.plan, stock.pieces, stock.sets, seed=form.seed)
    assert form.proof | asdict(again.proof) == form.proof
    assert (form.proof["status"], form.proof["seed"], form.proof["forms"], form.proof["form"]) == (
        "optimal",
        "spring",
        1,
        1,
    )
    assert form.proof["cells"] == [
        {"domain": 1, "level": "", "least": 2, "most": 2, "found": 2},
        {"domain": 1, "level": "apply", "least": 2, "most": 3, "found": 2},
        {"domain": 2, "level": "", "least": 4, "most": 4, "found": 4},
        {"domain": 2, "level": "apply", "least": 3, "most": 4, "found": 4},
    ]
    codes = set(form.items.values_list("version__item__code", flat=True))
    assert codes == set(again.drafts[0].items)
    with pytest.raises(CannotAssemble) as caught:
        assembly.assemble(exam_id=exam.pk, actor_id=None)
    assert {one.kind for found in caught.value.conflicts for one in found} == {
        rules.Kind.CELL,
        rules.Kind.EXPOSURE,
    }


def test_forms_assembled_at_once_share_no_item_and_are_numbered_on() -> None:
    exam = make.exam()
    for number in range(6):
        make.live_item(f"more-{number}", in_bank=exam.blueprint.bank, domain=2)
    made = assembly.assemble_parallel(exam_id=exam.pk, actor_id=None, forms=2)
    assert [form.number for form in made] == [2, 3]
    codes = [code for form in made for code in form.items.values_list("version__item", flat=True)]
    assert (len(codes), len(set(codes))) == (10, 10)
    assert [form.proof["form"] for form in made] == [1, 2]
    assert len({form.proof["model_digest"] for form in made}) == 1


def test_forms_are_opened_and_retired_once() -> None:
    form = assembly.assemble(exam_id=make.exam(forms=0).pk, actor_id=None)
    assembly.open_form(form_id=form.pk, actor_id=None)
    with pytest.raises(IllegalMove):
        assembly.open_form(form_id=form.pk, actor_id=None)
    assembly.retire_form(form_id=form.pk, actor_id=None)
    with pytest.raises(IllegalMove):
        assembly.retire_form(form_id=form.pk, actor_id=None)
    assert list(form.changes.order_by("id").values_list("event", flat=True)) == ["assemble", "open", "retire"]
