"""Items, scenarios and forms in other languages: written by one, approved by another, pinned in a form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from exams.models import Form, FormLanguage, Item, ItemChange, Scenario, Variant
from exams.queries import languages as queries
from exams.rules import languages as rules
from exams.states import ItemState
from lms.audit import trail
from lms.db import clock
from lms.kit import digests


class Unfit(Exception):
    """The variant can't be one of this item. Carries `faults`, in words for its author."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class Retired(Exception):
    """The item is retired: nothing is written of it any more."""


class NotAnotherPerson(Exception):
    """Who wrote a variant does not approve it."""


class Outdated(Exception):
    """The variant is of an older version, or a later one of the same language was written."""


def translate_item(
    *,
    item_id: int,
    language: str,
    said: Mapping[str, str],
    rationales: Mapping[str, str],
    source: str,
    author_id: int | None,
) -> Variant:
    """Writes the current version of an item in another language, with the same key and the same parts. It counts once
    another person has approved it; until then an earlier one that was approved does. The same again changes nothing.

    `said` are texts by path (see `rules.parts`), `rationales` by part of the item; without an author it came in a file
    that nobody here is known to have brought. Raises Unfit, Retired.
    """
    with transaction.atomic():
        item = Item.objects.select_for_update(of=("self",)).select_related("bank", "current").get(pk=item_id)
        if item.state == ItemState.RETIRED:
            raise Retired
        version = item.current
        assert version is not None, "every item has a version from its first moment"
        key = version.keys.order_by("-number")[0].key
        content = rules.translated(version.content, said)
        if faults := rules.variant_faults(version.content, key, version.rationales, content, rationales):
            raise Unfit(faults)
        values = {"version": version, "content": content, "rationales": dict(rationales)}
        variant, made = _write(values, language, source, author_id)
        if made:
            _note(item, "translate", variant, author_id, variant.created_at)
    return variant


def translate_scenario(
    *, scenario_id: int, language: str, said: Mapping[str, str], source: str, author_id: int | None
) -> Variant:
    """Writes the current text of a scenario in another language; as `translate_item`. Raises Unfit."""
    with transaction.atomic():
        rows = Scenario.objects.select_for_update(of=("self",)).select_related("bank", "current")
        scenario = rows.get(pk=scenario_id)
        assert scenario.current is not None, "every scenario has a version from its first moment"
        content = rules.translated({"title": scenario.current.title, "text": scenario.current.text}, said)
        if not all(str(one).strip() for one in content.values()):
            raise Unfit(["a text is missing"])
        values = {"scenario": scenario.current, "content": content, "rationales": {}}
        variant, made = _write(values, language, source, author_id)
        if made:
            _record(
                "written", f"exams.scenario:{scenario.pk}", scenario, variant, author_id, variant.created_at
            )
    return variant


def approve(*, variant_id: int, by_id: int) -> Variant:
    """Approves a variant as a second person: forms that are opened from now on may hold it. A second call changes nothing.

    Raises NotAnotherPerson for its author, and Outdated where it is not the latest of the current version.
    """
    at = clock.now()
    with transaction.atomic():
        rows = Variant.objects.select_for_update(of=("self",))
        rows = rows.select_related("version__item__bank", "scenario__scenario__bank")
        variant = rows.get(pk=variant_id)
        if variant.author_id == by_id:
            raise NotAnotherPerson
        if variant.approved_at is not None:
            return variant
        of = variant.version.item if variant.version else variant.scenario.scenario  # type: ignore[union-attr]
        later = Variant.objects.filter(
            version=variant.version_id,
            scenario=variant.scenario_id,
            language=variant.language,
            number__gt=variant.number,
        )
        if of.current_id not in (variant.version_id, variant.scenario_id) or later.exists():
            raise Outdated
        variant.approved_by_id, variant.approved_at = by_id, at
        variant.save(update_fields=["approved_by", "approved_at"])
        if isinstance(of, Item):
            _note(of, "approve-variant", variant, by_id, at)
        else:
            _record("approved", f"exams.scenario:{of.pk}", of, variant, by_id, at)
    return variant


def pin(*, form: Form, actor_id: int | None, at: datetime) -> list[FormLanguage]:
    """Freezes a form, that the caller has locked, in each language that its exam is offered in and that it does not hold
    yet. Raises Untranslated, before anything is written."""
    held = set(form.languages.values_list("language", flat=True))
    fresh = {one: queries.package(form, one) for one in form.exam.languages if one not in held}
    made = FormLanguage.objects.bulk_create(
        FormLanguage(form=form, language=one, package=package, digest=digests.digest(package), at=at)
        for one, package in fresh.items()
    )
    if made:
        trail.record(
            "exams.form.translated",
            subject=f"exams.form:{form.pk}",
            at=at,
            actor_id=actor_id,
            facts={row.language: row.digest for row in made},
            organisation_id=form.exam.organisation_id,
        )
    return made


def add_to_form(*, form_id: int, actor_id: int) -> list[FormLanguage]:
    """Freezes a form in the languages that its exam has been offered in since it was opened. Raises Untranslated."""
    with transaction.atomic():
        form = Form.objects.select_for_update(of=("self",)).select_related("exam").get(pk=form_id)
        return pin(form=form, actor_id=actor_id, at=clock.now())


def _write(values: dict[str, Any], language: str, source: str, author_id: int | None) -> tuple[Variant, bool]:
    """The variant, and whether it is new. The caller has locked what it is of."""
    of = {name: values[name] for name in ("version", "scenario") if name in values}
    said = {"of": next(iter(of.values())).digest, "language": language}
    digest = digests.digest(said | {"content": values["content"], "rationales": values["rationales"]})
    last = Variant.objects.filter(language=language, **of).order_by("-number").first()
    if last is not None and last.digest == digest:
        return last, False
    variant = Variant.objects.create(
        language=language,
        number=last.number + 1 if last else 1,
        digest=digest,
        author_id=author_id,
        source=source,
        created_at=clock.now(),
        **values,
    )
    return variant, True


def _note(item: Item, event: str, variant: Variant, by_id: int | None, at: datetime) -> None:
    ItemChange.objects.create(
        item=item,
        event=event,
        from_state=item.state,
        to_state=item.state,
        version=variant.version,
        by_id=by_id,
        note=f"{rules.NAMES[variant.language]}, variant {variant.number}",
        at=at,
    )
    became = "written" if event == "translate" else "approved"
    _record(became, f"exams.item:{item.pk}", item, variant, by_id, at)


def _record(
    became: str, subject: str, of: Item | Scenario, variant: Variant, by_id: int | None, at: datetime
) -> None:
    trail.record(
        f"exams.variant.{became}",
        subject=subject,
        at=at,
        actor_id=by_id,
        facts={"language": variant.language, "number": variant.number, "digest": variant.digest},
        organisation_id=of.bank.organisation_id,
    )
