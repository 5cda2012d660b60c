"""Kinds of items on their way into forms and out of the marking."""

from dataclasses import replace
from fractions import Fraction

import pytest

from exams import itemtypes
from exams.actions import assembly, items, marking, sittings
from exams.models import Blueprint, Form, Item, ScoreRun
from exams.queries import bank
from exams.rules.assembly import CannotAssemble
from exams.states import ItemState
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


def test_an_essay_is_reviewed_as_any_item_and_needs_its_levels(hana) -> None:
    home, draft = make.bank(), make.kind_draft("essay")
    items.submit_for_review(
        item_id=items.add_item(bank_id=home.pk, code="E-1", draft=draft, author_id=hana.pk).pk,
        actor_id=hana.pk,
    )
    old = replace(draft, key={name: said for name, said in draft.key.items() if name != "levels"})
    item = items.add_item(bank_id=home.pk, code="E-2", draft=old, author_id=hana.pk)
    with pytest.raises(items.Unfinished) as caught:
        items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    assert caught.value.faults == [
        "'Reason' must have 2 to 7 levels, and has 0",
        "'Example' must have 2 to 7 levels, and has 0",
    ]


def test_no_form_holds_an_essay_unless_its_blueprint_names_the_kind(hana) -> None:
    exam = make.exam(forms=0)
    home = exam.blueprint.bank
    essay = items.add_item(bank_id=home.pk, code="E-1", draft=make.kind_draft("essay"), author_id=hana.pk)
    Item.objects.filter(pk=essay.pk).update(state=ItemState.LIVE)
    assert "E-1" not in {piece.code for piece in bank.stock(exam.blueprint).pieces}
    exam.blueprint.kinds = ["essay"]
    assert {piece.code for piece in bank.stock(exam.blueprint).pieces} == {"E-1"}


def test_a_blueprint_may_name_the_kinds_that_it_holds(ada) -> None:
    exam = make.mixed_exam(forms=0)
    Blueprint.objects.filter(pk=exam.blueprint_id).update(kinds=["matrix", "matching"], length=2)
    exam.blueprint.refresh_from_db()
    assert {piece.code for piece in bank.stock(exam.blueprint).pieces} == {"mixed-matrix", "mixed-matching"}
    Blueprint.objects.filter(pk=exam.blueprint_id).update(kinds=["essay"])
    with pytest.raises(CannotAssemble):
        assembly.assemble(exam_id=exam.pk, actor_id=None, seed="any")
