"""Reads for the validation of keys: what was answered in a form, what was found of it, what another key changes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from exams.models import Form, FormItem, KeyValidation, KeyVersion, Result, ScoreRun
from exams.queries import keys as versions
from exams.queries import marking, sittings
from exams.rules import key_validation as rules
from exams.rules import runs
from exams.rules.acceptance import Event
from exams.rules.key_validation import Decision, Effect, Found, Verdict, Worth
from exams.rules.matrices import Answered
from exams.rules.runs import Given
from exams.rules.statistics.estimates import Estimate
from exams.states import KeyValidationState, ResultState
from lms.accounts import queries as people


class UnknownForm(LookupError):
    """There is no such form."""


class UnknownValidation(LookupError):
    """There is no such proposal."""


@dataclass(frozen=True)
class Looked:
    """What was found of a form by the version of its key that counts; None for the first."""

    version: KeyVersion | None
    keys: Mapping[str, Any]
    found: Found


@dataclass(frozen=True)
class Change:
    """What another key makes of one result."""

    result: Result
    now: Worth
    then: Worth
    effect: Effect

    @property
    def released(self) -> bool:
        return self.result.state == ResultState.RELEASED


@dataclass(frozen=True)
class Preview:
    """`flips` are the results whose outcome would be another; `others` how many more would have other points."""

    flips: tuple[Change, ...]
    others: int

    @property
    def passes(self) -> int:
        return sum(1 for change in self.flips if change.effect == Effect.PASSES)

    @property
    def fails(self) -> int:
        return sum(1 for change in self.flips if change.effect == Effect.FAILS)


def forms(organisation_ids: Collection[UUID]) -> QuerySet[Form]:
    """The forms of these organisations' exams that somebody has sat, with `marked` and `waiting` sittings."""
    rows = Form.objects.filter(exam__organisation_id__in=organisation_ids, exam__kind="exam")
    waits = Q(sittings__result__state=ResultState.MARKED)
    rows = rows.annotate(
        marked=Count("sittings__result", distinct=True),
        waiting=Count("sittings__result", filter=waits, distinct=True),
    ).filter(marked__gte=1)
    return rows.select_related("exam").defer("package", "keys", "shapes").order_by("exam__order", "-number")


def standings(form_ids: Collection[int]) -> dict[int, tuple[int, KeyValidation | None]]:
    """For each form the number of its key, and the latest proposal. Two statements."""
    tops = KeyVersion.objects.filter(form__in=form_ids).values_list("form").annotate(top=Max("number"))
    numbers = dict(tops)
    rows = (
        KeyValidation.objects.filter(form__in=form_ids)
        .defer("found", "verdicts")
        .order_by("proposed_at", "pk")
    )
    latest = {row.form_id: row for row in rows}
    return {form_id: (numbers.get(form_id, 1), latest.get(form_id)) for form_id in form_ids}


def names(sitting_ids: Collection[str]) -> dict[str, tuple[str, UUID]]:
    """Of sittings that are named by their numbers: the candidate's name, and the result. Two statements."""
    rows = Result.objects.filter(sitting__in=[int(name) for name in sitting_ids]).select_related("sitting")
    cards = people.cards({row.sitting.candidate_id for row in rows})
    return {str(r.sitting_id): (cards[r.sitting.candidate_id].display_name, r.uuid) for r in rows}


def form(pk: int, *, organisation_ids: Collection[UUID]) -> Form:
    """One form of these organisations' exams; raises UnknownForm."""
    rows = Form.objects.filter(exam__organisation_id__in=organisation_ids, exam__kind="exam")
    found = rows.select_related("exam").filter(pk=pk).first()
    if found is None:
        raise UnknownForm(pk)
    return found


def validation(uuid: UUID, *, organisation_ids: Collection[UUID]) -> KeyValidation:
    """One proposal for such a form, decided or not; raises UnknownValidation."""
    rows = KeyValidation.objects.filter(form__exam__organisation_id__in=organisation_ids)
    found = (
        rows.select_related("form__exam", "base", "key", "proposed_by", "decided_by")
        .filter(uuid=uuid)
        .first()
    )
    if found is None:
        raise UnknownValidation(uuid)
    return found


def passed(form_id: int) -> KeyValidation | None:
    """The latest approved validation of a form, if any. One statement."""
    rows = KeyValidation.objects.filter(form_id=form_id, state=KeyValidationState.APPROVED)
    return rows.order_by("-decided_at", "-pk").first()


def look(form: Form) -> Looked:
    """The statistics of a form over its marked sittings. Four statements, whatever their number."""
    version = versions.latest(form.pk)
    current = version.keys if version else form.keys
    paper = runs.paper(form.digest, form.package)
    return Looked(version, current, rules.look(paper.placed, current, [one for _, one in answered(form)]))


def preview(form: Form, verdicts: Sequence[Verdict]) -> Preview:
    """What the verdicts would change for the results of a form, the annulled ones left out. Raises BadVerdict."""
    version = versions.latest(form.pk)
    current = version.keys if version else form.keys
    fresh = rules.rekeyed(contents(form), current, verdicts)
    paper = runs.paper(form.digest, form.package)
    flips, others = [], 0
    for result, said in answered(form):
        if result.state == ResultState.ANNULLED or fresh == current:
            continue
        cut, least = result.cut, result.least
        now, then = (rules.worth(paper, keys, said, cut, least) for keys in (current, fresh))
        effect = rules.effect(result.outcome, then.outcome)
        if effect != Effect.SAME:
            flips.append(Change(result, now, then, effect))
        elif now != then:
            others += 1
    return Preview(tuple(flips), others)


def answered(form: Form) -> list[tuple[Result, Answered]]:
    """Every marked sitting of a form with what counts in it, named by its number. Three statements, and two more where
    people have marked."""
    rows = Result.objects.filter(sitting__form_id=form.pk, sitting__exam_id=form.exam_id)
    found = list(rows.select_related("sitting__entry", "run").order_by("sitting__submitted_at", "pk"))
    ids = [result.sitting_id for result in found]
    latest = dict(
        ScoreRun.objects.filter(sitting__in=ids, number__gt=1)
        .order_by("number")
        .values_list("sitting", "detail")
    )
    recorded = sittings.recorded(ids)
    given = marking.given(ids) if any(one.run.detail.get("given") for one in found) else {}
    return [
        (
            one,
            _one(
                one,
                recorded[one.sitting_id].events,
                latest.get(one.sitting_id, {}),
                given.get(one.sitting_id, ()),
            ),
        )
        for one in found
    ]


def contents(form: Form) -> dict[int, Mapping[str, Any]]:
    """What each item of a form that counts says, by position."""
    return {item["position"]: item["content"] for item in form.package["items"] if not item.get("pilot")}


def elsewhere(form: Form, positions: Collection[int]) -> list[tuple[int, Form]]:
    """Other forms that hold the versions at these positions, as (position, form). One statement."""
    here = dict(FormItem.objects.filter(form=form, position__in=positions).values_list("version", "position"))
    rows = FormItem.objects.filter(version__in=here).exclude(form=form).select_related("form__exam")
    rows = rows.defer("form__package", "form__keys", "form__shapes").order_by(
        "form__exam__title", "form__number"
    )
    return [(here[row.version_id], row.form) for row in rows]


def as_json(found: Found) -> dict[str, Any]:
    """What stands in the record of a proposal: numbers as they were, rounded to four decimals."""
    return {
        "sittings": found.sittings,
        "suppressed": found.suppressed,
        "items": [
            {
                "position": look.position,
                "p": _round(look.item.p.value) if look.item else None,
                "p_between": _ends(look.item.p) if look.item else None,
                "r": _round(look.item.r_corrected.value) if look.item else None,
                "r_between": _ends(look.item.r_corrected) if look.item else None,
                "treatment": look.treatment,
                "flags": [{**asdict(flag), "value": _round(flag.value)} for flag in look.flags],
            }
            for look in found.looks
        ],
        "quick": list(found.times.quick),
        "slow": list(found.times.slow),
    }


def verdict_as_json(verdict: Verdict) -> dict[str, Any]:
    return asdict(verdict)


def verdicts_of(validation: KeyValidation) -> list[Verdict]:
    """What was proposed. Before a key was kept whole, a verdict named the options that are right."""
    return [
        Verdict(
            said["position"],
            Decision(said["decision"]),
            said["reason"],
            said["key"] if "key" in said else {"right": said["right"]} if said["right"] else {},
        )
        for said in validation.verdicts
    ]


def _ends(said: Estimate) -> list[float | None]:
    return [_round(said.low), _round(said.high)]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _one(
    result: Result, events: Sequence[Event], detail: Mapping[str, Any], given: Sequence[Given]
) -> Answered:
    sitting = result.sitting
    assert sitting.started_at and sitting.submitted_at, "only what has ended is marked"
    used = sitting.submitted_at - sitting.started_at - sitting.credited
    admitted = tuple(Event(*row) for row in detail.get("admitted", ()))
    return Answered(str(sitting.pk), tuple(events), admitted, used.total_seconds(), tuple(given))
