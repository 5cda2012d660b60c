"""Reads about released passes that a later run makes fails."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet

from exams.models import LostPass
from exams.states import LostPassState


class UnknownLostPass(LookupError):
    """There is no such case."""


def waiting(organisation_ids: Collection[UUID]) -> Sequence[LostPass]:
    """Those of these organisations' exams on which nobody has decided, the oldest first."""
    found = _of(organisation_ids).filter(state__in=[LostPassState.OPEN, LostPassState.PROPOSED])
    return list(found.order_by("at", "pk"))


def lost_pass(uuid: UUID, *, organisation_ids: Collection[UUID]) -> LostPass:
    """One of them, decided or not; raises UnknownLostPass."""
    found = _of(organisation_ids).select_related("proposed_by", "decided_by").filter(uuid=uuid).first()
    if found is None:
        raise UnknownLostPass(uuid)
    return found


def _of(organisation_ids: Collection[UUID]) -> QuerySet[LostPass]:
    rows = LostPass.objects.filter(result__sitting__exam__organisation_id__in=organisation_ids)
    return rows.select_related(
        "run__key", "result__run", "result__sitting__exam", "result__sitting__form"
    ).defer("result__sitting__form__package", "result__sitting__form__keys", "result__sitting__form__shapes")
