"""An organisation reads how exams ended that its places paid for, while their holders let it."""

import pytest
from django.urls import reverse

from exams.actions import consents, entries
from exams.models import Result
from exams.queries import shown_results
from lms.audit.models import Entry
from lms.billing.actions import products, seats
from lms.billing.models import Entitlement
from lms.organisations.actions import api_keys
from lms.privacy.models import Consent
from tests import cast
from tests.factories import billing as shop
from tests.factories import exams as make

pytestmark = pytest.mark.django_db
URL = "/api/v1/organisation/results"
KEY = "small-product"


@pytest.fixture
def exam(db):
    shop.issuer()
    products.offer(key=KEY, kind="exam", title="Small", amount_minor=39_000, currency="EUR")
    return make.exam(product_key=KEY)


@pytest.fixture
def place(exam, cleo, ben, northmoor) -> Entitlement:
    """Northmoor has bought two places, and Ben has one of them."""
    order = shop.paid(cleo, (KEY, 2), organisation_id=northmoor.id)
    pool = Entitlement.objects.get(source_key=order.lines.get().source_key)
    seats.offer(pool_id=pool.pk, rows=[(1, ben.email)], actor_id=cleo.pk)
    seats.take(uuid=pool.seats.get().uuid, person_id=ben.pk)
    return pool


@pytest.fixture
def ask(client, northmoor, cleo):
    def asked(scope="results.read", organisation_id=None, query=""):
        _, words = api_keys.make(
            organisation_id=organisation_id or northmoor.id,
            name="HR",
            scopes=[scope],
            days=30,
            actor_id=cleo.pk,
        )
        return client.get(URL + query, headers={"authorization": f"Bearer {words}"})

    return asked


def test_with_consent_alone_and_only_what_its_own_place_paid_for(
    exam, place, ask, ben, ada, northmoor
) -> None:
    result = make.released(exam, ben)
    shop.paid(ada, (KEY, 1))
    make.released(exam, ada)  # Ada paid for herself
    assert ask().json() == {"results": []}
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    told = ask().json()["results"]
    assert [(row["result"], row["name"], row["outcome"]) for row in told] == [
        (str(result.uuid), "Ben Okoro", result.outcome)
    ]
    assert set(told[0]) == {"result", "person", "name", "exam", "title", "sat_at", "released_at", "outcome"}
    assert ask(query="?page=2").json() == {"results": []}
    consents.withdraw(person_id=ben.pk, organisation_id=northmoor.id)
    assert ask().json() == {"results": []}
    assert Consent.objects.get(purpose="exams.results").withdrawn_at is not None
    verbs = Entry.objects.filter(verb__startswith="exams.consent.").order_by("pk")
    assert [entry.verb for entry in verbs] == ["exams.consent.given", "exams.consent.withdrawn"]


def test_what_they_sat_at_their_own_cost_is_not_read(exam, place, ask, ben, northmoor) -> None:
    make.released(exam, ben)  # by the place
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    assert len(ask().json()["results"]) == 1
    other = make.exam("other", product_key="other-product")
    products.offer(key="other-product", kind="exam", title="Other", amount_minor=100, currency="EUR")
    shop.paid(ben, ("other-product", 1))
    make.released(other, ben)
    assert Result.objects.count() == 2
    assert len(ask().json()["results"]) == 1


def test_what_is_not_released_is_not_read(exam, place, ask, ben, northmoor) -> None:
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    make.marked(exam, ben)
    assert ask().json() == {"results": []}


def test_another_organisation_s_key_and_another_scope_read_nothing(
    exam, place, ask, ben, northmoor, institute
) -> None:
    make.released(exam, ben)
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    assert ask(organisation_id=institute.id).json() == {"results": []}
    assert ask(scope="learning.read").status_code == 403
    assert ask(query="?page=0").status_code == 422
    assert ask(query="?page=x").status_code == 422


def test_a_consent_is_for_who_paid_and_is_given_and_taken_back_on_a_page(
    place, ben, ada, northmoor, institute, signed_in
) -> None:
    with pytest.raises(consents.NotAPayer):
        consents.give(person_id=ben.pk, organisation_id=institute.id)
    page = reverse("exams:showing")
    client = signed_in(ben)
    assert "Northmoor Systems" in client.get(page).content.decode()
    for wrong in ({"give": "x"}, {"give": str(institute.id)}, {}):
        assert client.post(page, wrong).status_code == 404
    assert client.post(page, {"give": str(northmoor.id)}, follow=True).status_code == 200
    assert shown_results.readers_of(ben.pk)[0].since is not None
    client.post(page, {"withdraw": str(northmoor.id)})
    assert shown_results.readers_of(ben.pk)[0].since is None
    assert "Nobody else paid for you" in signed_in(ada).get(page).content.decode()


def test_entering_again_with_a_place_that_was_taken_back_reads_nothing(
    exam, place, ask, ben, cleo, northmoor
) -> None:
    consents.give(person_id=ben.pk, organisation_id=northmoor.id)
    sitting = make.entered(exam, ben)
    entries.cancel(entry_uuid=sitting.entry.uuid, person_id=ben.pk)
    seats.take_back(uuid=place.seats.get().uuid, actor_id=cleo.pk)
    assert ask().json() == {"results": []}
    assert cast.person("ben").pk in Consent.objects.values_list("person", flat=True)
