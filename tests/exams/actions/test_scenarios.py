"""Scenarios that people write, and enemies that they set: what follows for items, reviewers and forms."""

import pytest

from exams.actions import items, scenarios
from exams.models import Item, Scenario, ScenarioVersion
from exams.states import ItemState, ReviewVerdict
from lms.audit.models import Entry as TrailEntry
from tests.factories import exams as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def scenario(hana) -> Scenario:
    return scenarios.add_scenario(
        bank_id=make.bank().pk, code="S-1", pool="exam", title="A lender", text="It lends.", author_id=hana.pk
    )


def draft(code: str, author, **said) -> Item:
    return items.add_item(
        bank_id=make.bank().pk, code=code, draft=make.draft(stem=code, **said), author_id=author.pk
    )


def hung(scenario: Scenario) -> list[tuple[str, int]]:
    return list(scenario.items.order_by("place").values_list("code", "place"))


def test_items_hang_in_the_order_that_is_said_and_only_drafts_come_or_go(scenario, finn) -> None:
    for code in ("X-1", "X-2", "X-3"):
        draft(code, finn)
    arrange = lambda *codes: scenarios.arrange(scenario_id=scenario.pk, codes=codes, actor_id=finn.pk)  # noqa: E731
    arrange("X-2", "X-1", "X-3")
    arrange("X-1", "X-2", "X-3")
    assert hung(scenario) == [("X-1", 1), ("X-2", 2), ("X-3", 3)]
    items.submit_for_review(item_id=Item.objects.get(code="X-3").pk, actor_id=finn.pk)
    arrange("X-3", "X-1", "X-2")  # the order may change at any time
    with pytest.raises(scenarios.Unfit) as unfit:
        arrange("X-1", "X-9")
    assert unfit.value.faults == (
        "the bank has no item X-9",
        "X-3 is in review: only a draft comes or goes, so edit it first",
    )
    arrange("X-3", "X-1")
    assert hung(scenario) == [("X-3", 1), ("X-1", 2)]
    taken_off = Item.objects.get(code="X-2").changes.last()
    assert (taken_off.words, taken_off.by) == ("Hung, moved or taken off a scenario", finn)
    assert "scenario" not in taken_off.described


def test_an_item_of_the_other_pool_or_of_another_scenario_does_not_hang(scenario, finn) -> None:
    draft("X-1", finn, pool="practice")
    draft("X-2", finn)
    other = scenarios.add_scenario(
        bank_id=make.bank().pk, code="S-2", pool="exam", title="Two", text="Two.", author_id=finn.pk
    )
    scenarios.arrange(scenario_id=other.pk, codes=["X-2"], actor_id=finn.pk)
    with pytest.raises(scenarios.Unfit, match="X-1 is of the other pool; X-2 hangs on another scenario"):
        scenarios.arrange(scenario_id=scenario.pk, codes=["X-1", "X-2"], actor_id=finn.pk)
    with pytest.raises(items.CodeTaken):
        scenarios.add_scenario(
            bank_id=make.bank().pk, code="S-2", pool="exam", title="Two", text="Two.", author_id=finn.pk
        )


def test_a_new_text_is_a_new_version_and_what_is_live_is_reviewed_anew(
    scenario, finn, hana, ivo, jun
) -> None:
    item = draft("X-1", finn)
    scenarios.arrange(scenario_id=scenario.pk, codes=["X-1"], actor_id=finn.pk)
    items.submit_for_review(item_id=item.pk, actor_id=finn.pk)
    edit = {
        "scenario_id": scenario.pk,
        "title": "A lender",
        "text": "It lends and asks.",
        "editor_id": ivo.pk,
    }
    with pytest.raises(scenarios.InReview, match="X-1"):
        scenarios.edit_scenario(**edit)
    with pytest.raises(items.NotAnotherPerson):  # Hana wrote the text that the item hangs on
        items.review_item(item_id=item.pk, reviewer_id=hana.pk, verdict=ReviewVerdict.ACCEPT)
    for reviewer in (ivo, jun):
        items.review_item(item_id=item.pk, reviewer_id=reviewer.pk, verdict=ReviewVerdict.ACCEPT)
    found, back = scenarios.edit_scenario(**edit)
    assert (found.current.number, back) == (2, ["X-1"])
    item.refresh_from_db()
    assert (item.state, item.changes.last().note) == (
        ItemState.DRAFT,
        "the text of its scenario S-1 is version 2 now",
    )
    assert scenarios.edit_scenario(**edit)[1] == []
    assert ScenarioVersion.objects.filter(scenario=scenario).count() == 2
    said = (
        TrailEntry.objects.filter(verb__startswith="exams.scenario")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(said) == ["exams.scenario.added", "exams.scenario.arranged", "exams.scenario.edited"]


def test_enemies_hold_both_ways_and_leave_text_and_state_as_they_are(hana, eve) -> None:
    one, two = make.live_item("Y-1"), make.live_item("Y-2")
    items.set_enemies(item_id=one.pk, codes=["Y-2"], actor_id=hana.pk)
    assert list(two.enemies.all()) == [one]
    assert one.changes.last().note == "none → Y-2"
    assert two.changes.last().note == "never with Y-1"
    items.set_enemies(item_id=one.pk, codes=["Y-2"], actor_id=hana.pk)
    assert one.changes.filter(event="enemies").count() == 1
    for codes in (["Y-1"], ["Y-2", "Z-9"]):
        with pytest.raises(items.UnknownEnemy):
            items.set_enemies(item_id=one.pk, codes=codes, actor_id=hana.pk)
    items.set_enemies(item_id=two.pk, codes=[], actor_id=hana.pk)
    assert not one.enemies.exists()
    assert one.changes.last().note == "may stand with Y-2 again"
    one.refresh_from_db()
    assert (one.state, one.versions.count()) == (ItemState.LIVE, 1)
