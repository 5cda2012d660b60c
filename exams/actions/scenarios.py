"""Scenarios as people write them: the shared text, and which items hang on it in which order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from exams.actions import items
from exams.actions.items import CodeTaken
from exams.models import Bank, Item, Scenario, ScenarioVersion
from exams.rules import items as rules
from exams.states import ItemState
from lms.audit import trail
from lms.db import clock

MOST = 20


class InReview(Exception):
    """Items of the scenario are in review: what their reviewers read is not changed meanwhile. Carries `codes`."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


class Unfit(Exception):
    """Items can't hang on the scenario, or can't be taken off it, as they are. Carries `faults`, in words."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


def add_scenario(*, bank_id: int, code: str, pool: str, title: str, text: str, author_id: int) -> Scenario:
    """Adds a scenario to a bank, with the first version of its text and no item yet. Raises CodeTaken."""
    at = clock.now()
    with transaction.atomic():
        bank = Bank.objects.select_for_update().get(pk=bank_id)
        if Scenario.objects.filter(bank=bank, code=code).exists():
            raise CodeTaken(code)
        scenario = Scenario.objects.create(bank=bank, code=code, pool=pool)
        _write(scenario, title, text, author_id, at)
        _record("added", scenario, at, author_id)
    return scenario


def edit_scenario(*, scenario_id: int, title: str, text: str, editor_id: int) -> tuple[Scenario, list[str]]:
    """Writes the text of a scenario anew: a version of its own, while forms keep the one that they have. Its live items
    and its pilots go back to draft, for nobody has reviewed them with this text; their codes come with the scenario.
    The same text changes nothing. Raises InReview.
    """
    at = clock.now()
    with transaction.atomic():
        scenario, hanging = _locked(scenario_id)
        assert scenario.current is not None, "every scenario has a version from its first moment"
        if scenario.current.digest == rules.scenario_digest(title, text):
            return scenario, []
        if waiting := [item.code for item in hanging if item.state == ItemState.REVIEW]:
            raise InReview(waiting)
        version = _write(scenario, title, text, editor_id, at)
        back = [item for item in hanging if item.state in {ItemState.LIVE, ItemState.PILOT}]
        for item in back:
            said = f"the text of its scenario {scenario.code} is version {version.number} now"
            items.revise_with_scenario(item=item, by_id=editor_id, said=said, at=at)
        _record("edited", scenario, at, editor_id)
    return scenario, [item.code for item in back]


def arrange(*, scenario_id: int, codes: Sequence[str], actor_id: int) -> Scenario:
    """Hangs items of the bank on a scenario, in this order, and takes the others off. Only drafts come and go, for an item
    is reviewed with what it hangs on; the order may change at any time. Forms keep theirs. Raises Unfit.
    """
    at = clock.now()
    with transaction.atomic():
        scenario, hanging = _locked(scenario_id)
        rows = Item.objects.select_for_update(of=("self",)).filter(bank=scenario.bank, code__in=codes)
        wanted = {item.code: item for item in rows.select_related("bank", "current").order_by("pk")}
        if faults := _faults(scenario, hanging, wanted, codes):
            raise Unfit(faults)
        before = {item.code: item for item in hanging}
        places = {code: place for place, code in enumerate(codes, 1)}
        moved = [
            item
            for code, item in (before | wanted).items()
            if code not in places or code not in before or before[code].place != places[code]
        ]
        # Off first, for the table lets no two items have one place.
        Item.objects.filter(pk__in=[item.pk for item in moved]).update(scenario=None, place=0)
        for item in moved:
            held = item.code in places
            item.scenario, item.place = (scenario, places[item.code]) if held else (None, 0)
            item.save(update_fields=["scenario", "place"])
            items.noted(item, "arrange", item.state, at, actor_id)
        if moved:
            _record("arranged", scenario, at, actor_id)
    return scenario


def _locked(scenario_id: int) -> tuple[Scenario, list[Item]]:
    """A scenario with the items that hang on it, each under its lock."""
    rows = Scenario.objects.select_for_update(of=("self",)).select_related("bank", "current")
    scenario = rows.get(pk=scenario_id)
    hanging = Item.objects.select_for_update(of=("self",)).filter(scenario=scenario)
    return scenario, list(hanging.select_related("bank", "current", "scenario").order_by("pk"))


def _write(scenario: Scenario, title: str, text: str, author_id: int, at: datetime) -> ScenarioVersion:
    scenario.current = ScenarioVersion.objects.create(
        scenario=scenario,
        number=scenario.current.number + 1 if scenario.current else 1,
        title=title,
        text=text,
        digest=rules.scenario_digest(title, text),
        author_id=author_id,
        created_at=at,
    )
    scenario.save(update_fields=["current"])
    return scenario.current


def _faults(
    scenario: Scenario, hanging: Sequence[Item], wanted: Mapping[str, Item], codes: Sequence[str]
) -> list[str]:
    """Why the items can't hang as is wanted, in words for their author."""
    found = [f"the bank has no item {code}" for code in codes if code not in wanted]
    if len(codes) > MOST:
        found.append(f"a scenario has at most {MOST} items")
    for code, item in wanted.items():
        if item.pool != scenario.pool:
            found.append(f"{code} is of the other pool")
        if item.scenario_id not in (None, scenario.pk):
            found.append(f"{code} hangs on another scenario")
    coming = [item for item in wanted.values() if item.scenario_id is None]
    going = [item for item in hanging if item.code not in wanted]
    found += [
        f"{item.code} is {item.get_state_display().lower()}: only a draft comes or goes, so edit it first"
        for item in (*coming, *(one for one in going if one.state != ItemState.RETIRED))
        if item.state != ItemState.DRAFT
    ]
    return found


def _record(became: str, scenario: Scenario, at: datetime, by_id: int) -> None:
    version = scenario.current
    trail.record(
        f"exams.scenario.{became}",
        subject=f"exams.scenario:{scenario.pk}",
        at=at,
        actor_id=by_id,
        facts={"code": scenario.code, "version": version.number if version else 0},
        organisation_id=scenario.bank.organisation_id,
    )
