"""Places of an organisation: offered, taken, reminded of, taken back until they have begun."""

import uuid as uuids
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from lms.accounts import queries as people
from lms.audit import trail
from lms.billing import queries
from lms.billing.actions import letters, rights
from lms.billing.models import Entitlement, Redemption, Seat
from lms.billing.rules import seats as rule
from lms.billing.rules.seats import Row, RowVerdict
from lms.billing.states import SEAT, SeatState
from lms.db import clock
from lms.organisations import queries as organisations

REMIND_AFTER = timedelta(days=3)


class UnknownPool(LookupError):
    """There are no such places, or they ended."""


class NoSeatLeft(Exception):
    """Every place of the pool is offered or taken."""


class HasBegun(Exception):
    """Whoever has this place has begun with it."""


class NotYours(Exception):
    """The place was offered to an address that this person has not shown to be theirs."""


class TooSoon(Exception):
    """Somebody was reminded a short while ago."""


def offer(*, pool_id: int, rows: Sequence[tuple[int, str]], actor_id: int) -> list[Row]:
    """Offers a place to each address of a list, given with the numbers of their lines, and answers for each line.

    The free places go to the first rows that are good; a row that isn't changes nothing for the others. Each that is
    offered one gets a letter. Raises UnknownPool.
    """
    at = clock.now()
    with transaction.atomic():
        pool = locked(pool_id, at)
        live = _live(pool)
        answers = rule.answered(
            rows,
            is_address=[_is_address(text) for _, text in rows],
            has_one=frozenset(seat.email for seat in live),
            free=pool.quantity - len(live),
        )
        made = [
            Seat(pool=pool, email=row.email, state=SEAT.start, offered_at=at, offered_by_id=actor_id)
            for row in answers
            if row.verdict == RowVerdict.OFFERED
        ]
        Seat.objects.bulk_create(made)
        trail.record_all("billing.seat.offered", [_act(seat) for seat in made], at=at, actor_id=actor_id)
        letters.offered(made, organisation=_name(pool), title=pool.product.title, at=at)
    return answers


def take(*, uuid: UUID, person_id: int) -> Seat:
    """Who was offered a place takes it: they hold a right of their own for one use, as long as the pool lasts.

    An address counts once it is shown to be theirs: anybody may claim one. A second call gives the same. Raises
    Seat.DoesNotExist, NotYours, UnknownPool, and IllegalMove for one taken back.
    """
    at = clock.now()
    with transaction.atomic():
        pool = locked(Seat.objects.values_list("pool", flat=True).get(uuid=uuid), at)
        seat = Seat.objects.select_for_update().get(uuid=uuid)
        if seat.state == SeatState.TAKEN and seat.person_id == person_id:
            return seat
        if seat.email not in people.verified_addresses_of(person_id) or seat.state == SeatState.TAKEN:
            raise NotYours(uuid)
        other = _live_of(pool, person_id)
        return other or _taken(pool, seat, person_id, at)


def claim(*, claim_key: UUID, person_id: int) -> Seat:
    """Takes a place by the pool's open link: the one that was offered to an address of theirs, or a free one.

    A second call gives the same. Raises UnknownPool, NoSeatLeft, and NotYours where every address of theirs has a place
    that somebody else took while the address was theirs.
    """
    at = clock.now()
    pool_id = Entitlement.objects.filter(claim_key=claim_key).values_list("pk", flat=True).first()
    if pool_id is None:
        raise UnknownPool(claim_key)
    with transaction.atomic():
        pool = locked(pool_id, at)
        known = _live_of(pool, person_id)
        if known is not None:
            return known
        addresses = people.verified_addresses_of(person_id)
        live = _live(pool)
        seat = next((one for one in live if one.email in addresses and one.person_id is None), None)
        if seat is None:
            if len(live) >= pool.quantity:
                raise NoSeatLeft(claim_key)
            email = _free_address(person_id, addresses, live)
            seat = Seat(pool=pool, email=email, state=SEAT.start, offered_at=at)
        return _taken(pool, seat, person_id, at)


def take_back(*, uuid: UUID, actor_id: int) -> None:
    """Takes a place back, to offer it to somebody else. Its use is locked first. A second call does nothing.

    Raises Seat.DoesNotExist, and HasBegun once whoever has it has begun.
    """
    at = clock.now()
    with transaction.atomic():
        pool_id = Seat.objects.values_list("pool", flat=True).get(uuid=uuid)
        Entitlement.objects.select_for_update().get(pk=pool_id)
        seat = Seat.objects.select_for_update().get(uuid=uuid)
        if seat.state == SeatState.BACK:
            return
        if seat.entitlement_id is not None:
            uses = Redemption.objects.select_for_update().filter(entitlement=seat.entitlement_id)
            if any(use.begun_at is not None for use in uses):
                raise HasBegun(uuid)
        rights.end_seat(seat, at=at, actor_id=actor_id)
        trail.record_all("billing.seat.taken_back", [_act(seat)], at=at, actor_id=actor_id)


def remind(*, pool_id: int, actor_id: int) -> int:
    """Reminds everybody who was offered a place of the pool and has not taken it, nobody more often than every three
    days. Returns how many were told. Raises UnknownPool."""
    at = clock.now()
    with transaction.atomic():
        pool = locked(pool_id, at)
        waiting = [
            seat
            for seat in pool.seats.select_for_update().filter(state=SeatState.OFFERED).order_by("pk")
            if (seat.reminded_at or seat.offered_at) <= at - REMIND_AFTER
        ]
        Seat.objects.filter(pk__in=[seat.pk for seat in waiting]).update(reminded_at=at)
        letters.offered(waiting, organisation=_name(pool), title=pool.product.title, at=at, again=True)
        trail.record_all("billing.seat.reminded", [_act(seat) for seat in waiting], at=at, actor_id=actor_id)
    return len(waiting)


def open_link(*, pool_id: int, actor_id: int, is_open: bool) -> None:
    """Makes a new link by which anybody who has it takes a place, or closes it. Raises UnknownPool."""
    at = clock.now()
    with transaction.atomic():
        pool = locked(pool_id, at)
        pool.claim_key = uuids.uuid4() if is_open else None
        pool.save(update_fields=["claim_key"])
        trail.record(
            f"billing.seats.link_{'opened' if is_open else 'closed'}",
            subject=f"billing.entitlement:{pool.pk}",
            at=at,
            actor_id=actor_id,
            organisation_id=pool.organisation_id,
        )


def locked(pool_id: int, at: datetime) -> Entitlement:
    """The pool under its lock, through which every offering and taking of its places goes; raises UnknownPool."""
    pool = (
        Entitlement.objects.select_for_update(of=("self",))
        .select_related("product")
        .filter(pk=pool_id, organisation__isnull=False, revoked_at__isnull=True)
        .first()
    )
    if pool is None or (pool.expires_at is not None and pool.expires_at <= at):
        raise UnknownPool(pool_id)
    return pool


def _taken(pool: Entitlement, seat: Seat, person_id: int, at: datetime) -> Seat:
    state = SEAT.after(seat.state, "take")
    right = Entitlement.objects.create(
        product=pool.product,
        person_id=person_id,
        quantity=1,
        source_key=f"{queries.SEAT}{seat.uuid}",
        granted_at=at,
        expires_at=pool.expires_at,
    )
    seat.state, seat.person_id, seat.entitlement, seat.taken_at = state, person_id, right, at
    seat.save()
    rights.granted(right, at=at, actor_id=person_id)
    trail.record_all("billing.seat.taken", [_act(seat)], at=at, actor_id=person_id)
    return seat


def _live(pool: Entitlement) -> list[Seat]:
    return list(pool.seats.exclude(state=SeatState.BACK).order_by("pk"))


def _live_of(pool: Entitlement, person_id: int) -> Seat | None:
    return pool.seats.filter(person=person_id).exclude(state=SeatState.BACK).first()


def _free_address(person_id: int, shown: frozenset[str], live: Sequence[Seat]) -> str:
    """An address of a person under which nobody has a place: the first of theirs, if it can be."""
    first = people.card(person_id).email.lower()
    held = {seat.email for seat in live}
    for address in [first, *sorted(shown - {first})]:
        if address not in held:
            return address
    raise NotYours(person_id)


def _name(pool: Entitlement) -> str:
    assert pool.organisation_id is not None
    return organisations.cards([pool.organisation_id])[pool.organisation_id].name


def _act(seat: Seat) -> trail.Act:
    return trail.Act(
        subject=f"billing.seat:{seat.uuid}",
        facts={"pool": seat.pool_id, **({"person": seat.person_id} if seat.person_id else {})},
        organisation_id=seat.pool.organisation_id,
    )


def _is_address(text: str) -> bool:
    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return True
