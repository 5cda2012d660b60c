"""Places of an organisation: never more than were bought, and never somebody's own purchase."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from lms.billing import queries
from lms.billing.actions import entitlements, refunds, seats
from lms.billing.models import Entitlement, Redemption, Seat
from lms.billing.rules.refunds import Refusal
from lms.billing.states import SeatState
from lms.db import clock
from lms.notifications.models import Notice
from tests.factories import billing as make
from tests.lms.billing.test_orders import asked
from tests.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(cleo, northmoor):
    make.shop()
    return make.pool(cleo, northmoor.id)


def offered(pool, cleo, *people) -> list[Seat]:
    rows = [(n, person.email) for n, person in enumerate(people, 1)]
    seats.offer(pool_id=pool.pk, rows=rows, actor_id=cleo.pk)
    return list(pool.seats.order_by("pk"))


def held(person) -> int:
    return queries.unused_of(make.COURSE, person.pk).count()


def test_who_was_offered_a_place_takes_it_once(pool, cleo, ada, dag) -> None:
    (seat,) = offered(pool, cleo, ada)
    assert Notice.objects.filter(kind="billing.seat_offered").get().to == ada.email
    with pytest.raises(seats.NotYours):
        seats.take(uuid=seat.uuid, person_id=dag.pk)
    for _ in range(2):
        assert seats.take(uuid=seat.uuid, person_id=ada.pk).state == SeatState.TAKEN
    assert held(ada) == 1


def test_an_address_that_somebody_merely_claims_takes_no_place(pool, cleo, dag, signed_in) -> None:
    seats.offer(pool_id=pool.pk, rows=[(1, "new.colleague@example.org")], actor_id=cleo.pk)
    claimed = EmailAddress.objects.create(user=dag, email="new.colleague@example.org", verified=False)
    seat = Seat.objects.get()
    page = reverse("billing:seat", args=[seat.uuid])
    client = signed_in(dag)
    with pytest.raises(seats.NotYours):
        seats.take(uuid=seat.uuid, person_id=dag.pk)
    assert client.get(page).status_code == 404
    assert "A place for you" not in client.get("/desk/").content.decode()
    claimed.verified = True
    claimed.save()
    assert client.get(page).status_code == 200
    assert seats.take(uuid=seat.uuid, person_id=dag.pk).state == "taken"


def test_an_open_link_gives_places_until_none_is_left(pool, cleo, ada, ben, dag, eve) -> None:
    seats.open_link(pool_id=pool.pk, actor_id=cleo.pk, is_open=True)
    pool.refresh_from_db()
    offered(pool, cleo, ben)
    for person in (ada, ada, ben, dag):
        seats.claim(claim_key=pool.claim_key, person_id=person.pk)
    with pytest.raises(seats.NoSeatLeft):
        seats.claim(claim_key=pool.claim_key, person_id=eve.pk)
    assert (pool.seats.count(), held(ada), held(ben), held(dag)) == (3, 1, 1, 1)
    seats.open_link(pool_id=pool.pk, actor_id=cleo.pk, is_open=False)
    with pytest.raises(seats.UnknownPool):
        seats.claim(claim_key=pool.claim_key, person_id=eve.pk)


def test_who_has_an_address_that_was_somebody_else_s_before_is_told_so_at_an_open_link(
    pool, cleo, ada, dag, signed_in
) -> None:
    seats.open_link(pool_id=pool.pk, actor_id=cleo.pk, is_open=True)
    pool.refresh_from_db()
    seats.claim(claim_key=pool.claim_key, person_id=ada.pk)
    EmailAddress.objects.filter(user=ada).delete()
    formerly, ada.email = ada.email, "ada@elsewhere.example"
    ada.save()
    dag.email = formerly
    dag.save()
    EmailAddress.objects.filter(user=dag).update(email=formerly)
    page = signed_in(dag).post(reverse("billing:claim", args=[pool.claim_key]))
    assert "Somebody else has a place under your address." in page.content.decode()
    EmailAddress.objects.create(user=dag, email="dag@elsewhere.example", verified=True)
    assert seats.claim(claim_key=pool.claim_key, person_id=dag.pk).email == "dag@elsewhere.example"


def test_a_place_goes_to_somebody_else_until_it_has_begun(pool, cleo, ada, ben) -> None:
    (seat,) = offered(pool, cleo, ada)
    seats.take(uuid=seat.uuid, person_id=ada.pk)
    entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key="use:1")
    seats.take_back(uuid=seat.uuid, actor_id=cleo.pk)
    assert held(ada) == 0
    assert Redemption.objects.get().given_back_at is not None
    other = offered(pool, cleo, ben)[-1]
    seats.take(uuid=other.uuid, person_id=ben.pk)
    entitlements.redeem(product_key=make.COURSE, person_id=ben.pk, use_key="use:2")
    entitlements.begin(use_key="use:2", at=clock.now())
    with pytest.raises(seats.HasBegun):
        seats.take_back(uuid=other.uuid, actor_id=cleo.pk)


def test_a_place_is_used_before_what_somebody_bought_and_the_longest_first(
    pool, cleo, ada, northmoor
) -> None:
    mine = make.paid(ada).lines.get().source_key
    (short,) = offered(pool, cleo, ada)
    seats.take(uuid=short.uuid, person_id=ada.pk)
    with clock.shifted(days=1):
        (long,) = offered(make.pool(cleo, northmoor.id), cleo, ada)
        seats.take(uuid=long.uuid, person_id=ada.pk)
        used = []
        for n in range(3):
            entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key=f"use:{n}")
            used.append(Redemption.objects.get(use_key=f"use:{n}").entitlement.source_key)
    assert used == [f"billing.seat:{long.uuid}", f"billing.seat:{short.uuid}", mine]


def test_places_end_with_their_pool_and_what_has_begun_stays(pool, cleo, ada, ben) -> None:
    for seat, person in zip(offered(pool, cleo, ada, ben), (ada, ben), strict=True):
        seats.take(uuid=seat.uuid, person_id=person.pk)
    entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key="use:1")
    with clock.shifted(days=366):
        assert held(ben) == 0
        entitlements.begin(use_key="use:1", at=clock.now())
        with pytest.raises(seats.UnknownPool):
            offered(pool, cleo, cleo)


def test_places_that_somebody_has_are_not_refunded(pool, cleo, ada, ben, fay) -> None:
    order = make.Order.objects.get()
    offered(pool, cleo, ada, ben)
    with pytest.raises(refunds.NotRefundable) as refused:
        asked(order, cleo, 2)
    assert refused.value.why == Refusal.SEATS_TAKEN
    refunds.approve(uuid=asked(order, cleo, 1).uuid, actor_id=fay.pk)
    pool.refresh_from_db()
    assert pool.quantity == 2


def test_a_charge_back_ends_the_places_that_had_not_begun(pool, cleo, ada) -> None:
    order = make.Order.objects.get()
    (seat,) = offered(pool, cleo, ada)
    seats.take(uuid=seat.uuid, person_id=ada.pk)
    refunds.record_elsewhere(
        order_uuid=order.uuid, provider="stripe", reference="du_1", amount_minor=order.gross_minor,
        reason="dispute", at=clock.now(),
    )  # fmt: skip
    assert (held(ada), Seat.objects.get().state) == (0, SeatState.BACK)


def test_nobody_is_reminded_twice_within_three_days(pool, cleo, ada) -> None:
    offered(pool, cleo, ada)
    assert seats.remind(pool_id=pool.pk, actor_id=cleo.pk) == 0
    with clock.shifted(days=4):
        assert [seats.remind(pool_id=pool.pk, actor_id=cleo.pk) for _ in range(2)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_fifty_who_claim_at_once_get_twenty_five_places(cleo, northmoor) -> None:
    make.shop()
    pool = make.pool(cleo, northmoor.id, 25)
    seats.open_link(pool_id=pool.pk, actor_id=cleo.pk, is_open=True)
    pool.refresh_from_db()
    ids = make.crowd(50)

    def claim(worker: int) -> int:
        got = 0
        for person_id in ids[worker::6]:
            try:
                seats.claim(claim_key=pool.claim_key, person_id=person_id)
                got += 1
            except seats.NoSeatLeft:
                pass
        return got

    assert sum(at_once(claim)) == 25
    assert pool.seats.exclude(state=SeatState.BACK).count() == 25
    assert Entitlement.objects.filter(person__in=ids).count() == 25
