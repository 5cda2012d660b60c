"""Reads about language variants: what is there of an item, what a form lacks, and what an exam is offered in."""

from collections.abc import Collection, Mapping
from typing import Any

from exams.models import Exam, Form, FormItem, FormLanguage, ScenarioVersion, Variant
from exams.rules import items as item_rules
from exams.rules import languages as rules
from exams.rules.languages import Untranslated
from exams.states import FormState
from lms.db.kept import Kept

# A package of eighty items is some 100 kB when read: sixteen of them in each process.
_PACKAGES: Kept[Mapping[str, Any]] = Kept(16)


def of_version(version_id: int) -> dict[str, list[Variant]]:
    """The variants of an item version by language, the latest first. One statement."""
    return _by_language(Variant.objects.filter(version=version_id))


def of_scenario(version_id: int) -> dict[str, list[Variant]]:
    """The same of a scenario's version."""
    return _by_language(Variant.objects.filter(scenario=version_id))


def before(item_id: int, language: str) -> Variant | None:
    """The latest variant of any version of an item: what a new one begins with."""
    rows = Variant.objects.filter(version__item=item_id, language=language)
    return rows.order_by("-version__number", "-number").first()


def package(form: Form, language: str) -> dict[str, Any]:
    """A form's package in another language, of the variants that are approved now. Four statements. Raises Untranslated."""
    placed = FormItem.objects.filter(form=form).select_related("version__item__scenario")
    versions = {row.position: row.version for row in placed}
    found = _approved("version", [version.pk for version in versions.values()], language)
    items = {position: found[version.pk] for position, version in versions.items() if version.pk in found}
    texts = _scenario_versions(form, {p: v.item.scenario_id for p, v in versions.items()})
    told = _approved("scenario", list(texts.values()), language)
    scenarios = {position: told[text] for position, text in texts.items() if text in told}
    return rules.package(form.package, language, items, scenarios)


def lacking(form: Form) -> dict[str, tuple[str, ...]]:
    """What keeps a form from each language that its exam is offered in: codes of items and titles of scenarios. Languages
    that the form holds already, and those that nothing keeps it from, are not there."""
    held = set(form.languages.values_list("language", flat=True))
    found = {}
    for language in form.exam.languages:
        if language not in held:
            try:
                package(form, language)
            except Untranslated as missing:
                found[language] = missing.codes
    return found


def offered(exam: Exam) -> tuple[str, ...]:
    """The other languages in which a candidate may sit an exam now: those that every open form of it holds. None or one
    statement."""
    if not exam.languages:
        return ()
    forms = Form.objects.filter(exam=exam, state=FormState.OPEN)
    held: dict[int, set[str]] = {}
    for pk, language in forms.order_by().values_list("pk", "languages__language"):
        held.setdefault(pk, set()).add(language)
    return tuple(one for one in exam.languages if held and all(one in said for said in held.values()))


def package_of(form: Form, language: str) -> Mapping[str, Any]:
    """What a candidate sees of a form in the language that they chose; empty for the exam's own. Kept by the form's digest,
    which stands for package and key, for what is open is frozen: one statement, or none."""

    def read() -> Mapping[str, Any]:
        if language:
            return FormLanguage.objects.values_list("package", flat=True).get(form=form, language=language)
        return Form.objects.values_list("package", flat=True).get(pk=form.pk)

    return _PACKAGES.get((form.pk, form.digest, language), read)


def _by_language(rows: Any) -> dict[str, list[Variant]]:
    found: dict[str, list[Variant]] = {}
    for one in rows.select_related("author", "approved_by").order_by("language", "-number"):
        found.setdefault(one.language, []).append(one)
    return found


def _approved(of: str, ids: Collection[int], language: str) -> dict[int, rules.Variant]:
    """The approved variant that counts, by version."""
    rows = Variant.objects.filter(language=language, approved_at__isnull=False, **{f"{of}__in": ids})
    return {
        getattr(row, f"{of}_id"): rules.Variant(row.content, row.rationales, row.number)
        for row in rows.order_by("number")
    }


def _scenario_versions(form: Form, scenario_of: Mapping[int, int | None]) -> dict[int, int]:
    """The version of each scenario that the form holds, by the first position of its part: a form has its text, and the
    scenario may have another by now."""
    ids = {one for one in scenario_of.values() if one is not None}
    rows = (
        ScenarioVersion.objects.filter(scenario__in=ids).values_list("scenario", "digest", "pk")
        if ids
        else ()
    )
    known = {(scenario, digest): pk for scenario, digest, pk in rows}
    found = {}
    for part in form.package["parts"]:
        first = part["positions"][0]
        key = (scenario_of.get(first), item_rules.scenario_digest(part["title"], part["text"]))
        if part["text"] and key in known:
            found[first] = known[key]  # type: ignore[index]  # who has a text has a scenario
    return found
