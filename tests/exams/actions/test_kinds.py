"""Kinds of items on their way into forms and out of the marking."""

from fractions import Fraction

import pytest

from exams import itemtypes
from exams.actions import assembly, items, marking, sittings
from exams.models import Blueprint, Form, Item, Result, ScoreRun, Sitting
from exams.queries import bank
from exams.rules.assembly import CannotAssemble
from exams.states import ItemState, SittingState
from tests.factories import exams as make
from tests.factories.kinds import RIGHT, WRONG

pytestmark = pytest.mark.django_db
BY_RULE = itemtypes.marked_by_rule()


def test_a_form_pins_kind_content_rule_and_key_of_each(ada) -> None:
    form = Form.objects.get(exam=make.mixed_exam())
    assert sorted(item["kind"] for item in form.package["items"]) == sorted(BY_RULE)
    for item in form.package["items"]:
        said = make.kind_draft(item["kind"])
        position = str(item["position"])
        assert item["content"] == said.content
        assert form.keys[position] == said.key
        assert form.shapes[position] == [item["kind"], itemtypes.of(item["kind"]).shape(said.content)]
    assert "rule" not in str(form.package)


def test_each_kind_earns_its_points_and_the_run_keeps_them(ada) -> None:
    sitting = make.running(make.mixed_exam(), ada)
    at = {kind: make.position_of(sitting, kind) for kind in BY_RULE}
    make.answer(sitting, {at[kind]: RIGHT[kind] for kind in BY_RULE if kind not in {"matrix", "text"}})
    make.answer(sitting, {at["matrix"]: "ab--", at["text"]: WRONG["text"]}, first=50)
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    marking.mark(sitting_id=sitting.pk)
    run = ScoreRun.objects.get()
    assert (run.raw, run.maximum) == (Fraction(15, 2), 9)
    points = {mark[0]: Fraction(mark[2], mark[3]) for mark in run.detail["marks"]}
    assert (points[at["matrix"]], points[at["text"]], points[at["gap"]]) == (Fraction(1, 2), 0, 1)


def test_an_essay_stays_a_draft_and_says_why(hana) -> None:
    item = items.add_item(
        bank_id=make.bank().pk, code="E-1", draft=make.kind_draft("essay"), author_id=hana.pk
    )
    with pytest.raises(items.Unfinished) as caught:
        items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    assert caught.value.faults == [
        "an item of the kind essay is marked by people, which is not possible here yet: it stays a draft"
    ]
    item.refresh_from_db()
    assert item.state == ItemState.DRAFT


def test_no_form_would_hold_an_essay_even_if_one_were_live(hana) -> None:
    exam = make.exam(forms=0)
    home = exam.blueprint.bank
    essay = items.add_item(bank_id=home.pk, code="E-1", draft=make.kind_draft("essay"), author_id=hana.pk)
    Item.objects.filter(pk=essay.pk).update(state=ItemState.LIVE)
    assert "E-1" not in {piece.code for piece in bank.stock(exam.blueprint).pieces}


def test_a_blueprint_may_name_the_kinds_that_it_holds(ada) -> None:
    exam = make.mixed_exam(forms=0)
    Blueprint.objects.filter(pk=exam.blueprint_id).update(kinds=["matrix", "matching"], length=2)
    exam.blueprint.refresh_from_db()
    assert {piece.code for piece in bank.stock(exam.blueprint).pieces} == {"mixed-matrix", "mixed-matching"}
    Blueprint.objects.filter(pk=exam.blueprint_id).update(kinds=["essay"])
    with pytest.raises(CannotAssemble):
        assembly.assemble(exam_id=exam.pk, actor_id=None, seed="any")


def test_what_needs_a_marker_leaves_the_sitting_handed_in_and_unmarked(ada) -> None:
    """No way leads here but a form that was put together past the rules."""
    sitting = make.running(make.mixed_exam(), ada)
    form = Form.objects.get(pk=sitting.form_id)
    place = make.position_of(sitting, "text")
    form.package["items"][place - 1]["kind"] = "essay"
    form.keys[str(place)] = dict(make.kind_draft("essay").key)
    form.save()
    make.answer(sitting, {place: "Because."})
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    with pytest.raises(marking.NeedsMarker) as caught:
        marking.mark(sitting_id=sitting.pk)
    assert caught.value.positions == (place,)
    assert (Sitting.objects.get().state, Result.objects.count()) == (SittingState.SUBMITTED, 0)
