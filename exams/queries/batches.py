"""Reads about batches of results: what may be released together, and what waits for a second examiner."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Count

from exams.models import Batch, Form, Result
from exams.queries import cuts, key_validation, keys
from exams.states import BatchState, Release, ResultState


class UnknownBatch(LookupError):
    """There is no such batch."""


def forms(organisation_ids: Collection[UUID]) -> Sequence[Form]:
    """Forms of exams that are released in batches with results that wait, as `waiting`. One statement."""
    rows = Form.objects.filter(
        exam__organisation_id__in=organisation_ids,
        exam__release=Release.IN_BATCHES,
        sittings__result__state=ResultState.MARKED,
    )
    rows = rows.annotate(waiting=Count("sittings__result", distinct=True)).select_related("exam")
    return list(rows.defer("package", "keys", "shapes").order_by("exam__order", "number"))


def form(pk: int, *, organisation_ids: Collection[UUID]) -> Form:
    """One form of such an exam; raises `key_validation.UnknownForm`."""
    found = key_validation.form(pk, organisation_ids=organisation_ids)
    if not found.exam.in_batches:
        raise key_validation.UnknownForm(pk)
    return found


def to_release(form: Form) -> tuple[list[Result], list[Result]]:
    """The marked results of a form that may be released, and those that came after the last approved look at its
    key, or do not stand on its latest version, or on the form's own cut, yet."""
    rows = Result.objects.filter(
        sitting__form_id=form.pk, sitting__exam_id=form.exam_id, state=ResultState.MARKED
    )
    found = list(
        rows.select_related("run", "sitting__exam__blueprint").order_by("sitting__submitted_at", "pk")
    )
    late = {result.pk for result in not_ripe(form, found)}
    return [one for one in found if one.pk not in late], [one for one in found if one.pk in late]


def not_ripe(form: Form, found: Sequence[Result]) -> list[Result]:
    """Those of the results of a form that may not be released yet. Three statements."""
    validation, key = key_validation.passed(form.pk), keys.latest(form.pk)
    if validation is None:
        return list(found)
    key_id, looked_at = key.pk if key else None, validation.looked_at
    behind = {one.pk for one in cuts.behind(found)}
    return [
        one
        for one in found
        if one.pk in behind
        or one.run.key_id != key_id
        or one.sitting.marked_at is None
        or one.sitting.marked_at > looked_at
    ]


def waiting(organisation_ids: Collection[UUID]) -> Sequence[Batch]:
    """Batches that wait for a second examiner, the oldest first."""
    rows = Batch.objects.filter(form__exam__organisation_id__in=organisation_ids, state=BatchState.PROPOSED)
    rows = rows.select_related("form__exam", "proposed_by").annotate(many=Count("results"))
    return list(rows.defer("form__package", "form__keys", "form__shapes").order_by("proposed_at", "pk"))


def batch(uuid: UUID, *, organisation_ids: Collection[UUID]) -> Batch:
    """One batch, decided or not; raises UnknownBatch."""
    rows = Batch.objects.filter(form__exam__organisation_id__in=organisation_ids)
    rows = rows.select_related(
        "form__exam", "validation__decided_by", "validation__proposed_by", "proposed_by", "decided_by"
    )
    found = rows.defer("form__package", "form__keys", "form__shapes").filter(uuid=uuid).first()
    if found is None:
        raise UnknownBatch(uuid)
    return found
