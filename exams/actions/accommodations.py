"""Accommodations: asked for once, decided by an examiner, and applied to every later entry by themselves."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from exams.actions import changes
from exams.models import Accommodation, AccommodationChange, Entry, Sitting
from exams.queries import accommodations as queries
from exams.queries.accommodations import UnknownAccommodation
from exams.rules import accommodations as rules
from exams.states import ACCOMMODATION, AccommodationState, SittingState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox
from lms.organisations import queries as organisations

DECIDE = "exams.release"  # the office that decides about people, which no superuser holds by being one


EMPTIED = "(deleted at the request of who wrote it)"


class AlreadyAsked(Exception):
    """A request to this organisation waits for its decision, or stands granted."""


class OwnAccommodation(Exception):
    """Nobody decides about their own accommodation."""


class NothingGranted(Exception):
    """A grant arranges something: more time, breaks, or what is said in words."""


def ask(*, person_id: int, organisation_id: UUID, request: str) -> Accommodation:
    """Asks an organisation for an accommodation. Its examiners are told that there is one, not what it says.

    Raises AlreadyAsked while one waits or stands; after a refusal, or once it was ended, one may ask again.
    """
    with transaction.atomic():
        # The person's row is the lock: of two clicks at once, the second sees the first one's request.
        get_user_model().objects.select_for_update().get(pk=person_id)
        at = clock.now()
        mine = Accommodation.objects.filter(person_id=person_id, organisation_id=organisation_id)
        if mine.filter(state__in=[AccommodationState.ASKED, AccommodationState.GRANTED]).exists():
            raise AlreadyAsked
        made = Accommodation.objects.create(
            person_id=person_id, organisation_id=organisation_id, request=request, asked_at=at
        )
        _note(made, "ask", "", at, by_id=person_id)
        examiners = organisations.people_with(DECIDE, organisation_id=organisation_id)
        for card in people.cards(examiners).values():
            if card.id != person_id:
                _send(made, card, "exam-accommodation-asked", reverse("exams:accommodations"), at)
    return made


def grant(
    *,
    accommodation_uuid: UUID,
    examiner_id: int,
    factor: Fraction,
    break_seconds: int,
    other: str,
    reason: str,
) -> Accommodation:
    """Grants what is arranged. It applies to every later entry with the organisation by itself, and from now on
    to those that have not started. The candidate is told.

    Raises UnknownAccommodation, OwnAccommodation, NothingGranted, and IllegalMove for what is decided already.
    """
    with transaction.atomic():
        found = _locked(accommodation_uuid, examiner_id)
        if not rules.effect(factor=factor, break_seconds=break_seconds, other=other):
            raise NothingGranted
        found.factor_numerator, found.factor_denominator = factor.as_integer_ratio()
        found.break_seconds = break_seconds
        found.other = other
        at = _decide(found, "grant", examiner_id, reason)
        _apply(found, at, examiner_id)
    return found


def decline(*, accommodation_uuid: UUID, examiner_id: int, reason: str) -> Accommodation:
    """Declines a request; the candidate is told, reads the reason, and may ask again.

    Raises UnknownAccommodation, OwnAccommodation, and IllegalMove for what is decided already.
    """
    with transaction.atomic():
        found = _locked(accommodation_uuid, examiner_id)
        _decide(found, "decline", examiner_id, reason)
    return found


def end(*, accommodation_uuid: UUID, examiner_id: int, reason: str) -> Accommodation:
    """Ends what was granted: it applies to no new entry. Entries that have it keep it. The candidate is told.

    Raises UnknownAccommodation, OwnAccommodation, and IllegalMove for what is not granted.
    """
    with transaction.atomic():
        found = _locked(accommodation_uuid, examiner_id)
        _decide(found, "end", examiner_id, reason)
    return found


def pin(entry: Entry) -> None:
    """Writes on an entry, that the caller will save, what is granted to its candidate by the exam's organisation."""
    found = queries.granted(person_id=entry.candidate_id, organisation_id=entry.exam.organisation_id)
    if found is not None:
        _pin(entry, found)


def _pin(entry: Entry, found: Accommodation) -> None:
    entry.factor_numerator = found.factor_numerator
    entry.factor_denominator = found.factor_denominator
    entry.break_seconds = found.break_seconds
    # The effect alone goes with the entry: whoever sees that need not know why.
    entry.accommodation = rules.effect(
        factor=found.factor, break_seconds=found.break_seconds, other=found.other
    )


def _locked(accommodation_uuid: UUID, examiner_id: int) -> Accommodation:
    row = Accommodation.objects.filter(uuid=accommodation_uuid).values_list("person_id", flat=True).first()
    if row is None:
        raise UnknownAccommodation(accommodation_uuid)
    if row == examiner_id:
        raise OwnAccommodation(accommodation_uuid)
    # Whoever enters holds the person's row: an entry is made before the decision and found by it, or after.
    get_user_model().objects.select_for_update().get(pk=row)
    return Accommodation.objects.select_for_update().get(uuid=accommodation_uuid)


def _decide(found: Accommodation, event: str, examiner_id: int, reason: str) -> datetime:
    at = clock.now()
    before, found.state = found.state, ACCOMMODATION.after(found.state, event)
    found.decided_by_id = examiner_id
    found.decided_at = at
    found.reason = reason
    found.save(
        update_fields=[
            "state", "factor_numerator", "factor_denominator", "break_seconds", "other", "decided_by",
            "decided_at", "reason",
        ]
    )  # fmt: skip
    _note(found, event, before, at, by_id=examiner_id, note=reason)
    _send(
        found,
        people.card(found.person_id),
        f"exam-accommodation-{found.state}",
        reverse("exams:accommodation"),
        at,
    )
    return at


def _apply(found: Accommodation, at: datetime, examiner_id: int) -> None:
    """Pins what is granted on the entries of the organisation's exams that have not started."""
    ready = Sitting.objects.select_for_update(of=("self",)).select_related("entry", "exam")
    ready = ready.filter(
        candidate_id=found.person_id,
        state=SittingState.READY,
        exam__organisation_id=found.organisation_id,
    )
    for sitting in ready.order_by("pk"):
        _pin(sitting.entry, found)
        sitting.entry.save(
            update_fields=["factor_numerator", "factor_denominator", "break_seconds", "accommodation"]
        )
        changes.note(sitting, "accommodate", sitting.state, at, by_id=examiner_id)


def _send(found: Accommodation, card: people.PersonCard, kind: str, path: str, at: datetime) -> None:
    outbox.put(
        kind,
        key=f"{kind}:{found.uuid}:{card.id}",
        to=card.email,
        person_id=card.id,
        context={"name": card.display_name, "path": path},
        at=at,
    )


VERBS = {"ask": "asked", "grant": "granted", "decline": "declined", "end": "ended"}


def _note(found: Accommodation, event: str, before: str, at: datetime, *, by_id: int, note: str = "") -> None:
    """The change row and the trail's entry. The trail is read by more people than may read the request or the
    reason, so it holds neither."""
    AccommodationChange.objects.create(
        accommodation=found,
        event=event,
        from_state=before,
        to_state=found.state,
        by_id=by_id,
        note=note,
        at=at,
    )
    trail.record(
        f"exams.accommodation.{VERBS[event]}",
        subject=f"exams.accommodation:{found.pk}",
        at=at,
        actor_id=by_id,
        organisation_id=found.organisation_id,
    )


def empty(*, person_id: int) -> None:
    """Deletes what a person wrote about themselves, within the caller's transaction; that it was decided stays."""
    Accommodation.objects.filter(person_id=person_id).update(request=EMPTIED)
