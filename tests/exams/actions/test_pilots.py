"""Items that are tried out, and items that count more than once: from the bank to the score run and back."""

from fractions import Fraction

import pytest
from django.db import transaction

from exams.actions import assembly, items, marking, scenarios, sittings, studies
from exams.models import Exam, Form, Item, Scenario, Script
from exams.queries import bank, key_validation, pilots, replays, results
from exams.queries import cuts as cut_queries
from exams.rules.key_validation import BadVerdict, Decision, Verdict
from exams.states import ItemState, ReviewVerdict
from lms.kit import digests
from lms.kit.machine import IllegalMove
from tests.factories import exams as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def pilot(code: str, hana, ivo, jun, **said) -> Item:
    home = said.pop("in_bank", None) or make.bank()
    item = items.add_item(bank_id=home.pk, code=code, draft=make.draft(stem=code, **said), author_id=hana.pk)
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk, to_pilot=True)
    for reviewer in (ivo, jun):
        item = items.review_item(item_id=item.pk, reviewer_id=reviewer.pk, verdict=ReviewVerdict.ACCEPT)
    return item


def accepted(item: Item, hana, ivo, jun) -> None:
    items.submit_for_review(item_id=item.pk, actor_id=hana.pk, to_pilot=True)
    for reviewer in (ivo, jun):
        items.review_item(item_id=item.pk, reviewer_id=reviewer.pk, verdict=ReviewVerdict.ACCEPT)


def hung(home, codes: list[str], hana) -> Scenario:
    """A scenario with these items, written where they are not there."""
    scenario = scenarios.add_scenario(
        bank_id=home.pk, code="T", pool="exam", title="A lender", text="It lends.", author_id=hana.pk
    )
    for place, code in enumerate(codes, 1):
        if not Item.objects.filter(bank=home, code=code).exists():
            items.add_item(bank_id=home.pk, code=code, draft=make.draft(stem=code), author_id=hana.pk)
        Item.objects.filter(bank=home, code=code).update(scenario=scenario, place=place)
    return scenario


def opened(exam: Exam, **plan) -> Form:
    for name, value in plan.items():
        setattr(exam.blueprint, name, value)
    exam.blueprint.save()
    form = assembly.assemble(exam_id=exam.pk, actor_id=None, seed="tried")
    return assembly.open_form(form_id=form.pk, actor_id=None)


@pytest.fixture
def exam(hana, ivo, jun) -> Exam:
    made = make.exam("tried", forms=0)
    for number in range(3):
        pilot(f"tried-p-{number}", hana, ivo, jun, in_bank=made.blueprint.bank)
    return made


def test_an_accepted_pilot_is_promoted_by_an_examiner_who_did_not_write_it(hana, ivo, jun, eve) -> None:
    item = pilot("P-1", hana, ivo, jun)
    assert item.state == ItemState.PILOT
    with pytest.raises(items.NotAnotherPerson):
        items.promote_pilot(item_id=item.pk, examiner_id=hana.pk, reason="It is mine.")
    item = items.promote_pilot(item_id=item.pk, examiner_id=eve.pk, reason="It separates well.")
    assert (item.state, item.changes.last().note) == (ItemState.LIVE, "It separates well.")
    with pytest.raises(IllegalMove):
        items.promote_pilot(item_id=item.pk, examiner_id=eve.pk, reason="Once more.")


def test_a_pilot_that_is_sent_back_is_a_draft_and_may_be_submitted_to_count_at_once(
    hana, ivo, jun, eve
) -> None:
    item = pilot("P-1", hana, ivo, jun)
    item = items.send_pilot_back(item_id=item.pk, examiner_id=eve.pk, reason="Too easy.")
    assert (item.state, item.changes.last().words) == (ItemState.DRAFT, "Sent back from pilot")
    item = items.submit_for_review(item_id=item.pk, actor_id=hana.pk)
    for reviewer in (ivo, jun):
        item = items.review_item(item_id=item.pk, reviewer_id=reviewer.pk, verdict=ReviewVerdict.ACCEPT)
    assert item.state == ItemState.LIVE


def test_what_can_not_be_tried_out_is_refused_with_the_reason(hana) -> None:
    item = items.add_item(
        bank_id=make.bank().pk, code="P-1", draft=make.draft(pool="practice"), author_id=hana.pk
    )
    with pytest.raises(items.Unfinished, match="exam pool"):
        items.submit_for_review(item_id=item.pk, actor_id=hana.pk, to_pilot=True)
    scenario = hung(make.bank(), [make.live_item("Y-1").code, "P-2"], hana)
    with pytest.raises(items.Unfinished, match="other items of its scenario are live"):
        items.submit_for_review(item_id=scenario.items.get(code="P-2").pk, actor_id=hana.pk, to_pilot=True)


def test_a_scenario_is_tried_out_once_all_of_its_items_are_pilots_and_as_a_whole(
    exam, hana, ivo, jun, ada
) -> None:
    home = exam.blueprint.bank
    scenario = hung(home, ["T-1", "T-2"], hana)
    first, second = scenario.items.order_by("place")
    accepted(first, hana, ivo, jun)
    assert bank.stock(exam.blueprint).pilot_sets == ()
    accepted(second, hana, ivo, jun)
    assert [one.code for one in bank.stock(exam.blueprint).pilot_sets] == ["T"]
    form = opened(exam, pilots=5)
    assert (form.length, len(form.pilots)) == (10, 5)
    (part,) = [part for part in form.package["parts"] if part["text"]]
    places = part["positions"]
    assert [form.package["items"][place - 1]["item"] for place in places] == ["T-1", "T-2"]
    assert set(places) <= set(form.pilots)
    result = make.sat(exam, ada, "b" * form.length)
    assert (result.run.raw, result.run.maximum) == (5, 5)
    assert [one.difference for one in replays.replays()] == [None]
    assert bank.stock(exam.blueprint).pilot_sets[0].uses == 1


def test_an_essay_is_tried_out_without_anybody_marking_it(exam, hana, ivo, jun, ada) -> None:
    essay = items.add_item(
        bank_id=exam.blueprint.bank_id, code="E-1", draft=make.kind_draft("essay"), author_id=hana.pk
    )
    accepted(essay, hana, ivo, jun)
    form = opened(exam, pilots=4, kinds=["single", "essay"])
    place = next(one["position"] for one in form.package["items"] if one["item"] == "E-1")
    assert place in form.pilots
    sitting = make.running(exam, ada)
    make.answer(sitting, {place: "I would ask who is harmed.", 1 + (place == 1): "b"})
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    marking.mark(sitting_id=sitting.pk)
    assert not Script.objects.exists()
    assert [one.difference for one in replays.replays()] == [None]
    (tried,) = pilots.tried(Item.objects.get(pk=essay.pk))
    assert (tried.sittings, tried.found.item, tried.found.written) == (
        1,
        None,
        ("I would ask who is harmed.",),
    )


def test_a_form_tries_out_what_its_blueprint_says_and_counts_what_it_would_without(exam) -> None:
    before = transaction.savepoint_create()
    without = assembly.assemble(exam_id=exam.pk, actor_id=None, seed="tried")
    transaction.savepoint_rollback(before)
    assert not any({"pilot", "weight"} & set(item) for item in without.package["items"])
    form = opened(exam, pilots=2)
    assert (form.length, len(form.pilots), form.points, form.proof["pilots"]) == (7, 2, 5, 2)
    codes = [item["item"] for item in form.package["items"] if not item.get("pilot")]
    assert codes == [item["item"] for item in without.package["items"]]
    assert form.digest == digests.digest({"package": form.package, "keys": form.keys})
    assert len(bank.stock(exam.blueprint).pilots) == 3


def test_what_is_answered_there_changes_no_result_and_every_run_is_replayed(exam, ada, ben, eve) -> None:
    form = opened(exam, pilots=2)
    right = [form.keys[str(n)]["right"][0] for n in range(1, form.length + 1)]
    wrong = ["c" if n in form.pilots else one for n, one in enumerate(right, 1)]
    first, second = make.sat(exam, ada, "".join(right)), make.sat(exam, ben, "".join(wrong))
    for result in (first, second):
        assert (result.run.raw, result.run.maximum, result.outcome) == (5, 5, "passed")
        assert results.report(result).domains == results.report(first).domains
    assert [mark[2] for mark in second.run.detail["pilots"]] == [0, 0]
    assert [one.difference for one in replays.replays()] == [None, None]


def test_nobody_decides_about_a_pilot_where_keys_and_cuts_are_decided(exam, ada, eve, ivo) -> None:
    form = opened(exam, pilots=1)
    (place,) = form.pilots
    study = studies.open_study(form_id=form.pk, by_id=eve.pk, method="angoff")
    with pytest.raises(studies.BadRatings):
        studies.rate(study_uuid=study.uuid, judge_id=ivo.pk, percents={place: 60})
    make.sat(exam, ada, "b" * form.length)
    found = key_validation.look(form).found
    assert place not in [look.position for look in found.looks]
    assert [one.position for one in found.pilots] == [place]
    with pytest.raises(BadVerdict):
        key_validation.preview(form, [Verdict(place, Decision.CREDIT, "No use.")])
    assert str(place) not in cut_queries.points(form)
    code = form.package["items"][place - 1]["item"]
    (tried,) = pilots.tried(Item.objects.get(bank=exam.blueprint.bank, code=code))
    assert (tried.form, tried.sittings, tried.found.position, tried.found.item) == (form, 1, place, None)


def test_what_counts_more_than_once_is_frozen_with_the_form_and_replayed(exam, ada) -> None:
    form = opened(exam, worth=[{"domain": 2, "points": "3/2"}, {"level": "apply", "points": "1"}])
    assert [item.get("weight") for item in form.package["items"]] == [
        "3/2" if item["domain"] == 2 else None for item in form.package["items"]
    ]
    assert form.points == 2 + 3 * Fraction(3, 2)
    first = next(item["position"] for item in form.package["items"] if item["domain"] == 2)
    answers = ["a" if n == first else "b" for n in range(1, form.length + 1)]
    result = make.sat(exam, ada, "".join(answers))
    assert (result.run.raw, result.run.maximum) == (5, Fraction(13, 2))
    assert cut_queries.needed(exam).out_of == "6.5"
    assert [one.difference for one in replays.replays()] == [None]
