"""Reads about accommodations. The text of a request is for its candidate and for examiners of its
organisation; whoever else needs to know reads the effect that is pinned on an entry."""

from collections.abc import Collection
from fractions import Fraction
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exams.models import Accommodation, Entry, Exam
from exams.rules import accommodations as rules
from exams.states import AccommodationState


class UnknownAccommodation(LookupError):
    """There is no such accommodation for this person to see."""


def of_person(person_id: int) -> list[Accommodation]:
    """What a person asked for, the latest first, with its organisation."""
    rows = Accommodation.objects.filter(person_id=person_id).select_related("organisation")
    return list(rows.order_by("-asked_at", "-id"))


def granted(*, person_id: int, organisation_id: UUID) -> Accommodation | None:
    """What applies to a person's new entries with an organisation."""
    return Accommodation.objects.filter(
        person_id=person_id, organisation_id=organisation_id, state=AccommodationState.GRANTED
    ).first()


def asked(organisation_ids: Collection[UUID]) -> QuerySet[Accommodation]:
    """Everything asked of these organisations: what waits for a decision first, and longest first."""
    waits = Case(
        When(state=AccommodationState.ASKED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = Accommodation.objects.filter(organisation_id__in=organisation_ids)
    return rows.select_related("organisation").order_by(waits, "asked_at", "id")


def of_organisations(uuid: UUID, *, organisation_ids: Collection[UUID]) -> Accommodation:
    """One of these organisations' accommodations, with its changes; raises UnknownAccommodation."""
    found = asked(organisation_ids).filter(uuid=uuid).first()
    if found is None:
        raise UnknownAccommodation(uuid)
    return found


def effect_words(*, factor: Fraction, break_seconds: int, other: str) -> str:
    """As `rules.effect`, in the language of the page."""
    parts = []
    if factor > 1:
        parts.append(_("%(percent)s %% more time") % {"percent": rules.percent_more(factor)})
    if break_seconds:
        minutes = break_seconds // 60
        said = ngettext(
            "breaks of %(minutes)s minute in all", "breaks of %(minutes)s minutes in all", minutes
        )
        parts.append(said % {"minutes": minutes})
    if other:
        parts.append(other)
    return "; ".join(parts)


def pinned_words(entry: Entry) -> str:
    """What is pinned on an entry, in the language of the page: what people wrote of it stays as they wrote it."""
    known = rules.effect(factor=entry.factor, break_seconds=entry.break_seconds, other="")
    other = entry.accommodation.removeprefix(known).removeprefix("; ")
    return effect_words(factor=entry.factor, break_seconds=entry.break_seconds, other=other)


def organisations() -> list[tuple[UUID, str]]:
    """The organisations that examine, as (id, name), in the order of their names."""
    rows = Exam.objects.filter(offered=True).values_list("organisation_id", "organisation__name")
    return sorted(set(rows), key=lambda row: row[1])
