"""Writing the library of exams: what changed, in few statements, and nothing when nothing changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from courses.actions import requirements
from courses.actions.enrolments import UnknownCourse
from courses.queries import frameworks
from exams.actions import marking_scripts, written_back
from exams.models import (
    Agreement,
    Bank,
    Blueprint,
    Coursework,
    Exam,
    Item,
    ItemChange,
    ItemKey,
    ItemVersion,
    Marking,
    Scenario,
    ScenarioVersion,
)
from exams.queries import refs
from exams.queries import versions as version_queries
from exams.rules import items as rules
from exams.rules.library import ParsedBank, ParsedCoursework, ParsedExam, ParsedItem, ParsedLibrary
from exams.states import ItemState
from lms.billing.actions import products
from lms.db import clock
from lms.kit.content import Problems
from lms.kit.gather import LoadCount
from lms.organisations import queries as organisations
from lms.web.library import UnreadableLibrary


@dataclass
class _Tally:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    notes: list[str] = field(default_factory=list)


def write(library: ParsedLibrary) -> LoadCount:
    """Brings the tables to what the files say.

    Items enter as drafts, for whoever reads the files knows their keys: review makes them live. An item
    whose file changed gets a new version; a live one goes back to draft and must be reviewed anew. What
    was edited here since the last load is kept, and a note says so. A second run changes nothing. Raises
    UnreadableLibrary where a file names an organisation, profile, domain, clause or control that is not there.
    """
    at = clock.now()
    tally = _Tally()
    with transaction.atomic():
        _refuse_strangers(library)
        banks = {parsed.key: _bank(parsed, tally) for parsed in library.banks}
        for parsed in library.banks:
            scenarios = _scenarios(banks[parsed.key], parsed, at, tally)
            _items(banks[parsed.key], parsed, scenarios, at, tally)
        for agreement in library.agreements:
            _agreement(agreement.key, agreement.title, agreement.text, agreement.digest, at, tally)
        for exam in library.exams:
            _exam(exam, banks[exam.bank], tally)
        for coursework in library.coursework:
            _coursework(coursework, tally)
    return LoadCount(tally.created, tally.changed, tally.unchanged, tally.kept, tuple(tally.notes))


def _bank(parsed: ParsedBank, tally: _Tally) -> Bank:
    values = {
        "title": parsed.title,
        "profile_key": parsed.profile,
        "organisation_id": organisations.organisation(parsed.organisation).id,
    }
    bank, made = Bank.objects.get_or_create(key=parsed.key, defaults=values)
    _settle(bank, values, made, tally)
    return bank


def _refuse_strangers(library: ParsedLibrary) -> None:
    """What the files name of other floors is known only now, when those have written theirs."""
    problems = Problems()
    naming: list[ParsedBank | ParsedExam | ParsedCoursework] = [
        *library.banks,
        *library.exams,
        *library.coursework,
    ]
    for named in naming:
        try:
            organisations.organisation(named.organisation)
        except organisations.UnknownOrganisation:
            line = named.line_of["organisation"]
            problems.add(named.path, line, f"there is no organisation '{named.organisation}'")
    for bank in library.banks:
        domains = {number for number, _ in refs.domains(bank.profile)}
        known = refs.references(bank.profile)
        if not domains:
            problems.add(bank.path, bank.line_of["profile"], f"there is no profile '{bank.profile}'")
            continue
        for item in bank.items:
            if item.domain not in domains:
                problems.add(item.path, item.line, f"'{item.code}': the profile has no domain {item.domain}")
            for ref in (*item.clauses, *item.controls):
                if ref not in known:
                    problems.add(item.path, item.line, f"'{item.code}': the framework has no {ref}")
    _complain_of_domains(library, problems)
    if problems:
        raise UnreadableLibrary(problems)


def _complain_of_course(parsed: ParsedCoursework) -> UnreadableLibrary:
    problems = Problems()
    problems.add(parsed.path, parsed.line_of["course"], f"there is no course '{parsed.course}'")
    return UnreadableLibrary(problems)


def _complain_of_domains(library: ParsedLibrary, problems: Problems) -> None:
    profiles = {bank.key: bank.profile for bank in library.banks}
    for exam in library.exams:
        known = {number for number, _ in refs.domains(profiles[exam.bank])}
        worth = [one for one in exam.worth if "domain" in one]
        for key, said in (("minima", exam.values["minima"]), ("blueprint", exam.cells + worth)):
            for number in sorted({one["domain"] for one in said} - known):
                problems.add(exam.path, exam.line_of[key], f"'{key}': the profile has no domain {number}")


def _scenarios(bank: Bank, parsed: ParsedBank, at: datetime, tally: _Tally) -> dict[str, Scenario]:
    known = {row.code: row for row in Scenario.objects.filter(bank=bank).select_related("current")}
    for one in parsed.scenarios:
        row = known.get(one.code)
        if row is not None and row.current is not None and row.current.digest == one.digest:
            tally.unchanged += 1
            continue
        if row is not None and row.versions.filter(author__isnull=False).exists():
            if row.versions.filter(digest=one.digest).exists():  # the file says what it said before
                tally.unchanged += 1
            else:
                tally.kept += 1
                tally.notes.append(f"scenario {row.code} was edited here and was left as it is")
            continue
        if row is None:
            row = known[one.code] = Scenario.objects.create(bank=bank, code=one.code, pool=one.pool)
            tally.created += 1
        else:
            tally.changed += 1
        row.current = ScenarioVersion.objects.create(
            scenario=row,
            number=row.current.number + 1 if row.current else 1,
            title=one.title,
            text=one.text,
            digest=one.digest,
            created_at=at,
        )
        row.save(update_fields=["current"])
    return known


def _items(
    bank: Bank, parsed: ParsedBank, scenarios: dict[str, Scenario], at: datetime, tally: _Tally
) -> None:
    known = {row.code: row for row in Item.objects.filter(bank=bank).select_related("current")}
    fresh = [one for one in parsed.items if one.code not in known]
    made = Item.objects.bulk_create(_new(bank, one, scenarios) for one in fresh)
    known |= {row.code: row for row in made}
    written = [(known[one.code], one) for one in fresh]
    tally.created += len(fresh)
    returned: list[tuple[Item, ParsedItem]] = []
    fresh_codes = {one.code for one in fresh}
    for one in parsed.items:
        row = known[one.code]
        if one.code in fresh_codes:
            continue
        if row.library_digest == one.digest:
            tally.unchanged += 1
        elif written_back.is_back(row, one):
            returned.append((row, one))
            tally.unchanged += 1
        elif _may_replace(row, tally):
            written.append((row, one))
            tally.changed += 1
    written_back.enter(returned, at)
    _write_versions(written, scenarios, at)
    _write_enemies(parsed.items, known, {row.pk for row, _ in written})


def _new(bank: Bank, one: ParsedItem, scenarios: dict[str, Scenario]) -> Item:
    return Item(bank=bank, code=one.code, **_described(one, scenarios))


def _described(one: ParsedItem, scenarios: dict[str, Scenario]) -> dict[str, object]:
    return {
        "kind": one.content["kind"],
        "pool": one.pool,
        "domain": one.domain,
        "level": one.level,
        "clauses": list(one.clauses),
        "controls": list(one.controls),
        "scenario": scenarios.get(one.scenario),
        "place": one.place,
    }


def _may_replace(row: Item, tally: _Tally) -> bool:
    """Whether a changed file may change this item: not one that people edited here, review or retired."""
    edited = written_back.was_edited(row)
    if edited or row.state in {ItemState.REVIEW, ItemState.RETIRED}:
        why = "was edited here" if edited else f"is {row.get_state_display().lower()}"
        tally.kept += 1
        tally.notes.append(f"item {row.code} {why} and was left as it is")
        return False
    return True


def _write_versions(
    written: Sequence[tuple[Item, ParsedItem]], scenarios: dict[str, Scenario], at: datetime
) -> None:
    """New versions, keys and change rows for all items at once: a bank may hold thousands."""
    before = {row.pk: row.state for row, _ in written if row.current_id}
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(
            item=row,
            number=row.current.number + 1 if row.current else 1,
            content=one.content,
            rationales=one.rationales,
            digest=rules.version_digest(one.content, one.rationales),
            author_name=one.author,
            created_at=at,
        )
        for row, one in written
    )
    ItemKey.objects.bulk_create(
        ItemKey(version=v, number=1, key=one.key, digest=rules.key_digest(v.digest, one.key), created_at=at)
        for v, (_, one) in zip(versions, written, strict=True)
    )
    for version, (row, one) in zip(versions, written, strict=True):
        for name, value in _described(one, scenarios).items():
            setattr(row, name, value)
        row.current, row.library_digest, row.state = version, one.digest, ItemState.DRAFT
    names = [
        "kind",
        "pool",
        "domain",
        "level",
        "clauses",
        "controls",
        "scenario",
        "place",
        "current",
        "library_digest",
    ]
    Item.objects.bulk_update([row for row, _ in written], [*names, "state"], batch_size=200)
    ItemChange.objects.bulk_create(
        ItemChange(
            item=row,
            event="load",
            from_state=before.get(row.pk, ""),
            to_state=ItemState.DRAFT,
            version=row.current,
            described=version_queries.described(row),
            at=at,
        )
        for row, _ in written
    )


def _write_enemies(items: Sequence[ParsedItem], known: dict[str, Item], written: set[int]) -> None:
    through = Item.enemies.through
    pairs = {
        pair
        for one in items
        if known[one.code].pk in written
        for enemy in one.enemies
        for pair in ((known[one.code].pk, known[enemy].pk), (known[enemy].pk, known[one.code].pk))
    }
    if written:
        through.objects.bulk_create(
            (through(from_item_id=one, to_item_id=other) for one, other in sorted(pairs)),
            ignore_conflicts=True,
        )


def _agreement(key: str, title: str, text: str, digest: str, at: datetime, tally: _Tally) -> None:
    last = Agreement.objects.filter(key=key).order_by("-number").first()
    if last is not None and last.digest == digest:
        tally.unchanged += 1
        return
    Agreement.objects.create(
        key=key, number=last.number + 1 if last else 1, title=title, text=text, digest=digest, created_at=at
    )
    if last is None:
        tally.created += 1
    else:
        tally.changed += 1


def _exam(parsed: ParsedExam, bank: Bank, tally: _Tally) -> None:
    profile = frameworks.profile(bank.profile_key)
    domains = [{"number": d.number, "title": d.title, "weight": d.weight} for d in profile.domains]
    plan = {
        "bank": bank,
        "pool": parsed.pool,
        "length": parsed.length,
        "scenario_sets": parsed.scenario_sets,
        "kinds": list(parsed.kinds),
        "levels": parsed.levels,
        "cells": parsed.cells,
        "information": parsed.information,
        "exposure_limit": parsed.exposure_limit,
        "pilots": parsed.pilots,
        "worth": parsed.worth,
        "domains": domains,
    }
    blueprint, made = Blueprint.objects.get_or_create(key=parsed.key, defaults=plan)
    _settle(blueprint, plan, made, tally)
    if parsed.product is not None:
        product = parsed.product
        products.offer(
            key=product.key,
            kind="exam",
            title=product.title,
            amount_minor=product.amount,
            currency=product.currency,
            organisation_id=organisations.organisation(parsed.organisation).id,
        )
    values = parsed.values | {
        "organisation_id": organisations.organisation(parsed.organisation).id,
        "blueprint_id": blueprint.pk,
    }
    exam, made = Exam.objects.get_or_create(key=parsed.key, defaults=values)
    _settle(exam, values, made, tally)
    if parsed.marking:
        marking, made = Marking.objects.get_or_create(exam=exam, defaults=parsed.marking)
        _settle(marking, parsed.marking, made, tally)


def _coursework(parsed: ParsedCoursework, tally: _Tally) -> None:
    """With the requirement of its course, as the file says it now."""
    values = parsed.values | {
        "organisation_id": organisations.organisation(parsed.organisation).id,
        "rubric_digest": marking_scripts.rubric_digest(parsed.values["brief"], parsed.values["criteria"]),
    }
    row, made = Coursework.objects.get_or_create(key=parsed.key, defaults=values)
    _settle(row, values, made, tally)
    marking, made = Marking.objects.get_or_create(coursework=row, defaults=parsed.marking)
    _settle(marking, parsed.marking, made, tally)
    path = reverse("exams:coursework", args=[row.key])
    try:
        if row.offered and (row.required or row.hours):
            requirements.require(
                course_key=row.course_key, key=row.key, title=row.title, path=path,
                needed=row.required, hours=row.hours,
            )  # fmt: skip
        else:
            requirements.drop(course_key=row.course_key, key=row.key)
    except UnknownCourse:
        raise _complain_of_course(parsed) from None


def _settle(
    row: Bank | Blueprint | Exam | Coursework | Marking, values: dict[str, object], made: bool, tally: _Tally
) -> None:
    """Saves what differs, and counts what became of the row."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if made:
        tally.created += 1
    elif changed:
        for name in changed:
            setattr(row, name, values[name])
        row.save(update_fields=[name.removesuffix("_id") for name in changed])
        tally.changed += 1
    else:
        tally.unchanged += 1
